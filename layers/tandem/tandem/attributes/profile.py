"""What one run of the slow brain knows of a customer, and which events that covers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from tandem.attributes.entries import Entry
from tandem.attributes.refunds import REFUNDABLE_FOR
from tandem.attributes.windows import to_ms
from tandem.events.times import CLOCK_SKEW

TAIL: Final = timedelta(hours=48)  # received in the tail: covered only if listed
TAKEN_FOR: Final = timedelta(days=45)  # after it occurred: handled later, an event changes no live aggregate
LISTED_FOR: Final = TAKEN_FOR + TAIL + CLOCK_SKEW  # how far before as_of occurred events are listed: see below
ORDERS_KEPT_FOR: Final = REFUNDABLE_FOR + TAIL  # a refund received in the tail finds its order
REFUNDS_KEPT_FOR: Final = REFUNDABLE_FOR + LISTED_FOR  # an order taken live finds a refund that came long before it
MOST_ORDERS: Final = 100
MOST_DAYS_OLD: Final = timedelta(days=40)  # an older snapshot is not loaded: what live has folded might be in its tail
# What the actor may still take was received in the tail, and occurred at most 45 days before. Another copy of it may
# say that it occurred up to a day earlier: a clock that is ahead is set back to the moment of receipt.
Grains = Mapping[int, Any]


@dataclass(frozen=True)
class Profile:
    """A customer's line of a snapshot. `as_of` is aware, UTC, on a quarter hour.

    `codes` are the rules it carries; `parts` their partials by code and grain; `left_out` how many events a rule got
    nothing from, by code and reason. `listed` holds the identities of the included events that occurred in the 48 days
    before `as_of`; `orders` the included orders that may still be refunded, and `refunds` those that are included or
    wait for their order. `orders_since` (milliseconds) is where `orders` begins if some had no room. `figures` is what
    no rule combines with. `by_currency` is what a profile of the first release knows of money: see `counted_in`.
    """

    customer_id: str
    as_of: datetime
    codes: frozenset[int] = frozenset()
    parts: Mapping[int, Grains] = field(default_factory=dict)
    left_out: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    orders: tuple[Entry, ...] = ()
    refunds: tuple[Entry, ...] = ()
    orders_since: int = 0
    figures: Mapping[str, int | str] = field(default_factory=dict)
    by_currency: Mapping[str, Mapping[int, Grains]] = field(default_factory=dict)

    @cached_property
    def tail(self) -> int:
        """Where the tail begins (milliseconds): what was received before is covered."""
        return to_ms(self.as_of - TAIL)

    def covers(self, identity: str, received: int) -> bool:
        """Whether an event (received at `received`, milliseconds) is already in the partials."""
        return received < self.tail or identity in self.listed

    def counted_in(self, currency: str) -> "Profile":
        """With the money of this currency among its partials: rules count the shop's own."""
        if not self.by_currency:
            return self
        return replace(self, parts={**self.parts, **self.by_currency.get(currency, {})}, by_currency={})
