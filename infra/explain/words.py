"""Moments, spans of time, money and lists as words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from tandem.events.money import to_major
from tandem.events.times import read_time

_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def as_moment(value: object) -> datetime:
    """A time as a decision holds it: a datetime when it was just made, text when it was read from its record."""
    return value if isinstance(value, datetime) else read_time(value, "time")


def clock(moment: datetime, zone: tzinfo, *, near: datetime | None = None) -> str:
    """`24 Nov 09:00`, with the year where it is not the one of `near`; on the day of `near` only `09:00`."""
    local = moment.astimezone(zone)
    there = near.astimezone(zone) if near else None
    if there and there.date() == local.date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}" if there and there.year == local.year else f"{local.day} {local:%b %Y %H:%M}"


def place(zone: tzinfo) -> str:
    """`New York` for America/New_York."""
    return str(zone).rpartition("/")[2].replace("_", " ") if zone is not UTC else "UTC"


def span(seconds: float) -> str:
    """A length of time in its largest whole unit: `3 days`, `24 hours`, `90 seconds`."""
    whole = int(seconds)
    for name, size in _UNITS:
        if whole >= 2 * size or (whole and whole % size == 0):
            return count(whole // size, name)
    return count(whole, "second")


def late_by(occurred_at: datetime, received_at: datetime) -> timedelta:
    """How much later than it happened something was received."""
    return received_at - occurred_at


def count(number: int, noun: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def money(minor: int, currency: str) -> str:
    """`1,234.50 USD`; without a currency nobody can tell, so it is left in minor units."""
    return f"{to_major(minor, currency):,} {currency}" if currency else f"{minor} (minor units)"


def listing(words: Sequence[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = words or ("nothing",)
    return f"{', '.join(others)} {joint} {last}" if others else last
