"""What the HTML of a mail may hold, and everything by which it would load something, or lead somewhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

# fmt: off
ELEMENTS: Final = frozenset((
    "a", "abbr", "address", "area", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "body", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "ins", "kbd",
    "li", "main", "map", "mark", "meta", "nav", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp",
    "section", "small", "source", "span", "strike", "strong", "style", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "title", "tr", "tt", "u", "ul", "var", "wbr",
))
# Within comments that Outlook alone reads.
_OUTLOOKS: Final = frozenset(("noscript", "xml"))
_OUTLOOKS_OWN: Final = ("v:", "o:", "w:")
_LINKS: Final = frozenset(("cite", "href", "longdesc", "o:href"))
_PICTURES: Final = frozenset(("background", "dynsrc", "lowsrc", "o:src", "poster", "src"))
_REFUSED: Final = frozenset((
    "action", "archive", "classid", "code", "codebase", "data", "formaction", "manifest", "ping", "srcdoc",
    "xlink:href",
))
_TEXTS: Final = frozenset(("abbr", "alt", "class", "content", "id", "name", "summary", "title"))
# fmt: on
_METAS: Final = frozenset(("content-type", "x-ua-compatible"))
_ON: Final = re.compile(r"on[a-z]+")
_ADDRESS: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//|\s*(?:data|javascript|vbscript):", re.IGNORECASE)
_CANDIDATES: Final = re.compile(r"(?<=[wxh]),|,?\s+")
_DESCRIPTOR: Final = re.compile(r"[0-9.]+[wxh],?|")
_CSS_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ESCAPE: Final = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_VML: Final = re.compile(r"behavior\s*:\s*url\(#default#vml\)", re.IGNORECASE)
_URL: Final = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)""", re.IGNORECASE)
_CSS_LOADS: Final = re.compile(
    r"@import|image-set\(|(?<![\w-])src\(|url\(|expression\(|behavior\s*:|-moz-binding|javascript:|//", re.IGNORECASE
)


class Outward(NamedTuple):
    """An address in a mail's HTML, and whether it is a link or a picture."""

    called: str
    url: str


def of_tag(name: str, given: Mapping[str, str], *, outlooks: bool) -> Iterator[str | Outward]:
    """What is wrong with a tag, and every address that it holds but those of `<a href>` and `<img src>`.

    `outlooks`: it stands in a comment that Outlook reads.
    """
    own = outlooks and (name in _OUTLOOKS or name.startswith(_OUTLOOKS_OWN))
    if name not in ELEMENTS and not own:
        yield f"<{name}> has no place in a mail"
        return
    if name == "meta" and given.get("http-equiv", "").strip().lower() not in {"", *_METAS}:
        yield f'<meta http-equiv="{given["http-equiv"]}"> has no place in a mail'
    for attribute, value in given.items():
        if (name, attribute) not in {("a", "href"), ("img", "src")}:
            yield from _of_attribute(name, attribute, value)


def _of_attribute(name: str, attribute: str, value: str) -> Iterator[str | Outward]:
    if _ON.fullmatch(attribute):
        yield f"{attribute}=… runs a script: that has no place in a mail"
    elif attribute in _REFUSED:
        yield f"<{name}> has the attribute {attribute}: that has no place in a mail"
    elif attribute == "style":
        yield from of_css(value)
    elif attribute == "srcset":
        for candidate in _CANDIDATES.split(value.strip()):
            if not _DESCRIPTOR.fullmatch(candidate):
                yield Outward("picture", candidate.rstrip(","))
    elif attribute in _LINKS:
        yield Outward("link", value)
    elif attribute in _PICTURES or _leads_out(attribute, value):
        yield Outward("picture", value)


def _leads_out(attribute: str, value: str) -> bool:
    """Attributes that we do not know are judged by what they hold."""
    known = attribute in _TEXTS or attribute.startswith(("aria-", "xmlns"))
    return not known and bool(_ADDRESS.match(value))


def of_css(css: str) -> Iterator[str | Outward]:
    """What is wrong with styles, and the address of every picture and font in them."""
    plain = _VML.sub("", _CSS_ESCAPE.sub(_escaped, _CSS_COMMENT.sub("", css)))
    for found in _URL.finditer(plain):
        url = next(part for part in found.groups() if part is not None).strip()
        if not url.startswith("#"):
            yield Outward("picture", url)
    if found_in := _CSS_LOADS.search(_URL.sub("", plain)):
        yield f"styles have {found_in[0]}: a mail loads nothing but the pictures of url(…)"


def _escaped(found: re.Match[str]) -> str:
    if found[2]:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code <= 0x10FFFF else ""
