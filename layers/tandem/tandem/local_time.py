"""Local time: what a wall clock in a zone shows, and when it will, over nights on which it jumps ahead or back.

A day's time that the clock skips is the first instant after the gap; one that it shows twice is the first of the two.
Moments are aware, and those given back are in UTC. A zone's offset changes at whole seconds, days apart.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

type Per = Literal["day", "week", "month"]

_MIDNIGHT: Final = time()
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
_WEEK_AND_A_SKIPPED_DAY: Final = 15


def is_within(moment: datetime, zone: ZoneInfo, begin: time, end: time) -> bool:
    """Whether the wall clock is in [begin, end), across midnight where `end` is the earlier; never if they are one."""
    return _is_between(moment.astimezone(zone).time(), begin, end)


def end_of(moment: datetime, zone: ZoneInfo, begin: time, end: time) -> datetime:
    """The first instant at or after `moment` at which it is not within."""
    return _first(moment, zone, begin, end, within=False)


def begin_of_next(moment: datetime, zone: ZoneInfo, begin: time, end: time) -> datetime:
    """The first instant after `moment` at which it becomes within; if it is within at `moment`, once that has ended.

    Raises ValueError where `begin` is `end`.
    """
    if begin == end:
        raise ValueError("begins when it ends: it is never within")
    return _first(end_of(moment, zone, begin, end), zone, begin, end, within=True)


def next_time(after: datetime, zone: ZoneInfo, at: time, weekdays: frozenset[int] = frozenset()) -> datetime:
    """The first instant at or after `after` at which it is `at` on such a weekday (Monday 0; empty: any).

    Once a day, and on no day that the zone has skipped whole. Raises ValueError where there is no such weekday.
    """
    yesterday = after.astimezone(zone).date() - _DAY  # its time can have been skipped up to now
    for ahead in range(_WEEK_AND_A_SKIPPED_DAY + 1):
        day = yesterday + ahead * _DAY
        if weekdays and day.weekday() not in weekdays:
            continue
        found = on_day(day, zone, at)
        if found >= after and not _is_skipped(day, zone, found):
            return found
    raise ValueError(f"no such weekday: {sorted(weekdays)}")


def on_day(day: date, zone: ZoneInfo, at: time) -> datetime:
    """When it is `at` on that local day."""
    wall = datetime.combine(day, at)
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(first, zone) == wall:
        return first
    before_the_gap = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _change(before_the_gap, first, zone)


def begin_of(moment: datetime, zone: ZoneInfo, per: Per) -> datetime:
    """When its local day, week (from Monday) or month began: local midnight, or the moment that the clock skips it."""
    return on_day(_first_day(moment.astimezone(zone).date(), per), zone, _MIDNIGHT)


def begin_of_following(moment: datetime, zone: ZoneInfo, per: Per) -> datetime:
    """When the next one begins: always after `moment`, so the second midnight of two, once the first is past."""
    day = _first_day(moment.astimezone(zone).date(), per)
    following = {"day": day + _DAY, "week": day + 7 * _DAY, "month": (day + 31 * _DAY).replace(day=1)}[per]
    first = on_day(following, zone, _MIDNIGHT)
    return first if first > moment else datetime.combine(following, time(fold=1), zone).astimezone(UTC)


def _first_day(day: date, per: Per) -> date:
    match per:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)


def _is_skipped(day: date, zone: ZoneInfo, found: datetime) -> bool:
    """Whether the day of this time of day (`found`, by `on_day`) begins when the next does: it is in no calendar."""
    if found.astimezone(zone).date() == day:
        return False
    return on_day(day, zone, _MIDNIGHT) == on_day(day + _DAY, zone, _MIDNIGHT)


def _is_between(wall: time, begin: time, end: time) -> bool:
    return begin <= wall < end if begin <= end else wall >= begin or wall < end


def _first(moment: datetime, zone: ZoneInfo, begin: time, end: time, *, within: bool) -> datetime:
    """The first instant at or after `moment` at which it is within, or is not: as a stretch starts, or in one."""
    edge = begin if within else end
    start = moment.astimezone(UTC)
    while _is_between((wall := _wall(start, zone)).time(), begin, end) is not within:
        stop = _end_of_stretch(start, zone)
        shown = datetime.combine(wall.date(), edge)
        start = min(start + ((shown if shown > wall else shown + _DAY) - wall), stop)
    return start


def _end_of_stretch(start: datetime, zone: ZoneInfo) -> datetime:
    """When the offset of `start` ends, or a day later."""
    stop = start + _DAY
    return stop if _offset(stop, zone) == _offset(start, zone) else _change(start, stop, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant after `before` and at most `after` at which the offset of `before` ends."""
    whole, old = before.replace(microsecond=0), _offset(before, zone)
    seconds = range((after - whole) // _SECOND + 1)
    return whole + _SECOND * bisect_left(
        seconds, True, key=lambda second: _offset(whole + second * _SECOND, zone) != old
    )


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
