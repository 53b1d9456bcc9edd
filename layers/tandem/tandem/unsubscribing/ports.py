"""What unsubscribing needs of the world. Every method may raise Unavailable: a passing fault."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tandem.customer import Customer
from tandem.customer.consent import Word


class Consents(Protocol):
    """The consent items, which every reservation of a send checks."""

    def say(self, word: Word) -> None:
        """Write what a person says right now. A no stands over a yes by a clock that runs ahead."""
        ...

    def held(self, keys: Collection[str]) -> Mapping[str, bool]:
        """The items with these keys that exist: whether each is a yes. Strongly consistent."""
        ...


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a send was for, and in what language it was asked for. The id of a row that was anonymised is empty."""

    customer_id: str
    locale: str


class Sends(Protocol):
    """The ledger, as far as it tells whom a send was for."""

    def recipient(self, send_id: str) -> Recipient | None:
        """None where there is no row, or none any more: rows are kept for 400 days."""
        ...


class Customers(Protocol):
    """The actor's customers."""

    def get(self, customer_id: str) -> Customer | None:
        """The customer as last saved, strongly consistent; None where there is none (any more)."""
        ...


class News(Protocol):
    """The door, by which the customer's record hears what was said."""

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """Publish an event. Telling it again is harmless."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as `answer` meets it."""

    consents: Consents
    sends: Sends
    customers: Customers
    news: News
