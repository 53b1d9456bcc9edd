"""What a run of the slow brain is asked for, and the moment whose past it can tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tandem.errors import BadEvent, BadHistory
from tandem.events.times import EARLIEST, read_time, to_text

QUARTER: Final = timedelta(minutes=15)
AT_LEAST_OLD: Final = timedelta(hours=2)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """`history` is the key of an order history to import first, `as_of` the moment whose past the snapshot holds.

    Both may be left out: nothing is imported; the moment is the latest there could be when it was `asked_at`.
    """

    asked_at: datetime
    history: str = ""
    as_of: datetime | None = None


def read_request(payload: Mapping[str, Any], *, now: datetime) -> BuildRequest:
    """The request in an invocation's payload. Raises BadHistory naming the argument.

    A schedule's event says its `time`: a run that is tried again later goes on with the same snapshot.
    """
    history = payload.get("history", "")
    if not isinstance(history, str) or (not history and "history" in payload):
        raise BadHistory("history", "not text; it is the key of a CSV or Parquet file in the bucket")
    asked_at = min(now, _moment(payload["time"], "time")) if "time" in payload else now
    return BuildRequest(asked_at, history, _as_of(payload["as_of"], now) if "as_of" in payload else None)


def settle_moment(request: BuildRequest, oldest: Callable[[], datetime | None]) -> datetime:
    """The moment of the snapshot: the one asked for, or the latest there can be.

    `oldest` tells since when events wait for the archive (None: none do); no snapshot passes that. Raises BadHistory.
    """
    waiting, asked = oldest(), request.as_of
    if asked is None:
        latest = request.asked_at - AT_LEAST_OLD
        return _quarter(min(latest, waiting) if waiting else latest)
    if waiting and asked > waiting:
        raise BadHistory(
            "as_of",
            f"{to_text(asked)} passes what waits for the archive: an event received at {to_text(waiting)}. "
            "See tandem dlq list, or wait until it is archived",
        )
    return asked


def _quarter(moment: datetime) -> datetime:
    return moment - (moment - _EPOCH) % QUARTER


def _moment(value: object, name: str) -> datetime:
    try:
        return read_time(value, name)
    except BadEvent as error:
        raise BadHistory(name, f"{error.reason}; it is a time like 2026-11-21T00:00:00Z") from error


def _as_of(value: object, now: datetime) -> datetime:
    as_of = _moment(value, "as_of")
    if as_of != _quarter(as_of):
        raise BadHistory("as_of", f"{to_text(as_of)} is not on a quarter hour")
    if not EARLIEST <= as_of <= now:
        raise BadHistory("as_of", f"{to_text(as_of)} is in the future or before 1995")
    if as_of > now - AT_LEAST_OLD:
        latest = to_text(_quarter(now - AT_LEAST_OLD))
        raise BadHistory("as_of", f"{to_text(as_of)} is less than two hours ago; the latest moment is {latest} now")
    return as_of
