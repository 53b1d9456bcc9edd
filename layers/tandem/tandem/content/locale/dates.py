"""Days as a language writes them, in the Gregorian calendar (UTS #35, part 4)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

Style = Literal["short", "medium", "long", "full"]
STYLES: Final[tuple[Style, ...]] = ("short", "medium", "long", "full")
_FIELD: Final = re.compile(r"\{(\w+)\}")


class Dates(BaseModel):
    """One language's patterns by style, such as `{MMMM} {d}, {y}`, and the names that they use by field: twelve for
    months, seven for days (from Monday), one for the era."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patterns: Mapping[Style, str] = dict.fromkeys(STYLES, "{y}-{MM}-{dd}")
    names: Mapping[str, tuple[str, ...]] = {}

    def text(self, day: date, style: Style) -> str:
        """The day in Latin digits."""
        return _FIELD.sub(lambda field: self._field(field[1], day), self.patterns[style])

    def _field(self, field: str, day: date) -> str:
        if field in self.names:
            return self.names[field][_place(field[0], day)]
        match field[0]:
            case "y":
                return f"{day.year % 100:02}" if field == "yy" else str(day.year)
            case "M" | "L":
                return str(day.month).zfill(len(field))
            case _:
                return str(day.day).zfill(len(field))


def _place(kind: str, day: date) -> int:
    match kind:
        case "M" | "L":
            return day.month - 1
        case "E" | "c":
            return day.weekday()
        case _:
            return 0
