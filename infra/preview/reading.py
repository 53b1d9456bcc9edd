"""A mail as its reader's program sees it: read back from the bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final, cast
from urllib.parse import parse_qsl, urlsplit

UTM: Final = "utm_"
_MOST_SHOWN: Final = 400  # characters of the first text: more than any inbox shows
_SILENT: Final = frozenset({"head", "style", "script", "title"})
_APART: Final = frozenset({"div", "h1", "h2", "h3", "li", "p", "td", "th"})
# What fills the line behind a preheader up: nothing of it is seen.
_FILLERS: Final = str.maketrans(dict.fromkeys("\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2007\ufeff", ""))


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and what is clicked: its words, or the alt text of its picture."""

    url: str
    label: str

    @property
    def host(self) -> str:
        """The name of the site."""
        return urlsplit(self.url).hostname or ""

    @property
    def utm(self) -> dict[str, str]:
        """What it tells the shop's web analytics."""
        return {name: value for name, value in parse_qsl(urlsplit(self.url).query) if name.startswith(UTM)}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's address and its alt text, None where it has none."""

    src: str
    alt: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: how deep it lies, its type, how it is encoded, and its length in bytes, decoded."""

    depth: int
    kind: str
    encoding: str
    size: int


@dataclass(frozen=True, slots=True)
class Mail:
    """`head` is the bytes' own, `headers` are decoded, in their order."""

    raw: bytes
    head: str
    headers: tuple[tuple[str, str], ...]
    tree: tuple[Part, ...]
    html: str
    text: str
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    first_words: str

    def header(self, name: str) -> str:
        """A header's decoded value, empty where there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")


def read_mail(raw: bytes) -> Mail:
    """What Python's own reader makes of a message's bytes."""
    message = message_from_bytes(raw, policy=policy.default)
    html, text = _body(message, "html"), _body(message, "plain")
    page = _Page()
    page.feed(html)
    page.close()
    return Mail(
        raw=raw,
        head=raw.partition(b"\r\n\r\n")[0].decode("ascii", "backslashreplace").replace("\r\n", "\n"),
        headers=tuple((name, str(value)) for name, value in message.items()),
        tree=tuple(_parts(message, 0)),
        html=html,
        text=text,
        links=tuple(page.links),
        pictures=tuple(page.pictures),
        first_words=page.first_words,
    )


def inbox_line(words: str, longest: int) -> str:
    """As much as a line of so many characters shows.

    >>> inbox_line("Your records are still here", 12)
    'Your record…'
    """
    return words if len(words) <= longest else words[: longest - 1].rstrip(" …") + "…"


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _parts(message: EmailMessage, depth: int) -> Iterator[Part]:
    payload = message.get_payload(decode=True)
    size = len(payload) if isinstance(payload, bytes) else 0
    yield Part(depth, message.get_content_type(), str(message.get("Content-Transfer-Encoding", "")), size)
    for part in message.iter_parts() if message.is_multipart() else ():
        yield from _parts(cast("EmailMessage", part), depth + 1)


@dataclass
class _Page(HTMLParser):
    """Links, pictures, and the first words of the body: those that an inbox shows behind the subject."""

    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    _href: str | None = None
    _label: list[str] = field(default_factory=list)
    _silent: list[str] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def first_words(self) -> str:
        return " ".join("".join(self._words).translate(_FILLERS).split())[:_MOST_SHOWN]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "a" and told.get("href"):
            self._href, self._label = told["href"], []
        elif tag == "img":
            self.pictures.append(Picture(told.get("src") or "", told.get("alt")))
            self._label.append(told.get("alt") or "")
        self._words.append(" " if tag in _APART or tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        self._words.append(" " if tag in _APART else "")
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        elif tag == "a" and self._href is not None:
            said = dict.fromkeys(
                " ".join(each.split()) for each in self._label
            )  # a logo is there twice, for the dark too
            self.links.append(Link(self._href, " ".join(filter(None, said))))
            self._href = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)
            self._label.append(data)
