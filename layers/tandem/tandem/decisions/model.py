"""A decision: what was chosen and why, with every candidate, what each gate saw, and all that repeats it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.customer import Channel, Origin
from tandem.decisions.jsonable import jsonable
from tandem.decisions.seen import Seen

VERSION: Final = 2


class Outcome(StrEnum):
    """What became of a candidate. The closed list of reasons, in the order their gates are tried."""

    CHOSEN = "chosen"
    STOPPED = "stopped"  # an operator stopped it, its journey, or all its channels
    CART_CLOSED = "cart_closed"  # the cart was ordered or emptied
    EXITED = "exited"  # its journey ended while it waited
    SUPERSEDED = "superseded"  # the same campaign waits for something newer
    WITHDRAWN = "withdrawn"  # the playbook has no such campaign any more
    AUDIENCE = "audience"  # the campaign's condition is false
    AUDIENCE_ERROR = "audience_error"  # the condition cannot be told for this customer
    INCOMPLETE = "incomplete"  # the condition reads an attribute that no snapshot carries yet, or that lost events
    NO_CONSENT = "no_consent"  # not allowed on any of its channels; unknown is no
    SUPPRESSED = "suppressed"  # allowed, but the person said no to everything
    UNREACHABLE = "unreachable"  # allowed, but no address is known
    EXPIRED = "expired"  # its reason arose too long ago
    TOO_OLD = "too_old"  # the event, or the end of the wait, lay too far back when it was handled
    HOLDOUT = "holdout"  # one of those who never get it, to see what difference it makes
    EXCLUDED = "excluded"  # another campaign or journey holds it back for a time
    CAP = "cap"  # enough messages in the window
    QUIET_HOURS = "quiet_hours"  # it is dropped at this hour, or could not wait until it is over
    OUTRANKED = "outranked"  # another one, or nothing, is better
    DEFERRED = "deferred"  # not final: it waits for quiet hours to end
    WAITING = "waiting"  # not final: it waits for others to compete with


FINAL: Final = frozenset(Outcome) - {Outcome.DEFERRED, Outcome.WAITING}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One campaign that could have been said. `saw` holds the values and limits that settled it.

    It arose at `since`; `origin` is from what, where that is not the decision's cause. `values` are the variables of
    its own that conditions asked for (`cart.…`, `start.…`, `change.…`), by name. `score` and `propensity`
    (the probability of being chosen) are the ranking policy's.
    """

    campaign: str
    outcome: Outcome
    saw: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    origin: Origin | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    score: float | None = None
    propensity: float | None = None
    arriving: bool = False


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

    `attributes` are the customer's merged values it was made with, `incomplete` those that could not be trusted, and
    `seen` all else that gates look at; `values` is what conditions asked of the event. `campaign` is None for nothing,
    `policy` the ranking policy's number. Of one that `is_cut`, values were too large to be kept.
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
    variant: str = ""
    incomplete: Mapping[str, str] = field(default_factory=dict)
    seen: Seen | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    policy: int = 0
    is_cut: bool = False
    v: int = VERSION


def decision_document(decision: Decision) -> dict[str, Any]:
    """A decision as JSON data. What equals its default is left out, but for the version."""
    document: dict[str, Any] = jsonable(decision)
    return {**document, "campaign": decision.campaign, "v": decision.v}


def read_decision(document: Mapping[str, Any]) -> Decision:
    """The inverse of `decision_document`, also for what the first release recorded."""
    return _adapter().validate_python(document)


@cache
def _adapter() -> TypeAdapter[Decision]:
    """Made when it is needed: who decides only writes."""
    return TypeAdapter(Decision)
