"""Text that knows where each of its characters was written."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self


class Place(NamedTuple):
    """A line (from 1) of a file."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the characters of a text come from: rising offsets, and the place of each. What follows one is its own."""

    offsets: Sequence[int]
    places: Sequence[Place]

    def at(self, offset: int) -> Place:
        """The place of a character, or of the nearest one before it that has one."""
        return self.places[max(0, bisect_right(self.offsets, offset) - 1)]


@dataclass(slots=True)
class Located:
    """A text put together of pieces. Lines are counted within a piece, unless it comes from one line as a whole."""

    text: str = ""
    _starts: list[int] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)
    _counted: list[bool] = field(default_factory=list)

    @classmethod
    def of_file(cls, file: str, text: str) -> Self:
        """All of a file."""
        return cls(text, [0], [Place(file, 1)], [True])

    def add(self, text: str, place: Place, *, counted: bool = True) -> None:
        """Appends a piece that begins at a place."""
        self._starts.append(len(self.text))
        self._places.append(place)
        self._counted.append(counted)
        self.text += text

    def append(self, other: "Located") -> None:
        """Appends another, with its places."""
        for start, end, place, counted in other._pieces():
            self.add(other.text[start:end], place, counted=counted)

    def cut(self, start: int, end: int) -> "Located":
        """A part of it."""
        made = Located()
        for index in range(max(0, bisect_right(self._starts, start) - 1), len(self._starts)):
            first = max(self._starts[index], start)
            last = min(self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text), end)
            if first >= end:
                break
            if first < last:
                made.add(self.text[first:last], self.at(first), counted=self._counted[index])
        return made

    def at(self, offset: int) -> Place:
        """Where a character was written."""
        if not self._starts:
            return Place("", 1)
        index = max(0, bisect_right(self._starts, offset) - 1)
        place = self._places[index]
        lines = self.text.count("\n", self._starts[index], offset) if self._counted[index] else 0
        return Place(place.file, place.line + lines)

    def _pieces(self) -> Iterator[tuple[int, int, Place, bool]]:
        ends = [*self._starts[1:], len(self.text)][: len(self._starts)]
        yield from zip(self._starts, ends, self._places, self._counted, strict=True)
