"""Where a field of a template is written: in its words, in the phrases, or in the design."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.publish.designs import Places
from infra.publish.source import Location, Source
from tandem.errors import Defect

_LOOK: Final = 60  # characters of a text by which its line is found


@dataclass(frozen=True, slots=True)
class Written:
    """A file of words: its fields, and its lines as they are written."""

    source: Source
    raw: str

    def defect(self, location: Location, text: str, offset: int, problem: str) -> Defect:
        """What is wrong at a character of a text, with the line where that stands in the file."""
        found = self.source.defect(location, problem)
        return Defect(found.file, self._line(found.line, text, offset), found.field, problem)

    def _line(self, begun: int, text: str, offset: int) -> int:
        """YAML folds lines: what stands there is looked for in the file, blanks and breaks being the same."""
        wanted = _pattern(text[offset : offset + _LOOK])
        if not wanted:
            return begun
        nth = len(re.findall(wanted, text[:offset]))
        lines = self.raw.split("\n")
        rest = "\n".join(lines[begun - 1 :])
        for place in re.finditer(wanted, rest):
            if not nth:
                return begun + rest.count("\n", 0, place.start())
            nth -= 1
        return begun


def _pattern(text: str) -> str:
    """The first words from a place on, however they are broken; of Liquid, all that stands between its braces."""
    found = re.match(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)
    words = (found[0] if found else text[:20]).split()
    return r"\s+".join(map(re.escape, words))


@dataclass(frozen=True, slots=True)
class Files:
    """Everything that a template is made of, in one language. `designs` are by name and `.html` or `.txt`."""

    words: Written
    phrases: Written
    designs: Mapping[str, Places]

    def defect(self, field: str, source: str, offset: int, problem: str) -> Defect:
        """What is wrong at a character of a field."""
        if field in self.designs:
            place = self.designs[field].at(offset)
            return Defect(place.file, place.line, "(file)", problem)
        location: Location = tuple(int(part) if part.isdigit() else part for part in field.split("."))
        own = location in self.words.source.lines
        written = self.phrases if not own and location in self.phrases.source.lines else self.words
        return written.defect(location, source, offset, problem)
