"""Whether a mail shows what its template says: its words, its offer, its parts, and whose mail it is."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, Final

from markupsafe import escape

from infra.publish.judging.watched import Said
from tandem.content import Template

_NOT_SEEN: Final = re.compile(r"<head\b.*?</head>|<style\b.*?</style>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_LANG: Final = re.compile(r"""<html\b[^<>]*?\slang\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_OWN_LANG: Final = 'write lang="{{ locale }}"'
_NAMED: Final = 12  # characters by which a name is known: designs may cut what is longer
_HOW: Final[Mapping[str, str]] = {
    "heading": "{{ message.heading }}",
    "paragraphs": "{% for paragraph in message.paragraphs %}",
    "offer": "{% for offer in message.offer %}",
    "picture": "{% for picture in message.picture %}",
    "action": "{{ message.action.label }}",
    "show": "{% for part in message.show %}",
}


def unshown(template: Template, values: Mapping[str, Any], said: Mapping[str, Said], page: Said) -> Iterator[str]:
    """The fields of a template that its mail leaves out, as `offer.code` or `show.0`.

    `values` are the send's variables, `said` what came of each field, `page` the HTML; what a template says stands in
    its text part too, all but pictures and what is sold.
    """
    html, text = _Seen(page.text, html=True), _Seen(said[page.field.removesuffix(".html") + ".txt"].text)
    paragraphs = [name for name in said if name.startswith("paragraphs.")]
    for field in ("heading", *paragraphs, *(("offer.code", "offer.text") if template.offer else ()), "action.label"):
        words = " ".join(said[field].text.split())
        if words and not (html.has(words) and text.has(words)):
            yield field
    if template.picture and not html.has(template.picture.image):
        yield "picture.image"
    for number, part in enumerate(template.show):
        if values[part] and not html.has(values[part][0]["name"][:_NAMED].strip()):
            yield f"show.{number}"


def left_out(field: str, page: Said) -> str:
    """What is wrong with a field that a design leaves out."""
    design = f"the design {page.field.removesuffix('.html')}" if not page.field.startswith("_") else "the layout"
    return f"{design} does not show it, so nobody would see it: it has to have {_HOW[field.partition('.')[0]]}"


def of_nobody(page: Said, text: Said, address: str) -> Iterator[tuple[Said, int, str]]:
    """What a mail lacks that says whose it is: the postal address that the law of many countries asks for."""
    words = " ".join(address.split())
    for part, called in ((page, "mail"), (text, "text part")):
        if words and not _Seen(part.text, html=part.html).has(words):
            yield part, 0, f"the {called} does not say the shop's postal address: show {{{{ shop.postal_address }}}}"


def in_another_language(page: Said, locale: str) -> Iterator[tuple[int, str]]:
    """A page whose `lang` is not that of its words: screen readers would read it with another language's sounds."""
    if not (found := _LANG.search(page.text)):
        return  # told of already
    if found[1] == "und":  # the compiler's own
        yield found.start(), f"the mail has no lang: {_OWN_LANG}"
    elif found[1] != locale:
        yield found.start(), f"lang is {found[1]}, and the words are in {locale}: {_OWN_LANG}"


class _Seen:
    """A part of a mail, in which words are looked for: as they are first, as a reader sees them then."""

    def __init__(self, text: str, *, html: bool = False) -> None:
        self.body = text[text.find("</head>") + 1 :] if html else text
        self.html = html
        self._words = ""

    def has(self, words: str) -> bool:
        """Whether it says this, in capitals or not, however it is broken into lines."""
        if words in self.body or (self.html and str(escape(words)) in self.body):
            return True
        if not self._words:
            seen = unescape(_NOT_SEEN.sub(" ", self.body)) if self.html else self.body
            self._words = " ".join(seen.split()).casefold()
        return words.casefold() in self._words
