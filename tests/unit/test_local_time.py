"""Local time: what is computed is what somebody sees who looks at the wall clock every minute of such nights."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.attributes import Span, Window
from tandem.local_time import (
    begin_of,
    begin_of_following,
    begin_of_next,
    end_of,
    is_within,
    next_time,
    on_day,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PERS: tuple[Literal["day", "week", "month"], ...] = ("day", "week", "month")
SPANS = dict(zip(PERS, (Span.TODAY, Span.WEEK, Span.MONTH), strict=True))
FIRST, LAST = datetime(2025, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
HARD = (  # nights of other years: a zone, and an hour of UTC in them
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day is skipped
    ("Pacific/Kiritimati", datetime(1994, 12, 31, 10, tzinfo=UTC)),
    ("Pacific/Kwajalein", datetime(1993, 8, 20, 12, tzinfo=UTC)),
    ("America/Asuncion", datetime(2022, 10, 2, 4, tzinfo=UTC)),  # midnight is skipped
    ("Asia/Amman", datetime(2021, 3, 25, 22, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 7, 2, 31, tzinfo=UTC)),  # a minute of Sunday, an hour of Saturday again
    ("America/St_Johns", datetime(1988, 4, 3, 3, 31, tzinfo=UTC)),  # two hours are saved
    ("Asia/Pyongyang", datetime(2018, 5, 4, 15, tzinfo=UTC)),  # half an hour of a Friday's end is skipped
    ("Antarctica/Casey", datetime(2010, 3, 4, 15, tzinfo=UTC)),  # three hours back, across midnight
    ("Europe/Dublin", datetime(1971, 10, 31, 2, tzinfo=UTC)),
)


def changes(zone: str) -> Iterator[datetime]:
    """The hours of 2026 in which the offset of a zone changes."""
    here, hour = ZoneInfo(zone), FIRST
    while hour < LAST:
        day_later = hour + DAY
        if hour.astimezone(here).utcoffset() != day_later.astimezone(here).utcoffset():
            while hour.astimezone(here).utcoffset() == (hour + HOUR).astimezone(here).utcoffset():
                hour += HOUR
            yield hour
        hour = day_later


@cache
def nights() -> list[tuple[str, datetime]]:
    return [*HARD, *((zone, hour) for zone in sorted(available_timezones()) for hour in changes(zone))]


@dataclass(frozen=True)
class Clock:
    """What a clock on the wall shows, minute by minute, for days around a night."""

    zone: ZoneInfo
    minutes: list[datetime]
    walls: list[datetime]

    def first(self, since: int, begin: time, end: time, *, within: bool) -> int:
        """The first minute from one on (their numbers) in which the hands are between the two, or are not."""
        return next(each for each in range(since, len(self.walls)) if self.is_between(each, begin, end) is within)

    def is_between(self, minute: int, begin: time, end: time) -> bool:
        hands = self.walls[minute].time()
        return begin <= hands < end if begin < end else not end <= hands < begin

    def passes(self, mark: datetime) -> datetime:
        """The first minute in which it shows this or more."""
        return next(self.minutes[each] for each, wall in enumerate(self.walls) if wall >= mark)

    def rings(self, at: time) -> list[tuple[date, datetime]]:
        """When an alarm set to `at` rings, with the day it is for: each day it shows but the first and the last."""
        days = sorted({wall.date() for wall in self.walls})
        return [(day, self.passes(datetime.combine(day, at))) for day in days[1:-1]]


def clock(zone: str, night: datetime, days: int = 4) -> Clock:
    here = ZoneInfo(zone)
    minutes = [night - days * DAY + number * MINUTE for number in range(2 * days * 24 * 60)]
    return Clock(here, minutes, [minute.astimezone(here).replace(tzinfo=None) for minute in minutes])


NIGHTS = st.deferred(lambda: st.sampled_from(nights()))
TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))
HOURS = st.tuples(TIMES, TIMES).filter(lambda both: both[0] != both[1])
# Minutes of a clock of eight days, the night in their middle: most of them close to it.
MOMENTS = st.integers(4 * 1440 - 2000, 4 * 1440 + 2000) | st.integers(1440, 5 * 1440)


@given(NIGHTS, HOURS, MOMENTS)
def test_quiet_hours_hold_while_the_clock_shows_them(
    night: tuple[str, datetime], hours: tuple[time, time], at: int
) -> None:
    seen = clock(*night)

    assert is_within(seen.minutes[at], seen.zone, *hours) is seen.is_between(at, *hours)


@given(NIGHTS, HOURS, MOMENTS)
def test_quiet_hours_end_when_the_clock_first_shows_other_ones(
    night: tuple[str, datetime], hours: tuple[time, time], at: int
) -> None:
    seen = clock(*night)

    assert end_of(seen.minutes[at], seen.zone, *hours) == seen.minutes[seen.first(at, *hours, within=False)]


@given(NIGHTS, HOURS, MOMENTS)
def test_quiet_hours_begin_when_the_clock_first_shows_them_after_others(
    night: tuple[str, datetime], hours: tuple[time, time], at: int
) -> None:
    seen = clock(*night)
    over = seen.first(at, *hours, within=False)

    assert begin_of_next(seen.minutes[at], seen.zone, *hours) == seen.minutes[seen.first(over, *hours, within=True)]


@given(NIGHTS, TIMES, MOMENTS, st.frozensets(st.integers(0, 6)))
def test_a_time_of_day_comes_once_on_each_such_day(
    night: tuple[str, datetime], at: time, after: int, weekdays: frozenset[int]
) -> None:
    seen = clock(*night)
    rings = [ring for day, ring in seen.rings(at) if not weekdays or day.weekday() in weekdays]
    expected = next((ring for ring in rings if ring >= seen.minutes[after]), None)

    found = next_time(seen.minutes[after], seen.zone, at, weekdays)

    assert found == expected if expected else found > seen.minutes[-1] - 2 * DAY


@given(NIGHTS, TIMES)
def test_on_a_day_it_is_that_time_when_the_clock_first_shows_it_or_more(night: tuple[str, datetime], at: time) -> None:
    seen = clock(*night)

    assert [(day, on_day(day, seen.zone, at)) for day, _ in seen.rings(at)] == seen.rings(at)


@pytest.mark.parametrize("per", PERS)
def test_in_every_night_of_2026_a_period_begins_where_its_window_does(per: Literal["day", "week", "month"]) -> None:
    for zone, night in nights():
        for quarters in range(-100, 100):
            moment = night + quarters * timedelta(minutes=15)
            began = begin_of(moment, ZoneInfo(zone), per)

            assert began == Window(SPANS[per]).begins(moment, ZoneInfo(zone)) <= moment


@given(NIGHTS, MOMENTS)
def test_the_following_day_begins_when_the_clock_next_shows_a_later_one(night: tuple[str, datetime], at: int) -> None:
    seen = clock(*night)
    today = seen.walls[at].date()
    later = next(each for each in range(at, len(seen.walls)) if seen.walls[each].date() > today)
    found = begin_of_following(seen.minutes[at], seen.zone, "day")

    assert found == seen.minutes[later]


@given(NIGHTS, MOMENTS, st.sampled_from(PERS))
def test_a_period_lasts_until_the_following_one_begins(
    night: tuple[str, datetime], at: int, per: Literal["day", "week", "month"]
) -> None:
    moment, zone = clock(*night).minutes[at], ZoneInfo(night[0])
    following = begin_of_following(moment, zone, per)

    assert moment < following
    assert begin_of(following - MINUTE, zone, per) == begin_of(moment, zone, per) < begin_of(following, zone, per)


@pytest.mark.parametrize("zone", sorted({zone for zone, _ in nights()}))
def test_quiet_nights_of_2026_are_what_the_clock_shows_in_every_zone(zone: str) -> None:
    hours = ((time(21), time(8)), (time(21), time(1, 30)), (time(2), time(3)), (time(23, 30), time(0)))
    for seen in [clock(zone, hour, days=1) for each, hour in nights() if each == zone and hour > FIRST]:
        for begin, end in hours:
            ends = end_of(seen.minutes[720], seen.zone, begin, end)
            begins = begin_of_next(ends, seen.zone, begin, end)
            over = end_of(begins, seen.zone, begin, end)
            within = [is_within(minute, seen.zone, begin, end) for minute in seen.minutes]

            assert within == [seen.is_between(each, begin, end) for each in range(len(seen.walls))]
            for minute, quiet in zip(seen.minutes, within, strict=True):
                if seen.minutes[720] <= minute < over:
                    assert quiet is (minute < ends or begins <= minute)


def test_where_the_clock_goes_back_into_quiet_hours_they_hold_again() -> None:
    zone, begin, end = ZoneInfo("America/New_York"), time(21), time(1, 30)
    half_past_one = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    assert end_of(datetime(2026, 11, 1, 3, tzinfo=UTC), zone, begin, end) == half_past_one
    assert begin_of_next(half_past_one, zone, begin, end) == half_past_one + 30 * MINUTE
    assert end_of(half_past_one + 30 * MINUTE, zone, begin, end) == half_past_one + HOUR


def test_a_day_that_a_zone_skips_has_no_time_of_its_own() -> None:
    apia, noon, thursday_noon = ZoneInfo("Pacific/Apia"), time(12), datetime(2011, 12, 29, 22, tzinfo=UTC)
    assert next_time(thursday_noon, apia, noon) == thursday_noon

    assert next_time(thursday_noon + MINUTE, apia, noon) == thursday_noon + DAY
    assert next_time(thursday_noon + MINUTE, apia, noon, frozenset({4})) == thursday_noon + 7 * DAY
    assert on_day(date(2011, 12, 30), apia, noon) == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_a_time_skipped_up_to_midnight_comes_at_midnight_and_the_next_days_own_time_too() -> None:
    nuuk, midnight = ZoneInfo("America/Nuuk"), datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert next_time(midnight - HOUR, nuuk, time(23, 30)) == midnight
    assert next_time(midnight, nuuk, time(23, 30), frozenset({5})) == midnight
    assert next_time(midnight + MINUTE, nuuk, time(23, 30)) == midnight + 23 * HOUR + 30 * MINUTE


def test_seconds_and_less_count() -> None:
    zone, tick = ZoneInfo("Australia/Lord_Howe"), timedelta(microseconds=1)
    gap = datetime(2026, 10, 3, 15, 30, tzinfo=UTC)  # from 02:00 to 02:30

    assert on_day(date(2026, 10, 4), zone, time(2, 0, 0, 1)) == gap
    assert next_time(gap + tick, zone, time(2, 15)) == gap + 23 * HOUR + 45 * MINUTE
    assert begin_of_next(gap - HOUR + tick, zone, time(2, 10), time(4)) == gap
    assert end_of(gap - tick, zone, time(1), time(2, 20)) == gap


def test_a_moment_may_be_told_in_any_zone() -> None:
    new_york, moment = ZoneInfo("America/New_York"), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    local = moment.astimezone(new_york)

    assert end_of(local, new_york, time(1), time(2)) == moment + 90 * MINUTE
    assert begin_of_following(local, new_york, "day") == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert end_of(local, new_york, time(21), time(1)).tzinfo is UTC


def test_what_never_comes_is_said() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert not is_within(noon, ZoneInfo("UTC"), time(12), time(12))
    assert end_of(noon, ZoneInfo("UTC"), time(12), time(12)) == noon

    with pytest.raises(ValueError, match="never"):
        begin_of_next(noon, ZoneInfo("UTC"), time(12), time(12))
    with pytest.raises(ValueError, match="weekday"):
        next_time(noon, ZoneInfo("UTC"), time(12), frozenset({7}))
