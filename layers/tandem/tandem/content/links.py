"""Where links lead: to the brand's hosts alone, and what they tell the shop's web analytics."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape, unescape
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from tandem.content.brand import Brand
from tandem.customer import Send
from tandem.events.shapes import DEFAULT_CART
from tandem.playbook import Shop

_IN_HTML: Final = re.compile(r"""(<a\b(?:[^>"']|"[^"]*"|'[^']*')*?\shref=")(https://[^"]*)(")""", re.IGNORECASE)
# The characters of an address (RFC 3986): one ends before any other, such as a Japanese letter or a closing quote.
_CHARACTERS: Final = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]"
_IN_TEXT: Final = re.compile(rf"https://{_CHARACTERS}+")
_HOST: Final = re.compile(r"[a-z0-9.-]+")
_ENDS_A_SENTENCE: Final = ".,;:!?)]'"


def is_host(host: str | None, hosts: Iterable[str]) -> bool:
    """Whether a host is among `hosts`; `*.example.com` are those below example.com.

    >>> is_host("shop.example.com", ["*.example.com"]), is_host("example.com", ["*.example.com"])
    (True, False)
    """
    name = (host or "").lower()
    if not _HOST.fullmatch(name):
        return False
    return any(name == each or (each.startswith("*.") and name.endswith(each[1:])) for each in hosts)


def leads_to(url: str, hosts: Iterable[str]) -> bool:
    """Whether it is a whole https address on one of the hosts, without a user, a port or anything that hides where."""
    if not _IN_TEXT.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and port is None and "@" not in parts.netloc and is_host(parts.hostname, hosts)


def in_shop(shop: Shop, where: str) -> str:
    """A path of the shop as an address; an address stays."""
    return where if where.startswith("https://") else shop.url.rstrip("/") + where


def cart_url(shop: Shop, brand: Brand, cart_id: str) -> str:
    """Where this very cart is found. A cart without an id is `default`."""
    return in_shop(shop, _found(brand.links.cart, "{cart_id}", cart_id) or brand.links.default_cart)


def order_url(shop: Shop, brand: Brand, order_id: str) -> str:
    """Where this very order is found."""
    return in_shop(shop, _found(brand.links.order, "{order_id}", order_id) or "/")


def _found(where: str, name: str, identifier: str) -> str:
    """Empty for what is no id: dots alone would lead to what is around the place."""
    if identifier == DEFAULT_CART or not identifier.strip("."):
        return ""
    quoted = quote(identifier, safe="", errors="replace")
    # A text's reader takes a last point for the sentence's.
    return where.replace(name, f"{quoted[:-1]}%2E" if quoted.endswith(".") else quoted)


def parameters(brand: Brand | None, send: Send) -> Mapping[str, str]:
    """What the links of a message carry; nothing where the brand does not want it, or has not been asked."""
    if not brand or not brand.utm or send.channel not in brand.utm.channels:
        return {}
    return {
        "utm_source": brand.utm.source,
        "utm_medium": send.channel.value,
        "utm_campaign": send.campaign,
        "utm_content": send.variant or send.template,
    }


def tagged(url: str, more: Mapping[str, str]) -> str:
    """An address with the parameters that it does not have yet.

    >>> tagged("https://shop.example.com/cart?a=1#top", {"utm_source": "tandem"})
    'https://shop.example.com/cart?a=1&utm_source=tandem#top'
    """
    parts = urlsplit(url)
    held = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    lacking = urlencode({name: value for name, value in more.items() if name not in held})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, lacking)))))


def tagged_html(html: str, brand: Brand, more: Mapping[str, str], *, but: str = "") -> str:
    """The links of a page with their parameters: those to the brand's hosts, `but` one."""
    tag = _tagger(brand, more, but)
    return _IN_HTML.sub(lambda found: found[1] + escape(tag(unescape(found[2]))) + found[3], html) if more else html


def tagged_text(text: str, brand: Brand, more: Mapping[str, str], *, but: str = "") -> str:
    """The same for a text, where a link ends before the sentence's punctuation."""
    tag = _tagger(brand, more, but)

    def one(found: re.Match[str]) -> str:
        url = found[0].rstrip(_ENDS_A_SENTENCE)
        return tag(url) + found[0][len(url) :]

    return _IN_TEXT.sub(one, text) if more else text


def _tagger(brand: Brand, more: Mapping[str, str], but: str) -> Callable[[str], str]:
    every = urlencode(more)

    @cache  # a message leads to the same place from a picture, a name and a button
    def tag(url: str) -> str:
        if url == but or not leads_to(url, brand.hosts):
            return url
        return tagged(url, more) if "?" in url or "#" in url else f"{url}?{every}"

    return tag
