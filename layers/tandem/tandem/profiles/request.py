"""What a run of the slow brain is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tandem.errors import BadEvent, BadHistory
from tandem.events.times import EARLIEST, read_time, to_text

QUARTER_MINUTES: Final = 15


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """`history` is the key of the order history, `as_of` the moment whose past the snapshot holds."""

    history: str
    as_of: datetime


def read_request(payload: Mapping[str, Any], *, now: datetime) -> BuildRequest:
    """The request in an invocation's payload. Raises BadHistory naming the argument."""
    history = payload.get("history")
    if not isinstance(history, str) or not history:
        raise BadHistory("history", "missing; it is the key of a CSV or Parquet file in the bucket")
    return BuildRequest(history, _as_of(payload.get("as_of"), now))


def _as_of(value: object, now: datetime) -> datetime:
    try:
        as_of = read_time(value, "as_of")
    except BadEvent as error:
        raise BadHistory("as_of", f"{error.reason}; it is a time like 2026-11-21T00:00:00Z") from error
    if as_of.minute % QUARTER_MINUTES or as_of.second or as_of.microsecond:
        raise BadHistory("as_of", f"{to_text(as_of)} is not on a quarter hour")
    if not EARLIEST <= as_of <= now:
        raise BadHistory("as_of", f"{to_text(as_of)} is in the future or before 1995")
    return as_of
