"""The one envelope, and the closed union of what can be in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class EventType(StrEnum):
    """Segment's e-commerce names in snake_case, and our own."""

    PRODUCT_ADDED = "product_added"
    PRODUCT_REMOVED = "product_removed"
    CART_VIEWED = "cart_viewed"
    CHECKOUT_STARTED = "checkout_started"
    ORDER_COMPLETED = "order_completed"
    ORDER_REFUNDED = "order_refunded"
    ORDER_CANCELLED = "order_cancelled"
    CUSTOMER_IDENTIFIED = "customer_identified"
    TIMER_FIRED = "timer_fired"
    PROFILE_REFRESHED = "profile_refreshed"

    # What Tandem says of itself, by the door like everything else.
    MESSAGE_SENT = "message_sent"
    MESSAGE_REFUSED = "message_refused"
    SEND_EXPIRED = "send_expired"
    MESSAGE_DELIVERED = "message_delivered"
    MESSAGE_DELAYED = "message_delayed"
    MESSAGE_BOUNCED = "message_bounced"
    MESSAGE_COMPLAINED = "message_complained"
    MESSAGE_REJECTED = "message_rejected"
    MESSAGE_OPENED = "message_opened"
    MESSAGE_CLICKED = "message_clicked"
    DATE_REACHED = "date_reached"

    # Observed: what aggregation rules and campaigns may listen to.
    PRODUCTS_SEARCHED = "products_searched"
    PRODUCT_LIST_VIEWED = "product_list_viewed"
    PRODUCT_CLICKED = "product_clicked"
    PRODUCT_VIEWED = "product_viewed"
    PRODUCT_SHARED = "product_shared"
    PRODUCT_REVIEWED = "product_reviewed"
    PRODUCT_ADDED_TO_WISHLIST = "product_added_to_wishlist"
    PRODUCT_REMOVED_FROM_WISHLIST = "product_removed_from_wishlist"
    WISHLIST_PRODUCT_ADDED_TO_CART = "wishlist_product_added_to_cart"
    CART_SHARED = "cart_shared"
    CHECKOUT_STEP_VIEWED = "checkout_step_viewed"
    CHECKOUT_STEP_COMPLETED = "checkout_step_completed"
    PAYMENT_INFO_ENTERED = "payment_info_entered"
    COUPON_ENTERED = "coupon_entered"
    COUPON_APPLIED = "coupon_applied"
    COUPON_DENIED = "coupon_denied"
    COUPON_REMOVED = "coupon_removed"
    PROMOTION_VIEWED = "promotion_viewed"
    PROMOTION_CLICKED = "promotion_clicked"
    ORDER_UPDATED = "order_updated"
    ORDER_DELIVERED = "order_delivered"


@dataclass(frozen=True, slots=True)
class Line:
    """One product line. `price_minor` is the price of one piece, in the currency of the cart or order.

    `image_url` and `url` are https addresses of the product's picture and page, as the source told them, or empty.
    """

    product_id: str
    quantity: int
    name: str = ""
    price_minor: int | None = None
    image_url: str = ""
    url: str = ""


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
class OrderRefunded:
    """The whole order where `total_minor` is None and there are no lines; else that much of it, or those lines.

    `currency` is empty where the source has none; then there is no total, and the lines have no prices.
    """

    order_id: str
    total_minor: int | None
    currency: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The whole order, before it was fulfilled."""

    order_id: str


@dataclass(frozen=True, slots=True)
class CustomerIdentified:
    """Only what the source said is in `traits` (email, phone, first_name, locale, time_zone) and `consents`.

    A consent's key is a channel, for marketing, or a channel and a purpose: `email`, `email/news`.
    """

    traits: Mapping[str, str]
    consents: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class TimerFired:
    """`timer` is the timer's key in the customer, `armed_for` the moment it was armed for (UTC)."""

    timer: str
    armed_for: datetime


@dataclass(frozen=True, slots=True)
class ProfileRefreshed:
    """A newer profile of the customer was loaded; `as_of` is its snapshot's."""

    as_of: datetime


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message left, when the event occurred. In shadow mode it would have."""

    send_id: str


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """A message will certainly not leave; `reason` is the ledger's."""

    send_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SendExpired:
    """A message did not leave in its allowed window. `send` is the whole Send, as it lay in the queue.

    `reason` is the ledger's: `expired`, `over_quota` (the provider takes no more today), `halted` (a breaker is open).
    """

    send_id: str
    send: "Json"
    reason: str = "expired"


@dataclass(frozen=True, slots=True)
class MessageHeard:
    """What a provider told of a message: delivered, delayed, bounced, complained of, rejected, opened, clicked.

    `left_at` is when it left, `address_hash` names the address that it speaks of (`tandem.customer.consent`). A bounce
    is `lasting` when the address takes no mail at all. `machine`: no person opened or clicked.
    """

    send_id: str
    left_at: datetime | None = None
    address_hash: str = ""
    lasting: bool = False
    machine: bool = False


@dataclass(frozen=True, slots=True)
class DateReached:
    """The date that an attribute holds comes back on `day` (a birthday): told about a day ahead."""

    attribute: str
    day: date


@dataclass(frozen=True, slots=True)
class Observed:
    """Seen and counted, not understood: everything the source said is in `Event.properties`."""


Body = (
    CartChanged
    | CheckoutStarted
    | OrderCompleted
    | OrderRefunded
    | OrderCancelled
    | CustomerIdentified
    | TimerFired
    | ProfileRefreshed
    | MessageSent
    | MessageRefused
    | SendExpired
    | MessageHeard
    | DateReached
    | Observed
)
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
