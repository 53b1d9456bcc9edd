"""The actor's ports in memory: what replay, the simulator and the tests use."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from tandem.actor import Loaded
from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import (
    Announce,
    Customer,
    Effect,
    Record,
    Send,
    SetConsent,
    SetTimer,
    pack_customer,
    unpack_customer,
)
from tandem.customer.tombstone import is_erased, tombstone_key
from tandem.errors import Conflict, Unavailable
from tandem.playbook import Live, Playbook

_ORDER: Final = (SetConsent, SetTimer, Record, Announce, Send)


@dataclass(slots=True)
class MemoryCustomers:
    """Keeps the packed form, as the table does: what cannot be stored cannot hide. `tombstones` are of the erased."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    header: SnapshotHeader | None = None
    live: Live = field(default_factory=lambda: Live(1))
    tombstones: set[str] = field(default_factory=set)
    _packed: dict[str, tuple[bytes, int]] = field(default_factory=dict)

    def load(self, customer_ids: Collection[str]) -> Loaded:
        """Everything the batch needs."""
        return Loaded(
            customers={each: self._read(each) for each in customer_ids if each in self._packed},
            profiles={each: self.profiles[each] for each in customer_ids if each in self.profiles},
            header=self.header,
            live=self.live,
            erased=[each for each in customer_ids if each not in self._packed and is_erased(each, self.tombstones)],
        )

    def load_again(self, customer_id: str) -> Loaded:
        """The same: memory is always consistent."""
        return self.load([customer_id])

    def get(self, customer_id: str) -> Customer | None:
        """One customer."""
        return self._read(customer_id) if customer_id in self._packed else None

    def all(self) -> list[Customer]:
        """Every customer, by id."""
        return [self._read(each) for each in sorted(self._packed)]

    def save(self, customer: Customer) -> None:
        """Raises Conflict unless the customer is the version that is stored."""
        held = self._packed.get(customer.customer_id)
        if customer.version != (held[1] if held else 0):
            raise Conflict
        self._packed[customer.customer_id] = (pack_customer(replace(customer, version=0)), customer.version + 1)

    def erase(self, customer_id: str) -> None:
        """What `tandem erase` leaves: a tombstone, and nothing of the customer."""
        self.tombstones.add(tombstone_key(customer_id))
        self._packed.pop(customer_id, None)
        self.profiles.pop(customer_id, None)

    def _read(self, customer_id: str) -> Customer:
        data, version = self._packed[customer_id]
        return unpack_customer(data, version)


@dataclass(slots=True)
class MemoryPlaybooks:
    """Playbooks by number."""

    published: dict[int, Playbook]

    def get(self, number: int) -> Playbook:
        """Raises Unavailable for a number that was never published."""
        if number not in self.published:
            raise Unavailable("playbook", "get")
        return self.published[number]


@dataclass(slots=True)
class MemoryOutbox:
    """Effects in the order they were carried out, repetitions included."""

    effects: list[Effect] = field(default_factory=list)

    def carry_out(self, effects: Sequence[Effect], *, now: datetime) -> frozenset[str]:
        """Always succeeds."""
        self.effects += sorted(effects, key=lambda effect: _ORDER.index(type(effect)))
        return frozenset()


@dataclass(slots=True)
class MemoryDeadLetters:
    """(body, reason, field) of every message that could never be handled."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)

    def put(self, body: str, *, reason: str, field: str) -> None:
        """Keeps it."""
        self.letters.append((body, reason, field))
