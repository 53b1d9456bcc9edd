"""Events of a file made ready to be published or replayed: times that say "now" filled in, each one checked."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final

from infra.replay.engine import Arrival
from infra.replay.event_file import EventText
from tandem.errors import BadEvent
from tandem.events import EventType, parse_envelope
from tandem.events.parse import INTERNAL
from tandem.events.reading import read_object
from tandem.events.times import read_time, to_text

_RELATIVE: Final = re.compile(r"now(?:([+-])(\d{1,6})([smhd]))?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PUBLIC: Final = sorted(kind.value for kind in EventType if kind not in INTERNAL)
_WORDS: Final[Mapping[str, str]] = {
    "duplicate_key": "is there twice",
    "in_the_future": "is more than a day in the future",
    "invalid": "has a value that is not allowed",
    "missing": "is missing",
    "no_time_zone": "has no time zone; write 2026-11-22T12:00:00Z, or now",
    "not_an_object": "an event is a JSON object: {...}",
    "not_iso_8601": "is no ISO 8601 time; write 2026-11-22T12:00:00Z, or now",
    "not_json": "is not JSON",
    "number_too_large": "is a number out of range",
    "too_deep": "is nested too deep",
    "too_large": "is too long",
    "too_old": "lies before 1995",
    "unknown_type": "is no type there is; docs/events.md lists them",
    "unknown_version": "is a version this Tandem does not know; it is 1",
    "wrong_door": "is internal, Tandem sends it to itself",
    "wrong_type": "has the wrong type",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """An event that is good, as the text to publish."""

    line: int
    text: str
    customer_id: str
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Defect:
    """An event that is not; `field` is empty for the whole of it."""

    line: int
    reason: str
    field: str
    text: str

    def __str__(self) -> str:
        words = _WORDS.get(self.reason, self.reason)
        if self.reason == "unknown_type" and (near := _nearest_type(self.text)):
            words = f"is no type there is; did you mean {near}?"
        return f"line {self.line}: {self.field or 'the event'}: {words}"


def _nearest_type(text: str) -> str:
    """The type that an event with an unknown one seems to mean, or nothing."""
    said = str(json.loads(text).get("type"))
    return next(iter(get_close_matches(said, _PUBLIC, n=1)), "")


def prepare(texts: Iterable[EventText], *, now: datetime, live: bool) -> tuple[list[Ready], list[Defect]]:
    """The good and the bad events of a file. `live`: as received at `now`; else at their own `received_at`, or when
    they occurred."""
    ready: list[Ready] = []
    defects: list[Defect] = []
    for item in texts:
        text = _with_its_time(item.text, now)
        try:
            ready.append(_prepared(item.line, text, now, live))
        except BadEvent as bad:
            defects.append(Defect(item.line, bad.reason, bad.field, text))
    return ready, defects


def _with_its_time(text: str, now: datetime) -> str:
    """The event with a moment where it says `now`, or nothing. What cannot be read stays as it is."""
    try:
        occurred = read_object(text).get("occurred_at")
    except BadEvent:
        return text
    moment = now if occurred is None else relative(occurred, now)
    if moment is None:
        return text
    return json.dumps({**json.loads(text), "occurred_at": to_text(moment)}, separators=(",", ":"))


def _prepared(line: int, text: str, now: datetime, live: bool) -> Ready:
    document = read_object(text)
    received_at = now if live else _received_at(document, now)
    event = parse_envelope(document, received_at)
    if event.type in INTERNAL:
        raise BadEvent("wrong_door", "type")
    return Ready(line, text, event.customer_id, Arrival(text, received_at))


def _received_at(document: Mapping[str, Any], now: datetime) -> datetime:
    said = document.get("received_at")
    if said is None:
        return read_time(document["occurred_at"], "occurred_at")
    return relative(said, now) or read_time(said, "received_at")


def relative(value: object, now: datetime) -> datetime | None:
    """The moment that `now`, `now-90s` or `now+2d` names; None for anything else."""
    found = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    sign, size, unit = found.groups(default="0")
    away = timedelta(seconds=int(size) * _SECONDS.get(unit, 0))
    return now - away if sign == "-" else now + away
