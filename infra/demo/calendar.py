"""18 March 1997 is today: every moment of the data set moves by the same whole days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAY: Final = date(1997, 3, 18)
_OLD_ENOUGH: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`as_of` is a midnight (UTC), the end of 17 March 1997. `shift` is in whole days."""

    as_of: datetime

    @property
    def shift(self) -> timedelta:
        """How far everything moves."""
        return self.as_of.date() - DAY


def today(now: datetime) -> Calendar:
    """The calendar of a run that starts at `now`.

    The last midnight, or in its first four hours the one before: a snapshot's `as_of` is at least two hours old, and
    the snapshot in the middle of the day needs one that is later, with room in between.
    """
    old_enough = now.astimezone(UTC) - _OLD_ENOUGH
    return Calendar(old_enough.replace(hour=0, minute=0, second=0, microsecond=0))
