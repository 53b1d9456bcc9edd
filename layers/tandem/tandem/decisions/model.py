"""A decision: what was chosen for an event and why, with every candidate and what each gate saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.customer import Channel

VERSION: Final = 1


class Outcome(StrEnum):
    """What became of a candidate. The closed list of reasons, in the order their gates are tried."""

    CHOSEN = "chosen"
    CART_CLOSED = "cart_closed"  # the cart was ordered or emptied
    AUDIENCE = "audience"  # the campaign's condition is false
    AUDIENCE_ERROR = "audience_error"  # the condition cannot be told for this customer
    INCOMPLETE = "incomplete"  # the condition reads an attribute that no snapshot carries yet, or that lost events
    UNREACHABLE = "unreachable"  # no address on any of the campaign's channels
    NO_CONSENT = "no_consent"  # reachable, but not allowed; unknown is no
    TOO_OLD = "too_old"  # the event, or the end of the wait, lies too far back
    CAP = "cap"  # enough messages in the window
    OUTRANKED = "outranked"  # another campaign has a higher priority


@dataclass(frozen=True, slots=True)
class Candidate:
    """One campaign that the event could have started. `saw` holds the values and limits that settled it."""

    campaign: str
    outcome: Outcome
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cause:
    """What the decision was made for: an event, the end of a wait (`timer` is its key, `cart_id` its cart), or a change
    of an `attribute`."""

    type: str
    identity: str
    occurred_at: datetime
    received_at: datetime | None = None
    event_id: str = ""
    timer: str = ""
    cart_id: str = ""
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """`at` is when it was made (UTC); `events` are the ids handled in the same step, in order.

    `attributes` are the customer's merged values it was made with; `campaign` is None for "nothing".
    """

    id: str
    customer_id: str
    at: datetime
    cause: Cause
    events: tuple[str, ...]
    playbook: int
    snapshot: datetime | None
    attributes: Mapping[str, Any]
    candidates: tuple[Candidate, ...]
    campaign: str | None = None
    template: str = ""
    channel: Channel | None = None
    v: int = VERSION


_DECISION: Final = TypeAdapter(Decision)


def decision_document(decision: Decision) -> dict[str, Any]:
    """A decision as JSON data."""
    document: dict[str, Any] = _DECISION.dump_python(decision, mode="json")
    return document


def read_decision(document: Mapping[str, Any]) -> Decision:
    """The inverse of `decision_document`."""
    return _DECISION.validate_python(document)
