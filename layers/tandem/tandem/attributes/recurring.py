"""Dates that come back every year, as customers tell them: a birthday, with its year or without."""

import re
from calendar import isleap
from datetime import date
from typing import Final, NamedTuple

_FORM: Final = re.compile(r"(?:([0-9]{4})-|--)?([0-9]{2})-([0-9]{2})")
_LEAP_YEAR: Final = 2000


class Recurring(NamedTuple):
    """A date that comes back. `year` is 0 where it is not told."""

    year: int
    month: int
    day: int

    def comes_on(self, day: date) -> bool:
        """Whether it comes, or comes back, on this day."""
        if self.year > day.year:
            return False
        early = (self.month, self.day) == (2, 29) and not isleap(day.year)
        return (self.month, self.day - early) == (day.month, day.day)


def read_recurring(text: str) -> Recurring | None:
    """`1990-05-14`, `--05-14` or `05-14`; None for what is no date."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        date(year if found[1] else _LEAP_YEAR, month, day)
    except ValueError:
        return None
    return Recurring(year, month, day)
