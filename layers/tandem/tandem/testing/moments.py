"""Times as tests write them: what a wall clock shows."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from tandem.local_time import next_time
from tandem.playbook.fields import Duration

_TIME_ONLY: Final = 8  # characters of 09:00:00
_LENGTH: Final[TypeAdapter[timedelta]] = TypeAdapter(Duration)


def read_moment(text: str, zone: ZoneInfo, now: datetime | None = None) -> datetime:
    """`2026-03-29 01:30` in a zone, or `01:30`: the next time that the clock shows it, from `now` on. In UTC.

    Of a time that the clock shows twice it is the first; with an offset (`2026-10-25 02:30+01:00`) it is that very
    moment. Raises ValueError, also for a time that the clock skips.
    """
    if now is not None and len(text) <= _TIME_ONLY:
        return next_time(now, zone, time.fromisoformat(text))
    told = datetime.fromisoformat(text)
    if told.tzinfo is not None:
        return told.astimezone(UTC)
    moment = told.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != told:
        raise ValueError(f"no clock in {zone} ever shows {text}: it is skipped that night")
    return moment


def read_length(told: timedelta | str) -> timedelta:
    """`90m`, `2h`, `3d`, or what is a length already. Raises ValueError."""
    return told if isinstance(told, timedelta) else _LENGTH.validate_python(told)


def shown(moment: datetime, zone: ZoneInfo) -> str:
    """`Sun 29 Mar 01:30`, with the seconds where there are any."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M:%S}".removesuffix(":00")


def shows(moment: datetime, zone: ZoneInfo, told: str) -> bool:
    """Whether the clock shows `09:00`, or `2026-03-29 09:00`, at this moment, whatever the seconds."""
    local = moment.astimezone(zone)
    return told.replace("T", " ") in (f"{local:%H:%M}", f"{local:%Y-%m-%d %H:%M}")
