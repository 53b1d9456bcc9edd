"""Times from outside: ISO 8601 text with a zone, inside sane bounds. Inside Tandem they are aware and in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tandem.errors import BadEvent

EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
CLOCK_SKEW: Final = timedelta(hours=24)


def read_time(value: object, field: str) -> datetime:
    """An aware UTC time. Numbers are refused: nobody can tell seconds from milliseconds."""
    if not isinstance(value, str):
        raise BadEvent("not_iso_8601", field)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadEvent("not_iso_8601", field) from error
    if moment.tzinfo is None:
        raise BadEvent("no_time_zone", field)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BadEvent("not_iso_8601", field) from error


def read_occurred_at(value: object, received_at: datetime) -> datetime:
    """The source's clock, clamped to `received_at`. More than a day ahead of it is refused, and so is before 1995."""
    moment = read_time(value, "occurred_at")
    if moment > received_at + CLOCK_SKEW:
        raise BadEvent("in_the_future", "occurred_at")
    if moment < EARLIEST:
        raise BadEvent("too_old", "occurred_at")
    return min(moment, received_at)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z, milliseconds only where there are any: what Tandem writes everywhere.

    >>> to_text(datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC))
    '2026-11-22T04:05:06Z'
    """
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
