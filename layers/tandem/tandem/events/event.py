"""The one envelope, and the closed union of what can be in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class EventType(StrEnum):
    """Segment's e-commerce names in snake_case, and our own."""

    PRODUCT_ADDED = "product_added"
    PRODUCT_REMOVED = "product_removed"
    CART_VIEWED = "cart_viewed"
    CHECKOUT_STARTED = "checkout_started"
    ORDER_COMPLETED = "order_completed"
    CUSTOMER_IDENTIFIED = "customer_identified"
    TIMER_FIRED = "timer_fired"


@dataclass(frozen=True, slots=True)
class Line:
    """One product line. `price_minor` is the price of one piece, in the currency of the cart or order."""

    product_id: str
    quantity: int
    name: str = ""
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CartChanged:
    """product_added, product_removed, cart_viewed. A cart without an id is the cart `default`."""

    cart_id: str
    lines: tuple[Line, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class CheckoutStarted:
    """`cart_id` is empty where the source has none (Segment's has none)."""

    cart_id: str
    checkout_id: str
    order_id: str
    lines: tuple[Line, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    """`total_minor` is what was paid, in minor units of `currency`. Ids are empty where the source has none."""

    order_id: str
    total_minor: int
    currency: str
    lines: tuple[Line, ...]
    checkout_id: str
    cart_id: str


@dataclass(frozen=True, slots=True)
class CustomerIdentified:
    """Only what the source said is in `traits` (email, phone, first_name, locale, time_zone) and `consents`."""

    traits: Mapping[str, str]
    consents: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class TimerFired:
    """`timer` is the timer's key in the customer, `armed_for` the moment it was armed for (UTC)."""

    timer: str
    armed_for: datetime


Body = CartChanged | CheckoutStarted | OrderCompleted | CustomerIdentified | TimerFired
Json = Mapping[str, "JsonValue"]
JsonValue = None | bool | int | Decimal | str | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one customer. Times are aware, in UTC; occurred_at is never later than received_at.

    `identity` is the same for every delivery and every source of the same fact. `properties` is what the source
    sent, for conditions; `body` is what Tandem understood of it.
    """

    event_id: str
    type: EventType
    customer_id: str
    occurred_at: datetime
    received_at: datetime
    identity: str
    body: Body
    properties: Json
