"""A text message as a phone and the bill have it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tandem.content.brand import SmsPrice
from tandem.content.sms import beyond_gsm7, segments

_LINK: Final = re.compile(r"https://[^\s\"'<>\\]*[^\s\"'<>\\.,;:!?)…]")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the text: plain, a whole link, or a character that GSM-7 does not have."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One text message. `beyond` are the characters that make it UCS-2, each once."""

    text: str

    @property
    def beyond(self) -> tuple[str, ...]:
        """Why it is not GSM-7; empty where it is."""
        return beyond_gsm7(self.text)

    @property
    def encoding(self) -> str:
        """The alphabet that it leaves in."""
        return "UCS-2" if self.beyond else "GSM-7"

    @property
    def segments(self) -> int:
        """How many parts are paid."""
        return segments(self.text)

    @property
    def links(self) -> tuple[str, ...]:
        """The links in it, whole."""
        return tuple(found[0] for found in _LINK.finditer(self.text))

    def cost(self, price: SmsPrice | None) -> str:
        """What it costs the shop, in words."""
        if price is None:
            return "not known: brand.yaml may say `sms: { segment_price: …, currency: … }`"
        each = f"{price.segment_price} {price.currency}"
        total = f"{self.segments * Decimal(price.segment_price)} {price.currency}"
        return total if self.segments == 1 else f"{total} ({self.segments} × {each})"

    def runs(self) -> Iterator[Run]:
        """The text in pieces, in order."""
        at, beyond = 0, frozenset(self.beyond)
        for found in _LINK.finditer(self.text):
            yield from _marked(self.text[at : found.start()], beyond)
            yield Run(found[0], "link")
            at = found.end()
        yield from _marked(self.text[at:], beyond)


def named(character: str) -> str:
    """`‘ (U+2018, left single quotation mark)`."""
    name = unicodedata.name(character, "no name").lower()
    shown = character if character.isprintable() else "�"
    return f"{shown} (U+{ord(character):04X}, {name})"


def _marked(text: str, beyond: frozenset[str]) -> Iterator[Run]:
    plain = ""
    for character in text:
        if character not in beyond:
            plain += character
            continue
        if plain:
            yield Run(plain)
        plain = ""
        yield Run(character, "beyond")
    if plain:
        yield Run(plain)
