"""What is kept of a single event for the rules: its contributions, until a profile covers it.

Times are milliseconds since 1970. `parts` maps a rule's code to what the event adds: a partial of the rule's function,
or, where single products can be taken back, a list of [product id, quantity, partial].
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tandem.attributes.windows import from_ms
from tandem.events import EventType


@dataclass(frozen=True, slots=True)
class Sold:
    """What an order came to, in minor units."""

    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A refund or a cancellation of the order with the identity `order`.

    `minor` is what was paid back (None: not said), `products` how many pieces of which product came back.
    """

    order: str
    full: bool
    minor: int | None = None
    currency: str = ""
    products: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `playbook` is the number of the one whose rules made `parts`; `left_out` says, by a rule's code, why
    it got nothing."""

    identity: str
    type: EventType
    occurred: int
    received: int
    playbook: int = 0
    parts: Mapping[int, Any] = field(default_factory=dict)
    left_out: Mapping[int, str] = field(default_factory=dict)
    sold: Sold | None = None
    returned: Returned | None = None

    @property
    def occurred_at(self) -> datetime:
        """When it happened (UTC)."""
        return from_ms(self.occurred)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is worth keeping but its identity."""
        return not (self.parts or self.left_out or self.sold or self.returned)


def earliest(entries: tuple[Entry, ...], *more: Entry) -> tuple[Entry, ...]:
    """The entries with more, by time of occurrence. Of copies the one received first stands."""
    held = {entry.identity: entry for entry in entries}
    news = False
    for entry in more:
        copy = held.get(entry.identity)
        if copy is None or entry.received < copy.received:
            held[entry.identity] = entry
            news = True
    return tuple(sorted(held.values(), key=lambda each: (each.occurred, each.identity))) if news else entries
