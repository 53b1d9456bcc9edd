"""The text part of a mail, made from its HTML: what a reader without pictures and colours gets."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from infra.publish.designs.tokens import HELD, Tokens

_VOID: Final = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_UNSEEN: Final = frozenset(("head", "style", "script", "title", "template", "noscript"))
_APART: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr"))
_LINES: Final = frozenset(("div", "tr", "li", "table", "tbody", "section", "header", "footer", "main", "center"))
_OPENS: Final = re.compile(r"\{%-?\s*(if|unless|for|case|capture)\b")
_CLOSES: Final = re.compile(r"\{%-?\s*(?:end(?:if|unless|for|case|capture)|else|elsif|when)\b")
_ENDS: Final = re.compile(r"\{%-?\s*end")
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_ENDS_A_SENTENCE: Final = ".,;:!?"
_BLANK: Final = re.compile(r"[ \t\r\n\f]+")


def text_part(page: str, tokens: Tokens) -> str:
    """The words of a compiled page whose Liquid is held, line by line, still held.

    A link is followed by its address, unless that is what it says; a picture is its alt text. What is hidden, or marked
    `data-text="none"`, is left out; of a link marked `data-text="words"`, the address is.
    """
    writer = _Writer(tokens)
    writer.feed(page)
    writer.close()
    return writer.text.strip() + "\n"


@dataclass(slots=True)
class _Element:
    name: str
    hides: bool
    href: str = ""
    begun: int = 0


@dataclass(slots=True)
class _Text:
    """Text that grows by words. Breaks and blanks are written with the next word, so that none of them pile up."""

    written: str = ""
    breaks: int = 0
    blank: bool = False
    led: bool = False  # an address stands last: what follows would be read as part of it
    held: list[int] = field(default_factory=list)

    def say(self, words: str) -> None:
        if self.breaks and self.written:
            self.written += "\n" * self.breaks
        elif (self.blank or (self.led and words[0] not in _ENDS_A_SENTENCE)) and not self.written.endswith("\n"):
            self.written += " " if self.written else ""
        self.breaks, self.blank, self.led = 0, False, False
        self.written += words

    def at_least(self, breaks: int) -> None:
        self.breaks = max(self.breaks, breaks)

    def do(self, token: str, source: str) -> None:
        """What a block began with holds for each of its ways, and for what comes after it."""
        if _CLOSES.match(source) and self.held:
            self.at_least(self.held[-1])
            if _ENDS.match(source):
                self.held.pop()
        elif _OPENS.match(source):
            self.held.append(self.breaks)
        self.written += token


class _Writer(HTMLParser):
    def __init__(self, tokens: Tokens) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens = tokens
        self.out = _Text()
        self.stack: list[_Element] = []

    @property
    def text(self) -> str:
        return self.out.written

    @property
    def hidden(self) -> bool:
        return any(each.hides for each in self.stack)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        marked = given.get("data-text", "")
        hides = tag in _UNSEEN or marked == "none" or bool(_HIDDEN.search(given.get("style", "")))
        if tag == "img" and not hides and not self.hidden and given.get("alt", "").strip():
            self.out.blank = True
            self.out.say(given["alt"].strip())
            self.out.blank = True
        self._break(tag)
        if tag not in _VOID:
            href = given.get("href", "") if tag == "a" and marked != "words" else ""
            self.stack.append(_Element(tag, hides, href, len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        if not any(each.name == tag for each in self.stack):
            return
        while True:
            element = self.stack.pop()
            if element.href and not self.hidden:
                self._lead(element)
            if element.name == tag:
                break
        self._break(tag)

    def handle_data(self, data: str) -> None:
        done = 0
        for found in HELD.finditer(data):
            self._words(data[done : found.start()])
            if self.tokens.is_tag(int(found[1])):
                self.out.do(found[0], self.tokens.sources[int(found[1])])
            elif not self.hidden:
                self.out.say(found[0])
            done = found.end()
        self._words(data[done:])

    def handle_comment(self, data: str) -> None:
        # Within a wrapper, what stands between sections is written into the comments for Outlook.
        for found in HELD.finditer(re.sub(r"<[^>]*>", "", data)):
            if self.tokens.is_tag(int(found[1])):
                self.out.do(found[0], self.tokens.sources[int(found[1])])

    def _words(self, data: str) -> None:
        if self.hidden or not data:
            return
        words = _BLANK.sub(" ", data)
        self.out.blank = self.out.blank or words.startswith(" ")
        if words.strip():
            self.out.say(words.strip(" "))
            self.out.blank = words.endswith(" ")

    def _break(self, tag: str) -> None:
        if self.hidden:
            return
        if tag in _APART:
            self.out.at_least(2)
        elif tag in _LINES:
            self.out.at_least(1)
        elif tag == "br":
            self.out.breaks += 1
        elif tag in {"td", "th"}:
            self.out.blank = True

    def _lead(self, element: _Element) -> None:
        """The address after the words of a link; a link without words, such as a logo, leads nowhere in a text."""
        said = HELD.sub(self._print, self.text[element.begun :]).strip()
        if said and self._full(said) != self._full(element.href) and not element.href.startswith("#"):
            self.out.say(f": {element.href}")
            self.out.led = True

    def _print(self, found: re.Match[str]) -> str:
        """What only does something says nothing."""
        return "" if self.tokens.is_tag(int(found[1])) else found[0]

    def _full(self, held: str) -> str:
        return self.tokens.give_back(held)[0]
