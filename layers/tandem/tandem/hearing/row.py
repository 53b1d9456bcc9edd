"""A ledger row and what it hears. The row depends on the set of what was heard, not on its order or repetition."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from tandem.customer.consent import said_at_text
from tandem.events import EventType, digest
from tandem.events.times import to_text
from tandem.hearing.heard import Heard, Kind
from tandem.sending.outcome import Status

# Of these it is not known that the provider took it, until the provider says so. Refused: after an attempt whose answer
# was lost, and wrongly then.
_OPEN: Final = frozenset({Status.RESERVED, Status.UNKNOWN, Status.AGAIN, Status.REFUSED})
# Where the reason is kept of what is one.
_DETAILS: Final = {
    Kind.BOUNCED: "bounce",
    Kind.COMPLAINED: "complaint",
    Kind.REJECTED: "rejection",
    Kind.DELAYED: "delay",
}


@dataclass(frozen=True, slots=True)
class Row:
    """As far as it hears. `customer_id` is empty where the customer was erased.

    `marks` are the earliest moments, as `delivered_at`, and `details` the reasons told then. `told` are the events that
    the customer was told, by id, with the earliest moment. `settled_by` is set where an event proved that the message
    left: the earliest of those. `heard` counts what changed it. Times are aware, UTC.
    """

    send_id: str
    status: Status
    customer_id: str = ""
    campaign: str = ""
    channel: str = ""
    address_hash: str = ""
    sent_at: datetime | None = None
    provider_id: str = ""
    settled_by: str = ""
    marks: Mapping[str, datetime] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False
    told: Mapping[str, datetime] = field(default_factory=dict)
    heard: int = 0


@dataclass(frozen=True, slots=True)
class Hears:
    """The row after it, and the events to tell: those that it tells first. Told again they are the same events."""

    row: Row
    news: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _News:
    """An event for the door: `event_id`, when it occurred, and its envelope."""

    id: str
    at: datetime
    envelope: Mapping[str, Any]


def hears(row: Row, heard: Heard) -> Hears:
    """The row takes in what was told of its message. Of an erased customer's nobody is told."""
    after = _marked(_settled(row, heard), heard)
    news = _news(after, heard) if after.customer_id else ()
    if news:
        earliest = {each.id: min(after.told.get(each.id, each.at), each.at) for each in news}
        after = replace(after, told={**after.told, **earliest})
    first = tuple(each.envelope for each in news if after.told[each.id] == each.at)
    return Hears(after if after == row else replace(after, heard=row.heard + 1), first)


def _settled(row: Row, heard: Heard) -> Row:
    """It left: of several proofs the earliest stands, so that their order does not matter."""
    proof = _proof(heard)
    if row.status in _OPEN or (row.settled_by and proof < row.settled_by):
        return replace(row, status=Status.SENT, sent_at=heard.left_at, provider_id=heard.provider_id, settled_by=proof)
    return row


def _proof(heard: Heard) -> str:
    return " ".join((said_at_text(heard.left_at), heard.provider_id, said_at_text(heard.at), heard.kind))


def _marked(row: Row, heard: Heard) -> Row:
    if heard.kind is Kind.SENT:
        return row
    name, detail = f"{'machine_' if heard.machine else ''}{heard.kind}_at", _DETAILS.get(heard.kind)
    known, details = row.marks.get(name), dict(row.details)
    if detail and (known is None or (heard.at, heard.detail) < (known, details.get(detail, ""))):
        details[detail] = heard.detail
    marks = {**row.marks, name: min(known or heard.at, heard.at)}
    return replace(row, marks=marks, details=details, lasting=row.lasting or heard.lasting)


def _news(row: Row, heard: Heard) -> tuple[_News, ...]:
    """What it is to the customer: that the message left, if this is the proof of it, and what happened to it."""
    sent = {"shadow": False, "provider_id": heard.provider_id}
    left = _event(row, EventType.MESSAGE_SENT, (), heard.left_at, sent)
    proof = (left,) if row.settled_by == _proof(heard) else ()
    if heard.kind is Kind.SENT:
        return proof
    told = {
        "left_at": to_text(heard.left_at),
        "address_hash": row.address_hash,
        "lasting": heard.lasting,
        "machine": heard.machine,
        "link": heard.link,
        "detail": heard.detail,
    }
    said = {name: value for name, value in told.items() if value}
    return *proof, _event(row, EventType(f"message_{heard.kind}"), _which(heard), heard.at, said)


def _which(heard: Heard) -> tuple[str, ...]:
    """What tells an event from others of its kind and message: every further one is the same."""
    match heard.kind:
        case Kind.BOUNCED:
            return ("lasting",) if heard.lasting else ()
        case Kind.OPENED | Kind.CLICKED:
            return "machine" if heard.machine else "person", *((heard.link,) if heard.link else ())
        case _:
            return ()


def _event(row: Row, kind: EventType, which: tuple[str, ...], at: datetime, said: Mapping[str, Any]) -> _News:
    name = digest(kind.value, row.send_id, *which)
    envelope = {
        "v": 1,
        "event_id": name,
        "type": kind.value,
        "customer_id": row.customer_id,
        "occurred_at": to_text(at),
        "properties": {"send_id": row.send_id, "campaign": row.campaign, "channel": row.channel, **said},
    }
    return _News(name, at, envelope)
