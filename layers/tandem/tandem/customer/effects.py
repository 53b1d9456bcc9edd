"""What a step asks of the world, as data. Doing any of it again is harmless.

Each has a hex `id` derived from what caused it, and a `not_after`: found owed later than that, it is dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from tandem.customer.waiting import Origin
from tandem.events import Line
from tandem.events.identity import MARKETING

Scalar = str | int | float | bool


class Channel(StrEnum):
    """The ways a message can leave."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    WEBHOOK = "webhook"


class Delivery(StrEnum):
    """What becomes of a message of which nobody knows whether it left: given up, or tried again."""

    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


@dataclass(frozen=True, slots=True)
class SetConsent:
    """Write the consent item of an address, unless it holds a later word of the person (`said_at`).

    `explicit` is False where the word was not said of this address (it is new): then it only fills in an unknown.
    """

    id: str
    channel: Channel
    address: str
    granted: bool
    said_at: datetime
    not_after: datetime
    explicit: bool = True
    purpose: str = MARKETING
    kind: Literal["set_consent"] = "set_consent"


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake the customer at `moment`: a `timer_fired` for the timer with key `timer`."""

    id: str
    customer_id: str
    timer: str
    moment: datetime
    not_after: datetime
    kind: Literal["set_timer"] = "set_timer"


@dataclass(frozen=True, slots=True)
class Record:
    """Keep a decision: `document` is its JSON form (see `tandem.decisions`)."""

    id: str
    customer_id: str
    document: Mapping[str, Any]
    not_after: datetime
    kind: Literal["record"] = "record"


@dataclass(frozen=True, slots=True)
class Change:
    """A published attribute that is not what was announced last. Values are JSON: times are ISO 8601 text."""

    attribute: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the shop's other systems of a change: `attribute_changed` on the event bus. `at` is when it was seen."""

    id: str
    customer_id: str
    change: Change
    at: datetime
    not_after: datetime
    kind: Literal["announce"] = "announce"


@dataclass(frozen=True, slots=True)
class Send:
    """Send one message. `id` is the decision's. `template` and `playbook` name the words, the rest fills them.

    `lines` are what was bought or lies in the cart, `recommended` product ids, money in minor units of `currency`.
    The message may leave from `not_before` to `not_after`; `purpose` is what the address has to have said yes to.
    If it does not leave in that time, it is decided anew: `since` is when its reason arose, `origin` what that was,
    without the lines. What is `transactional` may use the last of the provider's daily quota.

    `happened_on` is the day (ISO 8601) of the order or of the cart's last activity, empty where it speaks of neither,
    and `today` that of `not_before`, both in the customer's zone. `attributes` are the customer's values that the words
    use, as far as they are known and complete: money in minor units, a moment as its day in the customer's zone.
    """

    id: str
    customer_id: str
    campaign: str
    template: str
    channel: Channel
    address: str
    locale: str
    playbook: int
    tier: str
    currency: str
    not_before: datetime
    not_after: datetime
    first_name: str = ""
    lines: tuple[Line, ...] = ()
    recommended: tuple[str, ...] = ()
    total_minor: int | None = None
    order_id: str = ""
    cart_id: str = ""
    purpose: str = MARKETING
    variant: str = ""
    since: datetime | None = None
    origin: Origin | None = None
    delivery: Delivery = Delivery.AT_MOST_ONCE
    transactional: bool = False
    happened_on: str = ""
    today: str = ""
    attributes: Mapping[str, Scalar] = field(default_factory=dict, hash=False)
    kind: Literal["send"] = "send"


Effect = Annotated[SetConsent | SetTimer | Record | Announce | Send, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class SendEntry:
    """A decided Send in the customer's send history. `withdrawn` is empty, or why `send` must refuse it.

    `cart_touched_at` is the last activity of the cart it speaks of: an order that closes it later withdraws the send.
    `journey` is the key of the customer's journey that asked for it, `category` the campaign's. `sent_at` is when it
    left, once that is known; `refused` why it certainly did not. `is_free`: no cap counts it.
    """

    id: str
    campaign: str
    channel: Channel
    decided_at: datetime
    not_after: datetime
    cart_id: str = ""
    cart_touched_at: datetime | None = None
    withdrawn: str = ""
    journey: str = ""
    category: str = ""
    sent_at: datetime | None = None
    refused: str = ""
    is_free: bool = False
    purpose: str = MARKETING

    @property
    def is_settled(self) -> bool:
        """Whether it is known that it left, or that it did not."""
        return self.sent_at is not None or bool(self.refused)

    def counts_at(self, now: datetime) -> datetime | None:
        """When a cap counts it: when it left; until that is known now, at most its last moment. None: it never left."""
        return None if self.refused else self.sent_at or min(now, self.not_after)
