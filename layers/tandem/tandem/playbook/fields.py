"""What the parts of a playbook are made of: names, durations, times of day, and how they are written."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
Attribute = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def read_duration(value: object) -> object:
    """`90s`, `30m`, `24h` or `7d` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("write a duration as a number with s, m, h or d, such as 30m or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def write_duration(value: timedelta) -> str:
    """The inverse of `read_duration`, in the largest unit that is exact."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def between(least: timedelta, most: timedelta) -> AfterValidator:
    """Refuses a duration outside the bounds."""

    def check(value: timedelta) -> timedelta:
        if not least <= value <= most:
            raise ValueError(f"has to be between {write_duration(least)} and {write_duration(most)}")
        return value

    return AfterValidator(check)


Duration = Annotated[timedelta, BeforeValidator(read_duration), PlainSerializer(write_duration)]


def read_time_of_day(value: object) -> object:
    """`09:00` as a time of day."""
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('write a time of day in quotes, such as "09:00"')
    return time(int(found[1]), int(found[2]))


def write_time_of_day(value: time) -> str:
    """The inverse of `read_time_of_day`."""
    return f"{value:%H:%M}"


TimeOfDay = Annotated[time, BeforeValidator(read_time_of_day), PlainSerializer(write_time_of_day)]


def read_number(value: object) -> object:
    """A number as an expression: 120 is "120"."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Number = Annotated[str, BeforeValidator(read_number), StringConstraints(min_length=1, max_length=4000)]


def one_of(value: object, *names: str) -> str:
    """Which of the names is a key of a mapping, or an attribute that is set of what was made of one; else empty."""
    held: Any = value if isinstance(value, dict) else {name: getattr(value, name, None) for name in names}
    return next((name for name in names if held.get(name) is not None), "")


class Model(BaseModel):
    """A part of a playbook: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with changes, without what was worked out of the original."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy
