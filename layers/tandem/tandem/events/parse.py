"""From a queue message to an event, or to the reason why it never can be one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from tandem.errors import BadEvent
from tandem.events.event import Event, EventType, Json
from tandem.events.identity import digest
from tandem.events.reading import read_object
from tandem.events.shapes import Id, Shape, shape_of
from tandem.events.times import read_occurred_at, read_time

VERSION: Final = 1
INTERNAL: Final = frozenset({EventType.TIMER_FIRED, EventType.PROFILE_REFRESHED})
# What becomes of messages. It starts none: a message that another one starts would have no end.
OF_MESSAGES: Final = frozenset(
    {
        EventType.MESSAGE_SENT,
        EventType.MESSAGE_REFUSED,
        EventType.SEND_EXPIRED,
        EventType.MESSAGE_DELIVERED,
        EventType.MESSAGE_DELAYED,
        EventType.MESSAGE_BOUNCED,
        EventType.MESSAGE_COMPLAINED,
        EventType.MESSAGE_REJECTED,
        EventType.MESSAGE_OPENED,
        EventType.MESSAGE_CLICKED,
    }
)
_UNION_ARMS: Final = ("bool", "constrained-str", "literal['']", "function-after[<lambda>(), constrained-str]")
_REASONS: Final[Mapping[str, str]] = {
    "missing": "missing",
    "less_than": "number_too_large",
    "less_than_equal": "number_too_large",
    "too_long": "too_large",
    "string_too_long": "too_large",
}


class _Envelope(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, defer_build=True)

    event_id: Id
    type: Annotated[str, StringConstraints(max_length=256)]
    customer_id: Id
    occurred_at: Any
    properties: dict[str, Any]
    v: int = VERSION


def parse(message: str, sent_at: datetime) -> Event:
    """The event in a message of the events queue.

    A message by the door is SNS's envelope, and its Timestamp is when the event was received; one straight to the
    queue (only the internal types may) was received when it was sent, at `sent_at`. Raises BadEvent.
    """
    outer = read_object(message)
    by_door = outer.get("Type") == "Notification" and isinstance(outer.get("Message"), str)
    received_at = read_time(outer.get("Timestamp"), "Timestamp") if by_door else sent_at
    event = parse_envelope(read_object(str(outer["Message"])) if by_door else outer, received_at)
    if by_door == (event.type in INTERNAL):
        raise BadEvent("wrong_door", "type")
    return event


def parse_envelope(envelope: Json, received_at: datetime) -> Event:
    """The event in an envelope received at `received_at` (aware). Raises BadEvent."""
    try:
        outer = _Envelope.model_validate(envelope)
        if outer.v != VERSION:
            raise BadEvent("unknown_version", "v")
        if outer.type not in EventType:
            raise BadEvent("unknown_type", "type")
        occurred_at = read_occurred_at(outer.occurred_at, received_at)
        shape = _shape(EventType(outer.type), outer.properties)
    except ValidationError as error:
        raise _bad(error) from error
    return Event(
        event_id=outer.event_id,
        type=EventType(outer.type),
        customer_id=outer.customer_id,
        occurred_at=occurred_at,
        received_at=received_at,
        identity=shape.identity() or digest(outer.type, outer.event_id),
        body=shape.body(),
        properties=outer.properties,
    )


def _shape(event_type: EventType, properties: Mapping[str, Any]) -> Shape:
    try:
        return shape_of(event_type)(properties)
    except ValidationError as error:
        raise _bad(error, "properties") from error


def _bad(error: ValidationError, prefix: str = "") -> BadEvent:
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in first["loc"] if part not in _UNION_ARMS]
    field = ".".join(part for part in (prefix, *path, first.get("ctx", {}).get("field", "")) if part)
    kind = str(first["type"])
    return BadEvent(_REASONS.get(kind, "wrong_type" if kind.endswith("_type") else "invalid"), field)
