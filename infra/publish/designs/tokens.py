"""Liquid in a design: what stands for it while MJML is compiled, and its return."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from infra.publish.designs.located import Located, Place, Places

# What looks like a word that stands for a token, and was written so, is held as well: it means itself.
TOKEN: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|lq\d{5}q", re.DOTALL)
HELD: Final = re.compile(r"lq(\d{5})q")
MARK: Final = " data-lq-place="
_MARK: Final = re.compile(rf'{MARK}"(\d{{5}})"')
_HELD_OR_MARK: Final = re.compile(f"{HELD.pattern}|{_MARK.pattern}")


@dataclass(slots=True)
class Tokens:
    """The tokens of one design, each with its place. `lq00012q` stands for the twelfth: MJML takes it for a word."""

    sources: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    marks: list[Place] = field(default_factory=list)

    def hold(self, source: str, place: Place) -> str:
        """The word that stands for a token."""
        self.sources.append(source)
        self.places.append(place)
        return f"lq{len(self.sources) - 1:05d}q"

    def is_tag(self, number: int) -> bool:
        """Whether it does something, rather than prints."""
        return self.sources[number].startswith("{%")

    def mark(self, place: Place) -> str:
        """An attribute that keeps where its tag was written, until what is held is given back."""
        self.marks.append(place)
        return f'{MARK}"{len(self.marks) - 1:05d}"'

    def give_back(self, text: str) -> tuple[str, Places]:
        """The text with its tokens and without marks, and where each token, and each tag that has one, was written."""
        pieces: list[str] = []
        offsets, places, done, length = [0], [self.places[0] if self.places else Place("", 1)], 0, 0
        for found in _HELD_OR_MARK.finditer(text):
            begun = length + _tag_before(text, done, found.start())
            pieces.append(text[done : found.start()])
            length += found.start() - done
            done = found.end()
            place, given = self._given(found)
            if place:
                offsets += [begun, length] if begun < length else [length]
                places += [place] * (2 if begun < length else 1)
            pieces.append(given)
            length += len(given)
        return "".join((*pieces, text[done:])), Places(offsets, places)

    def _given(self, found: re.Match[str]) -> tuple[Place | None, str]:
        if found[1]:
            return self.places[int(found[1])], self.sources[int(found[1])]
        number = int(found[2])
        return (self.marks[number] if number < len(self.marks) else None), ""


def _tag_before(text: str, start: int, end: int) -> int:
    """How far from `start` the tag begins that the end lies in; the end's own distance where it lies in none."""
    begun = text.rfind("<", start, end)
    return (begun if begun >= 0 and ">" not in text[begun:end] else end) - start


def unheld(text: str) -> str:
    """What was written, without tokens and marks."""
    return _HELD_OR_MARK.sub("", text)


def replaced(source: Located, pattern: re.Pattern[str], by: Callable[[re.Match[str], Place], str]) -> Located:
    """The source with what a pattern finds replaced; what takes its place is where that was."""
    made, done = Located(), 0
    for found in pattern.finditer(source.text):
        made.append(source.cut(done, found.start()))
        place = source.at(found.start())
        text = by(found, place)
        if text == found[0]:
            made.append(source.cut(found.start(), found.end()))
        elif text:
            made.add(text, place, counted=False)
        done = found.end()
    made.append(source.cut(done, len(source.text)))
    return made
