"""What is wrong with a mail's HTML: its links, pictures, headings and structure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Final
from unicodedata import category
from urllib.parse import urlsplit

from justhtml import JustHTML

from infra.publish.judging.markup import Outward, of_css, of_tag
from infra.publish.judging.watched import Said
from tandem.content import Brand
from tandem.content.links import is_host, leads_to

MOST_BYTES: Final = 102_000  # Gmail clips what is longer than 102 kB
PER_LINK: Final = 250  # bytes that SES's own addresses of links are longer, at most
FOR_OPENS: Final = 400  # and its picture that tells of opens
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_CONDITION: Final = re.compile(r"<!--\s*\[if\b[^\]>]*\]>|<!\[endif\]-->\Z|-->\Z", re.IGNORECASE)
_TAG: Final = re.compile(r"""<([a-z][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_BEGUN: Final = re.compile(r"<[a-z]", re.IGNORECASE)
_STYLES: Final = re.compile(r"<style\b[^<>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z_:][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_ID: Final = re.compile(r"""<[a-z][^<>]*?\sid\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_SEEN: Final = re.compile(r"""<img\b[^<>]*?\salt\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]*>|<[^<>]*>""", re.IGNORECASE)
_PICTURE: Final = re.compile(r"<img\b", re.IGNORECASE)
_HEADED: Final = re.compile(r"(?:(?!</?table).)*<th\b", re.IGNORECASE | re.DOTALL)
_FOR_LOOKS: Final = re.compile(r"""\srole\s*=\s*["'](?:presentation|none)["']""", re.IGNORECASE)
# A link that screen readers pass over, or that has words for them alone.
_UNHEARD: Final = re.compile(r"""\saria-hidden\s*=\s*["']true["']|\saria-label\s*=\s*["']\s*[^\s"']""", re.IGNORECASE)
_WELL: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ALLOWED_ERRORS: Final[frozenset[str]] = frozenset()

Found = Iterator[tuple[int, str]]


@dataclass(slots=True)
class Pages:
    """Judges pages. What a parser says of one structure is asked once."""

    brand: Brand
    unsubscribe_url: str
    any_host: bool = False
    _parsed: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _tags: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict)

    def problems(self, said: Said) -> Found:
        """Positions in the page, each with what is wrong there."""
        if said.text.rfind("<!--") > said.text.rfind("-->"):
            yield said.text.find("<!--", said.text.rfind("-->") + 1), "<!-- is not closed by -->"
            return
        page = _COMMENT.sub(lambda found: " " * len(found[0]), said.text)
        whole = _COMMENT.sub(_read_by_outlook, said.text)
        headings, begun = 0, set[int]()
        for found in _TAG.finditer(whole):
            begun.add(found.start())
            name, outlooks = found[1].lower(), page[found.start()] != "<"
            headings += name == "h1" and not outlooks
            for problem in (*self._of_tag(name, found, outlooks=outlooks), *_with_what_follows(name, whole, found)):
                yield found.start(), problem
        for opened in _BEGUN.finditer(whole) if len(begun) != len(_BEGUN.findall(whole)) else ():
            if page[opened.start()] != "<" and opened.start() not in begun:
                yield opened.start(), f"{opened[0]}… is not closed by >"
        for styles in _STYLES.finditer(whole):
            for problem in self._of_styles(styles[1]):
                yield styles.start(), problem
        if headings != 1:
            yield 0, f"there is {'no <h1>' if not headings else f'more than one <h1> ({headings})'}: a mail has one"
        if "<html" not in page[:2_000].lower():
            yield 0, "there is no <html lang=…>"
        yield from self._structure(said, page)

    def _of_tag(self, name: str, found: re.Match[str], *, outlooks: bool) -> tuple[str, ...]:
        """What is wrong with a tag by itself: asked once, as most tags of a page are those of any other."""
        key = (found[0], outlooks)
        if key not in self._tags:
            given = _attributes(found[2])
            outward = self._judged(of_tag(name, given, outlooks=outlooks))
            self._tags[key] = (*self._of_element(name, given), *outward)
        return self._tags[key]

    def _of_styles(self, css: str) -> tuple[str, ...]:
        if (css, False) not in self._tags:
            self._tags[css, False] = (*self._judged(of_css(css)),)
        return self._tags[css, False]

    def _judged(self, found: Iterator[str | Outward]) -> Iterator[str]:
        for each in found:
            if isinstance(each, str):
                yield each
            elif each.called == "link":
                yield from self.link(each.url)
            elif problem := self.address(each.url, each.called):
                yield problem

    def _of_element(self, name: str, given: dict[str, str]) -> Iterator[str]:
        match name:
            case "html" if not given.get("lang", "").strip():
                yield "<html> has no lang: screen readers would read it in any language"
            case "a":
                yield from self.link(given.get("href"))
            case "img":
                yield from self.picture(given)

    def link(self, href: str | None) -> Iterator[str]:
        """What is wrong with where a link leads."""
        if href is None:
            yield "<a> leads nowhere: it has no href"
        elif href != self.unsubscribe_url and (problem := self.address(href, "link")):
            yield problem

    def address(self, url: str, called: str) -> str:
        """What is wrong with an address; empty if nothing."""
        if not url.strip():
            return f"the {called} is empty"
        if called == "link" and url.startswith(("mailto:", "tel:")):
            return "" if len(url) > len("mailto:") else f"the link {url} is empty"
        if called == "link" and url.startswith("#") and len(url) > 1:
            return ""
        if not _WELL.fullmatch(url) or _BAD_ESCAPE.search(url):
            return f"the {called} {_short(url)} has characters that no address has"
        if not url.startswith("https://"):
            return f"the {called} {_short(url)} is no https address"
        return self._where(url, called) or _hole_in(url, called)

    def _where(self, url: str, called: str) -> str:
        hosts = self.brand.hosts if called == "link" else (*self.brand.hosts, *self.brand.image_hosts)
        host = urlsplit(url).hostname or ""
        if self.any_host and leads_to(url, [host]):
            return ""
        if not is_host(host, hosts):
            return f"the {called} {_short(url)} is on none of the brand's hosts, {', '.join(hosts)}"
        return "" if leads_to(url, hosts) else f"the {called} {_short(url)} hides where it leads"

    def picture(self, given: dict[str, str]) -> Iterator[str]:
        """What is wrong with a picture."""
        if "alt" not in given:
            yield 'the picture has no alt text: alt="what is seen", or alt="" for an ornament'
        elif given["alt"] and not _can_be_seen(given["alt"]):
            yield 'the alt text is blank: alt="what is seen", or alt="" for an ornament'
        if not re.fullmatch(r"[0-9]+%?", given.get("width", "")):
            yield "the picture has no width: Outlook would show it as large as it is"
        if problem := self.address(given.get("src", ""), "picture"):
            yield problem

    def _structure(self, said: Said, page: str) -> Found:
        """What a strict parser finds, once for pages that differ in what was printed alone."""
        ids = _ID.findall(page)
        for twice in sorted({each for each in ids if ids.count(each) > 1}):
            yield page.find(f'"{twice}"'), f"two elements have the id {twice}"
        key = hash("\0".join(said.text[span.start : span.end] for span in said.spans if span.kind == "words"))
        if key not in self._parsed:
            self._parsed[key] = tuple(_parse(said.text))
        for line, problem in self._parsed[key]:
            yield _position(said.text, int(line)), problem


def _read_by_outlook(comment: re.Match[str]) -> str:
    """What a comment holds that Outlook reads; blanks for the rest, so that all stands where it stood."""
    if not _CONDITION.match(comment[0]):
        return " " * len(comment[0])
    return _CONDITION.sub(lambda found: " " * len(found[0]), comment[0])


def _attributes(attributes: str) -> dict[str, str]:
    """A browser takes the first of two that are the same."""
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(attributes):
        value = next((part for part in each.groups()[1:] if part is not None), "")
        found.setdefault(each[1].lower(), unescape(value))
    return found


def _with_what_follows(name: str, page: str, found: re.Match[str]) -> Iterator[str]:
    """What is wrong with a tag because of what it holds."""
    if name == "a":
        words = page[found.end() : page.find("</a", found.end())]
        if not _says_something(words) and not _UNHEARD.search(found[0]):
            picture = ": its picture has an empty alt text" if _PICTURE.search(words) else ""
            yield f"the link has no words{picture}"
    elif name == "table" and not _FOR_LOOKS.search(found[0]) and not _HEADED.match(page, found.end()):
        yield '<table> is for looks: it has to say role="presentation"'


@lru_cache(maxsize=4096)
def _says_something(html: str) -> bool:
    return _can_be_seen(unescape(_SEEN.sub(lambda tag: tag[1] or tag[2] or "", html)))


def _can_be_seen(text: str) -> bool:
    return any(category(each)[0] not in "ZC" for each in text)


def too_large(html: str) -> str:
    """What is wrong with the size of a mail as it leaves; empty if nothing."""
    size, links = len(html.encode()), html.lower().count("<a ")
    whole = size + links * PER_LINK + FOR_OPENS
    if whole <= MOST_BYTES:
        return ""
    return (
        f"the mail has {size:,} bytes, and {whole:,} once SES tracks its {links} links:"
        f" Gmail clips mails of more than {MOST_BYTES:,}"
    )


def _parse(html: str) -> Iterator[tuple[str, str]]:
    for error in JustHTML(html, sanitize=False, collect_errors=True).errors:
        if error.code not in _ALLOWED_ERRORS:
            yield str(error.line or 1), f"no valid HTML: {error.code}"


def _position(text: str, line: int) -> int:
    position = 0
    for _ in range(line - 1):
        position = text.find("\n", position) + 1
    return position


def _hole_in(url: str, called: str) -> str:
    parts = urlsplit(url)
    if "//" in parts.path:
        return f"the {called} {_short(url)} has a hole in its path: //"
    if any(part in {".", "..", "%20"} for part in parts.path.split("/")):
        return f"the {called} {_short(url)} has a hole in its path"
    if any(each and each.endswith("=") for each in parts.query.split("&")):
        return f"the {called} {_short(url)} has a parameter without a value"
    return ""


def _short(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:79]}…"
