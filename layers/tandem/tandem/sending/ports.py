"""What `send` needs of the world. Every method may raise Unavailable: a passing fault, before anything was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tandem.content import Content
from tandem.customer import Channel, Customer, Send
from tandem.playbook import Stops
from tandem.sending.outcome import Found, Reason, Recorded, Refused


@dataclass(frozen=True, slots=True)
class Look:
    """The second look, just before a message leaves: its customer, None if there is none, and what is stopped."""

    customer: Customer | None
    stops: Stops


class Customers(Protocol):
    """The actor's customers, and what operators have stopped, read strongly consistent."""

    def look(self, customer_id: str) -> Look:
        """The customer as last saved, and the stops, in one read."""
        ...


class News(Protocol):
    """The door, by which a customer's record hears what became of a send."""

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """Publish an event. Telling it again is harmless."""
        ...


class Contents(Protocol):
    """Published playbooks' words."""

    def get(self, number: int) -> Content:
        """The content of the playbook with this number."""
        ...


class Ledger(Protocol):
    """One row a send. A row is made once; the status it is made with tells whether the send may go on."""

    def reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        """In one transaction: the address said yes to the send's purpose and has not said no to everything, and a row
        `reserved` is made.

        None when reserved; the row found; or the refusal `opted_out` or `suppressed`, of which no row is made yet.
        """
        ...

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Found | None:
        """Make a row `refused`. None when made, else the row found."""
        ...

    def finish(self, send: Send, result: Recorded, at: datetime) -> None:
        """Write on a reserved row what came of it."""
        ...

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Take back the row reserved at exactly this moment: certainly nothing has left."""
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a provider is handed: a mail's bytes or a text, and to whom."""

    id: str
    campaign: str
    channel: Channel
    address: str
    body: bytes | str
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it under this id."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider said no: it will never leave."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The provider may have it."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The provider cannot have it: no connection was made, or it answered that it takes no more for now."""

    detail: str


Answer = Accepted | Rejected | NoAnswer | NotTaken


class Provider(Protocol):
    """A way out. It tries once, and says what it knows; it raises nothing."""

    def send(self, envelope: Envelope) -> Answer:
        """Hand the message over."""
        ...
