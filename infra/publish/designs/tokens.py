"""Liquid in a design: what stands for it while MJML is compiled, and its return."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from infra.publish.designs.located import Located, Place, Places

TOKEN: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
HELD: Final = re.compile(r"lq(\d{5})q")


@dataclass(slots=True)
class Tokens:
    """The tokens of one design, each with its place. `lq00012q` stands for the twelfth: MJML takes it for a word."""

    sources: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def hold(self, source: str, place: Place) -> str:
        """The word that stands for a token."""
        self.sources.append(source)
        self.places.append(place)
        return f"lq{len(self.sources) - 1:05d}q"

    def is_tag(self, number: int) -> bool:
        """Whether it does something, rather than prints."""
        return self.sources[number].startswith("{%")

    def give_back(self, text: str) -> tuple[str, Places]:
        """The text with its tokens, and where each of them was written."""
        pieces: list[str] = []
        offsets, places, done, length = [0], [self.places[0] if self.places else Place("", 1)], 0, 0
        for found in HELD.finditer(text):
            number = int(found[1])
            pieces += [text[done : found.start()], self.sources[number]]
            length += found.start() - done
            offsets.append(length)
            places.append(self.places[number])
            length += len(self.sources[number])
            done = found.end()
        return "".join((*pieces, text[done:])), Places(offsets, places)


def replaced(source: Located, pattern: re.Pattern[str], by: Callable[[re.Match[str], Place], str]) -> Located:
    """The source with what a pattern finds replaced; what takes its place is where that was."""
    made, done = Located(), 0
    for found in pattern.finditer(source.text):
        made.append(source.cut(done, found.start()))
        place = source.at(found.start())
        if text := by(found, place):
            made.add(text, place, counted=False)
        done = found.end()
    made.append(source.cut(done, len(source.text)))
    return made
