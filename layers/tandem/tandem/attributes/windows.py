"""Windows: which events count at a moment. Each moves in its own grain of `occurred_at`, and counts whole grains.

A calendar window and a rolling one of up to three days count quarter hours, a longer one UTC days. A rolling window
begins with the grain that the moment `now - length` lies in: it never leaves out what happened inside its length.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
LONGEST_IN_QUARTERS: Final = timedelta(days=3)
SHORTEST: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=400)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


class Span(StrEnum):
    """What a window is measured by. Calendar ones begin in the customer's zone; a week begins on Monday."""

    EVER = "ever"
    TODAY = "today"
    WEEK = "this_week"
    MONTH = "this_month"
    ROLLING = "rolling"


@dataclass(frozen=True)
class Window:
    """`length` is that of a rolling window, else zero."""

    span: Span = Span.EVER
    length: timedelta = timedelta(0)

    @property
    def grain(self) -> timedelta:
        """What the window counts whole. Since ever, everything is one grain: zero."""
        if self.span is Span.EVER:
            return timedelta(0)
        return QUARTER if self.span is not Span.ROLLING or self.length <= LONGEST_IN_QUARTERS else DAY

    @property
    def reach(self) -> timedelta:
        """How far before a moment the window can begin, in any zone. Meaningless since ever."""
        longest = {Span.TODAY: timedelta(hours=26), Span.WEEK: 8 * DAY, Span.MONTH: 32 * DAY}
        return longest.get(self.span, self.length + self.grain)

    def grain_of(self, occurred_ms: int) -> int:
        """The number of the grain a moment lies in (milliseconds since 1970), counted from 1970."""
        return occurred_ms // self._grain_ms if self._grain_ms else 0

    @cached_property
    def _grain_ms(self) -> int:
        return self.grain // _MS

    def first(self, now: datetime, zone: ZoneInfo) -> int:
        """The number of the first grain in the window at `now` (aware)."""
        if self.span is Span.EVER:
            return 0
        if self.span is Span.ROLLING:
            return to_ms(now - self.length) // (self.grain // _MS)
        return -(-to_ms(self.begins(now, zone)) // (QUARTER // _MS))

    def begins(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When a calendar window began (UTC): local midnight, or the moment that the clock skips it."""
        day = now.astimezone(zone).date()
        if self.span is Span.WEEK:
            day -= timedelta(days=day.weekday())
        elif self.span is Span.MONTH:
            day = day.replace(day=1)
        return datetime.combine(day, time(), zone).astimezone(UTC)

    def opened(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The start of the first grain in the window at `now`, or None since ever."""
        if self.span is Span.EVER:
            return None
        return _EPOCH + self.first(now, zone) * self.grain


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The inverse of `to_ms`, in UTC."""
    return _EPOCH + ms * _MS
