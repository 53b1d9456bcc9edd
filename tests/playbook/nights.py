"""The nights of 2026 in which clocks change, and what their wall clocks show: looked up hour by hour, nothing of it
computed by the code under test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONES = ("Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUIET = {"email": (time(23), time(6)), "sms": (time(21), time(9))}  # as in playbook.yaml


@dataclass(frozen=True, slots=True)
class Night:
    """`changes` is the moment (UTC) at which the clock jumps."""

    zone: str
    changes: datetime

    def __str__(self) -> str:
        return f"{self.zone.partition('/')[2]}-{self.changes.astimezone(ZoneInfo(self.zone)):%d-%b}"

    def local(self, moment: datetime) -> datetime:
        """What the wall clock shows."""
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def around(self, before: timedelta, after: timedelta, step: timedelta = HOUR) -> Iterator[datetime]:
        """Moments before and after the change."""
        moment = self.changes - before
        while moment <= self.changes + after:
            yield moment
            moment += step

    @property
    def morning(self) -> date:
        """The day whose night it is: the first on which it is six in the morning afterwards."""
        return self.local(self.first(self.changes, time(6))).date()

    def is_quiet(self, moment: datetime, channel: str) -> bool:
        """Whether the wall clock shows hours in which the channel is quiet."""
        begin, end = QUIET[channel]
        return not end <= self.local(moment).time() < begin

    def first_loud(self, moment: datetime, channel: str) -> datetime:
        """The first minute from `moment` on that is not quiet."""
        while self.is_quiet(moment, channel):
            moment += MINUTE
        return moment

    def first(self, moment: datetime, at: time) -> datetime:
        """The first minute from `moment` on at which the clock shows this."""
        while self.local(moment).time() != at:
            moment += MINUTE
        return moment


def nights() -> list[Night]:
    """Every change of the year, in every zone."""
    found = []
    for zone in ZONES:
        hours = [datetime(2026, 1, 1, tzinfo=UTC) + each * HOUR for each in range(365 * 24)]
        offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
        found += [
            Night(zone, hour)
            for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False)
            if before != after
        ]
    return found


NIGHTS = nights()
