"""Moments as a customer's document tells them: milliseconds after its base, where there is more with microseconds."""

from datetime import datetime, timedelta
from typing import Any, Final

from tandem.attributes.windows import from_ms, to_ms

_US: Final = timedelta(microseconds=1)


def told_time(moment: datetime | None, base: int) -> Any:
    if moment is None:
        return None
    ms, beyond = to_ms(moment) - base, moment.microsecond % 1000
    return [ms, beyond] if beyond else ms


def moment_of(told: Any, base: int) -> datetime | None:
    return None if told is None else moment_at(told, base)


def moment_at(told: Any, base: int) -> datetime:
    ms, beyond = told if isinstance(told, list) else (told, 0)
    return from_ms(ms + base) + beyond * _US
