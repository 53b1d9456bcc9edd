"""What SES publishes of its mails, by an event destination and an SNS topic, read into Heard."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any, Final

from pydantic import ValidationError

from tandem.errors import BadEvent
from tandem.events.reading import read_object
from tandem.events.times import CLOCK_SKEW, EARLIEST, read_time
from tandem.hearing.heard import Heard
from tandem.hearing.machine import is_machine
from tandem.hearing.shapes import PARTS, Mail

# Published once, when the event destination is made. It is about no message.
GREETING: Final = "Successfully validated SNS topic for Amazon SES event publishing."
TAG: Final = "decision"  # the tag of a message that says which send it is


def parse(message: str, sent_at: datetime) -> Heard | None:
    """What a message of the feedback queue tells: SNS's envelope around SES's event, or the event itself.

    `sent_at` (aware) is when it was put there. None for the greeting. Raises BadEvent, with reason and field.
    """
    outer = read_object(message)
    by_topic = outer.get("Type") == "Notification" and isinstance(outer.get("Message"), str)
    if by_topic and str(outer["Message"]).strip() == GREETING:
        return None
    told_at = read_time(outer.get("Timestamp"), "Timestamp") if by_topic else sent_at
    return _heard(read_object(str(outer["Message"])) if by_topic else outer, told_at)


def _heard(event: Mapping[str, Any], told_at: datetime) -> Heard:
    field, shape = _part(event)
    mail = _read(Mail, event.get("mail"), "mail")
    told = _read(shape, event.get(field, {} if field == "send" else None), field).told()
    left_at = _moment(mail.timestamp, "mail.timestamp", told_at)
    at = _moment(told.at, f"{field}.timestamp", told_at) if told.at else left_at
    return Heard(
        kind=told.kind,
        send_id=next(iter(mail.tags.get(TAG, ())), ""),
        provider_id=mail.message_id,
        left_at=left_at,
        at=at,
        recipients=_recipients(told.recipients, mail.destination),
        lasting=told.lasting,
        machine=told.agent is not None and is_machine(told.agent, at - left_at),
        link=told.link,
        detail=told.detail,
    )


def _part(event: Mapping[str, Any]) -> tuple[str, Any]:
    """Where the event's own part is, and its shape. An identity's own notifications name their type otherwise."""
    name = event.get("eventType", event.get("notificationType"))
    if name is None:
        raise BadEvent("missing", "eventType")
    if not isinstance(name, str) or name not in PARTS:
        raise BadEvent("unknown_type", "eventType")
    return PARTS[name]


def _read(shape: Any, value: object, field: str) -> Any:
    if value is None:
        raise BadEvent("missing", field)
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in (field, *first["loc"]))
        kind = str(first["type"])
        raise BadEvent("missing" if kind == "missing" else "wrong_type", path) from error


def _moment(value: str, field: str, told_at: datetime) -> datetime:
    moment = read_time(value, field)
    if moment > told_at + CLOCK_SKEW:
        raise BadEvent("in_the_future", field)
    if moment < EARLIEST:
        raise BadEvent("too_old", field)
    return moment


def _recipients(named: Iterable[str], destination: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the event names, and whom the message was for: a server that forwards names another address.

    A message that had several recipients says only of the named ones what became of it.
    """
    found = [*named, *(destination if len(destination) == 1 else ())]
    plain = [parseaddr(each)[1] or each.strip() for each in found]
    return tuple(sorted({each for each in plain if each}))
