"""A person is taken out of a stack. Cut off at any call and run again, it ends the same.

The tombstone is first: from then on nobody makes a new record. The customer's record is last, because it leads to
everything else; it goes only if it is still as it was read, so that nothing was armed or decided since. Then all is
looked through again, until a look finds nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Self

from infra.privacy import traces
from infra.privacy.rows import personal
from infra.privacy.tables import Item, Tables
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.customer import DENIED, Customer
from tandem.customer.consent import said_at_text
from tandem.errors import Unavailable

MOST_LOOKS: Final = 20


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each were taken away; of `messages` what names the person."""

    records: int = 0
    timers: int = 0
    consents: int = 0
    messages: int = 0
    profiles: int = 0
    decisions: int = 0

    def __add__(self, other: Self) -> "Erased":
        return Erased(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class _Held:
    """What one look finds. `rows` name the person, `consents` are keys of what is to go."""

    customer: Customer | None
    schedules: list[str]
    has_profile: bool
    decisions: list[str]
    rows: list[Item]
    consents: list[str]

    @property
    def is_nothing(self) -> bool:
        there = (self.customer, self.schedules, self.has_profile, self.decisions, self.rows, self.consents)
        return not any(there)


@dataclass(frozen=True, slots=True)
class Eraser:
    """`clock` is aware."""

    tables: Tables
    tombstones: TombstoneTable
    clock: Callable[[], datetime]

    def erase(self, customer_id: str) -> Erased:
        """Whoever is unknown gets a tombstone too. Raises Unavailable, and Unreadable for another release's record."""
        self.tombstones.put(customer_id, self.clock())
        done = Erased()
        for _ in range(MOST_LOOKS):
            held = self._look(customer_id)
            if held.is_nothing:
                return done
            done += self._remove(customer_id, held)
        raise Unavailable("erase", "look", "there is always something new of this customer")

    def _look(self, customer_id: str) -> _Held:
        customer = self.tables.customer(customer_id)
        decisions = self.tables.decisions(customer_id)
        ids = traces.sends(customer, decisions) | self.tables.open_rows(customer_id)
        rows = self.tables.rows(ids)
        items = self.tables.consents(traces.consents(customer_id, customer, rows))
        return _Held(
            customer,
            self.tables.schedules(customer_id),
            self.tables.has_profile(customer_id),
            decisions,
            [row for row in rows if personal(row)],
            [item["pk"]["S"] for item in items if item.get("status", {}).get("S") != DENIED],
        )

    def _remove(self, customer_id: str, held: _Held) -> Erased:
        """In an order in which nothing that is gone is needed to find what is left."""
        names = {*held.schedules, *(traces.schedules(held.customer) if held.customer else ())}
        timers = sum(self.tables.unschedule(name) for name in sorted(names))
        for key in held.consents:
            self.tables.delete_yes(key)
        for row in held.rows:
            self.tables.anonymise(row, said_at_text(self.clock()))
        if held.has_profile:
            self.tables.delete_profile(customer_id)
        self.tables.delete_decisions(customer_id, held.decisions)
        gone = bool(held.customer and self.tables.delete_customer(held.customer))
        return Erased(
            records=int(gone),
            timers=timers,
            consents=len(held.consents),
            messages=len(held.rows),
            profiles=int(held.has_profile),
            decisions=len(held.decisions),
        )
