"""What is wrong with a mail's HTML: its links, pictures, headings and structure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from justhtml import JustHTML

from infra.publish.judging.watched import Said
from tandem.content import Brand
from tandem.content.links import is_host, leads_to

MOST_BYTES: Final = 102_000  # Gmail clips what is longer than 102 kB
PER_LINK: Final = 250  # bytes that SES's own addresses of links are longer, at most
FOR_OPENS: Final = 400  # and its picture that tells of opens
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(
    r"""<(html|h1|a|img|table|script|iframe|form)\b((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z_:][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_ID: Final = re.compile(r"""<[a-z][^<>]*?\sid\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_ORNAMENT_ALONE: Final = re.compile(r"""\s*<img\b[^<>]*\salt\s*=\s*(?:""|'')[^<>]*>\s*</a""", re.IGNORECASE)
_HEADED: Final = re.compile(r"(?:(?!</?table).)*<th\b", re.IGNORECASE | re.DOTALL)
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

    def problems(self, said: Said) -> Found:
        """Positions in the page, each with what is wrong there."""
        if said.text.rfind("<!--") > said.text.rfind("-->"):
            yield said.text.find("<!--", said.text.rfind("-->") + 1), "<!-- is not closed by -->"
            return
        page = _COMMENT.sub(lambda found: " " * len(found[0]), said.text)
        headings = 0
        for found in _TAG.finditer(page):
            attributes = {
                each[1].lower(): unescape(next((part for part in each.groups()[1:] if part is not None), ""))
                for each in _ATTRIBUTE.finditer(found[2])
            }
            name = found[1].lower()
            headings += name == "h1"
            for problem in self._of_tag(name, attributes, page, found):
                yield found.start(), problem
        if headings != 1:
            yield 0, f"there is {'no <h1>' if not headings else f'more than one <h1> ({headings})'}: a mail has one"
        if "<html" not in page[:2_000].lower():
            yield 0, "there is no <html lang=…>"
        yield from self._structure(said, page)

    def _of_tag(self, name: str, given: dict[str, str], page: str, found: re.Match[str]) -> Iterator[str]:
        match name:
            case "html":
                if not given.get("lang", "").strip():
                    yield "<html> has no lang: screen readers would read it in any language"
            case "a":
                yield from self.link(given.get("href"))
                if given.get("aria-hidden") != "true" and _ORNAMENT_ALONE.match(page, found.end()):
                    yield "the link has no words: its picture has an empty alt text"
            case "img":
                yield from self.picture(given)
            case "table":
                if given.get("role") not in {"presentation", "none"} and not _HEADED.match(page, found.end()):
                    yield '<table> is for looks: it has to say role="presentation"'
            case "script" | "iframe" | "form":
                yield f"<{name}> has no place in a mail"

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
