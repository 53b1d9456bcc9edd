"""What the actor needs of the world. Adapters fulfil these; each has a memory twin."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import Customer, Effect
from tandem.playbook import Live, Playbook


@dataclass(frozen=True, slots=True)
class Loaded:
    """One read of everything a batch needs. `live` says which playbook holds, and what is stopped.

    `unreadable` are customers whose record or profile another release wrote in a way that this one cannot read,
    `erased` those without a record who must not get one again.
    """

    customers: Mapping[str, Customer]
    profiles: Mapping[str, Profile]
    header: SnapshotHeader | None
    live: Live
    unreadable: Collection[str] = ()
    erased: Collection[str] = ()


class Customers(Protocol):
    """The customers' records and profiles."""

    def load(self, customer_ids: Collection[str]) -> Loaded:
        """All of them in one read, possibly a moment old. A customer without an item is new, or erased.

        Raises Unavailable.
        """

    def load_again(self, customer_id: str) -> Loaded:
        """One of them, strongly consistent. Raises Unavailable."""

    def save(self, customer: Customer) -> None:
        """Saves it as the next version. Raises Conflict when it is not the one that was loaded, or Unavailable."""


class Playbooks(Protocol):
    """Published playbooks by number."""

    def get(self, number: int) -> Playbook:
        """A published playbook never changes, so it may be cached for ever. Raises Unavailable."""


class Outbox(Protocol):
    """Where effects go."""

    def carry_out(self, effects: Sequence[Effect], *, now: datetime) -> frozenset[str]:
        """Carries them out in the order SetConsent, SetTimer, Record, Send. Returns the ids of those it could not."""


class DeadLetters(Protocol):
    """Where messages go that can never be handled."""

    def put(self, body: str, *, reason: str, field: str) -> None:
        """The unchanged body with its reason. Raises Unavailable."""
