"""What `send` needs of the world. Every method may raise Unavailable: a passing fault, before anything was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
        `reserved` is made, or one that is `again` is reserved once more.

        None when reserved; the row found; or the refusal `opted_out` or `suppressed`, of which no row is made yet.
        """
        ...

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Found | None:
        """Make a row `refused`. None when made, else the row found.

        One that is `again` is given up: nobody knows whether an earlier attempt has left. Found is then `unknown`, with
        the refusal as its result.
        """
        ...

    def finish(self, send: Send, result: Recorded, at: datetime) -> bool:
        """Write on a row that is reserved, or unknown by now, what came of it.

        False where it is given up instead: what is refused at a second attempt may have left by an earlier one.
        """
        ...

    def doubt(self, send: Send, detail: str, at: datetime) -> None:
        """Write on a reserved row that nobody knows whether it left."""
        ...

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Take back the reservation of exactly this moment: certainly nothing has left by it.

        The row goes, or is `again` if an earlier attempt may have left; this one does not count then.
        """
        ...

    def reopen(self, send: Send, reserved_at: datetime) -> None:
        """The reservation of exactly this moment is `again`: it may have left, and a copy does no harm."""
        ...

    def suppress(self, send: Send, at: datetime) -> None:
        """Write into the consent item that the address takes nothing at all, unless it holds a later word."""
        ...


class Pace(Protocol):
    """What the provider takes: so many a second, so many a day."""

    def expect(self, coming: Mapping[tuple[Channel, bool], int]) -> None:
        """How many messages a call brings, by channel and whether they are transactional: taken together, their places
        cost one call."""
        ...

    def take(self, channel: Channel, *, transactional: bool) -> Refused | None:
        """One message's place; it may wait a little for it. None, or the refusal `over_quota` or `halted`.

        Raises Unavailable where the next place is too far away: the message comes back.
        """
        ...

    def throttled(self, channel: Channel) -> None:
        """The provider has just said that it takes no more for now."""
        ...


class Breakers(Protocol):
    """The breakers of the channels."""

    def open(self, channel: Channel, why: str) -> None:
        """Nothing leaves by the channel until somebody closes it. Opening it again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a provider is handed: a mail's bytes or a text, and to whom. It is of use for so long (`lives_for`)."""

    id: str
    campaign: str
    channel: Channel
    address: str
    body: bytes | str
    segments: int = 0
    transactional: bool = False
    lives_for: timedelta = timedelta(0)


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


@dataclass(frozen=True, slots=True)
class Halted:
    """The provider takes nothing from this account until somebody acts: sending is paused, the account suspended."""

    detail: str


Answer = Accepted | Rejected | NoAnswer | NotTaken | Halted


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do about a lost answer.

    `settles`: its own events tell later whether it took the message. `idempotent`: the same message handed over twice
    is one, so that trying again does no harm.
    """

    settles: bool = False
    idempotent: bool = False


class Provider(Protocol):
    """A way out. It tries once, and says what it knows; it raises nothing."""

    @property
    def abilities(self) -> Abilities:
        """The same for every message."""
        ...

    def send(self, envelope: Envelope) -> Answer:
        """Hand the message over."""
        ...
