"""The fast brain's record of one customer: immutable, saved whole with the effects it owes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from pydantic import InstanceOf

from tandem.attributes import Live
from tandem.attributes.facts import CartFact, OrderFact
from tandem.customer.consent import address_hash
from tandem.customer.effects import Channel, Effect, SendEntry
from tandem.customer.goals import Watch
from tandem.customer.journeys import Ended, Underway
from tandem.customer.waiting import Waiting
from tandem.events.identity import EVERYTHING, MARKETING, consent_name

GRANTED = "granted"
DENIED = "denied"
_TRAITS: Final = {Channel.EMAIL: "email", Channel.SMS: "phone", Channel.PUSH: "push_endpoint"}


@dataclass(frozen=True, slots=True)
class Said:
    """The last word on a trait or a consent: by `at` (the source's clock), ties by the event's identity."""

    value: str
    at: datetime
    identity: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to wake for. The key is `<campaign>/<cart_id>` for a wait for a cart, `~<journey>/<key>` for a journey,
    `~` for the candidates that wait.

    When it is due follows from what it is for and is never stored. `armed_for` is the moment something will wake the
    customer, `handled` the cart's last activity for which the wait has already ended.
    """

    armed_for: datetime | None = None
    handled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """`version` 0 is a customer without an item. `profile_as_of` and `playbook` are the highest ever used, and
    `header_as_of` is that of the last snapshot that was known to have no profile of this customer.

    `live` is what events add to attributes until a profile covers them; `orders` and `cart_facts` are what carts are
    made of. `seen` holds, by the day they occurred, identities of handled events of which nothing else is kept.
    `size` is that of the packed record it was read from, in bytes.
    `announced` is the value of each published attribute that was announced last. `waiting` are candidates that are not
    decided yet, `journeys` those under way; of those that `ended` enough is kept to know who may enter again.
    `goals` are decisions of which it is watched whether they reach what their campaigns are for.
    `consents` are by channel and purpose (`consent_name`). `told_as_of` is the newest profile that started something.
    `dead` holds, by channel, the hash of an address that takes no messages at all: another address is not concerned.
    """

    customer_id: str
    version: int = 0
    traits: Mapping[str, Said] = field(default_factory=dict)
    consents: Mapping[str, Said] = field(default_factory=dict)
    dead: Mapping[str, Said] = field(default_factory=dict)
    live: InstanceOf[Live] = field(default_factory=Live)
    orders: tuple[OrderFact, ...] = ()
    cart_facts: tuple[CartFact, ...] = ()
    seen: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    sends: tuple[SendEntry, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    journeys: tuple[Underway, ...] = ()
    ended: tuple[Ended, ...] = ()
    goals: tuple[Watch, ...] = ()
    owed: tuple[Effect, ...] = ()
    announced: Mapping[str, Any] = field(default_factory=dict)
    profile_as_of: datetime | None = None
    header_as_of: datetime | None = None
    told_as_of: datetime | None = None
    playbook: int = 0
    crowded: bool = False
    size: int = field(default=0, compare=False)

    def trait(self, name: str) -> str:
        """A trait's value, or an empty string."""
        said = self.traits.get(name)
        return said.value if said else ""

    def address(self, channel: Channel) -> str:
        """Where the channel reaches this customer, or an empty string."""
        return self.customer_id if channel is Channel.WEBHOOK else self.trait(_TRAITS[channel])

    def word(self, channel: Channel, purpose: str = MARKETING) -> str:
        """The customer's own copy of the consent: `granted`, `denied`, or empty where nothing was said.

        A dead address says no to everything.
        """
        if purpose == EVERYTHING and self.is_dead(channel):
            return DENIED
        said = self.consents.get(consent_name(channel, purpose))
        return said.value if said else ""

    def is_dead(self, channel: Channel) -> bool:
        """Whether the channel's address of now takes no messages at all."""
        said = self.dead.get(channel)
        return said is not None and said.value == address_hash(channel, self.address(channel))

    def send(self, send_id: str) -> SendEntry | None:
        """The entry of the send history with this id."""
        return next((entry for entry in self.sends if entry.id == send_id), None)
