"""A campaign that may have something to say, and waits to be decided: what it is for, since when, until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tandem.events import Line


@dataclass(frozen=True, slots=True)
class Origin:
    """What a message would be for: an event, the end of a wait, a change, as far as it is looked at again later.

    `due` is when the wait was to end. `journey` is the key of the customer's journey that asks for the message. The
    cart, the order and its lines are for the words; `cart_touched_at` is the cart's last activity by then. `values` are
    those variables of the moment that conditions may ask for again: `start.…` of a journey, `change.…`.
    """

    type: str
    identity: str
    occurred_at: datetime
    event_id: str = ""
    due: datetime | None = None
    journey: str = ""
    cart_id: str = ""
    cart_touched_at: datetime | None = None
    order_id: str = ""
    currency: str = ""
    total_minor: int | None = None
    lines: tuple[Line, ...] = ()
    attribute: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def is_before(self, kind: str, identity: str, occurred_at: datetime) -> bool:
        """Whether an event of this type happened at this moment or after it.

        Of two of one type at one moment one comes first, whichever arrives first: it goes by their identities.
        """
        if occurred_at != self.occurred_at:
            return occurred_at > self.occurred_at
        return identity > self.identity if kind == self.type else identity != self.identity


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate that is not decided yet. It arose at `since`, and is decided at `until` or when it meets another.

    `deferred` is why it may not be decided before `until` (quiet hours, a date that is still to come); empty for one
    that only has patience.
    """

    id: str
    campaign: str
    origin: Origin
    since: datetime
    until: datetime
    deferred: str = ""
