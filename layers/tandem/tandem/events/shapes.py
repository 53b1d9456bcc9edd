"""What each event's `properties` must look like, after Segment's e-commerce spec v2.

Unknown fields are allowed everywhere (they stay in `Event.properties`); null counts as absent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from tandem.errors import BadEvent
from tandem.events.event import (
    Body,
    CartChanged,
    CheckoutStarted,
    CustomerIdentified,
    DateReached,
    EventType,
    Line,
    MessageHeard,
    MessageRefused,
    MessageSent,
    Observed,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    SendExpired,
    TimerFired,
)
from tandem.events.identity import MARKETING, consent_name, digest, order_identity
from tandem.events.money import LARGEST_MINOR, to_minor
from tandem.events.times import read_time

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 300
# The characters of RFC 3986, no user before the host: what else browsers forgive has no place in a mail.
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")
DEFAULT_CART: Final = "default"


def _plain_number(value: object) -> object:
    """Text is an amount only as digits with a point: decimals would also read `1_000` and other scripts' digits."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise PydanticCustomError("decimal_parsing", "is no amount")
    return value


def _address(value: object) -> str:
    """Any other address counts as none: a picture is no reason to lose an order."""
    is_one = isinstance(value, str) and len(value) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(value)
    return value if isinstance(value, str) and is_one else ""


Id = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
Currency = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{3}$")]
Amount = Annotated[Decimal, BeforeValidator(_plain_number), Field(ge=0, lt=10**13, allow_inf_nan=False)]
Quantity = Annotated[int, Field(ge=1, le=100_000)]
ShortText = Annotated[str, AfterValidator(lambda text: text[:LONGEST_NAME])]
Moment = Annotated[str, StringConstraints(max_length=40)]
Address = Annotated[str, BeforeValidator(_address)]


class _Shape(BaseModel):
    # Built when its first event comes: a cold start pays for the types it meets, not for all.
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: object) -> object:
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data

    def identity(self) -> str:
        """The digest of its business key; empty for what has none."""
        return ""


class _Product(_Shape):
    product_id: Id | None = None
    sku: Id | None = None
    name: ShortText = ""
    price: Amount | None = None
    quantity: Quantity = 1
    image_url: Address = ""
    url: Address = ""

    @model_validator(mode="after")
    def _has_an_id(self) -> Self:
        if self.product_id is None and self.sku is None:
            raise PydanticCustomError("missing", "it is missing, and so is sku", {"field": "product_id"})
        return self

    def line(self, currency: str) -> Line:
        price = None if self.price is None else _minor(self.price, currency or "USD", "price")
        return Line(self.product_id or self.sku or "", self.quantity, self.name, price, self.image_url, self.url)


Products = Annotated[tuple[_Product, ...], Field(max_length=500)]


class _CartProduct(_Product):
    cart_id: Id = DEFAULT_CART
    currency: Currency | Literal[""] = ""

    def body(self) -> Body:
        return CartChanged(self.cart_id, (self.line(self.currency),), self.currency)


class _CartViewed(_Shape):
    cart_id: Id = DEFAULT_CART
    currency: Currency | Literal[""] = ""
    products: Products

    def body(self) -> Body:
        return CartChanged(self.cart_id, tuple(item.line(self.currency) for item in self.products), self.currency)


class _CheckoutStarted(_Shape):
    cart_id: Id | Literal[""] = ""
    checkout_id: Id | Literal[""] = ""
    order_id: Id | Literal[""] = ""
    currency: Currency | Literal[""] = ""
    products: Products

    def body(self) -> Body:
        lines = tuple(item.line(self.currency) for item in self.products)
        return CheckoutStarted(self.cart_id, self.checkout_id, self.order_id, lines, self.currency)


class _OrderCompleted(_Shape):
    order_id: Id
    total: Amount | None = None
    revenue: Amount | None = None
    currency: Currency
    products: Products = ()
    checkout_id: Id | Literal[""] = ""
    cart_id: Id | Literal[""] = ""

    @model_validator(mode="after")
    def _has_a_total(self) -> Self:
        if self.total is None and self.revenue is None:
            raise PydanticCustomError("missing", "it is missing, and so is revenue", {"field": "total"})
        return self

    def body(self) -> Body:
        total = self.total if self.total is not None else self.revenue or Decimal(0)
        return OrderCompleted(
            order_id=self.order_id,
            total_minor=_minor(total, self.currency, "total"),
            currency=self.currency,
            lines=tuple(item.line(self.currency) for item in self.products),
            checkout_id=self.checkout_id,
            cart_id=self.cart_id,
        )

    def identity(self) -> str:
        return order_identity(self.order_id)


class _OrderRefunded(_Shape):
    order_id: Id
    refund_id: Id | None = None
    total: Amount | None = None
    currency: Currency | Literal[""] = ""
    products: Products = ()

    @model_validator(mode="after")
    def _has_a_currency(self) -> Self:
        if self.total is not None and not self.currency:
            raise PydanticCustomError("missing", "there is a total without it", {"field": "currency"})
        return self

    def body(self) -> Body:
        lines = tuple(item.line(self.currency) for item in self.products)
        return OrderRefunded(
            order_id=self.order_id,
            total_minor=None if self.total is None else _minor(self.total, self.currency, "total"),
            currency=self.currency,
            # A price in an unknown currency would be guessed, and a refund is subtracted: better none.
            lines=lines if self.currency else tuple(replace(line, price_minor=None) for line in lines),
        )

    def identity(self) -> str:
        return digest("order_refunded", self.refund_id) if self.refund_id else ""


class _OrderCancelled(_Shape):
    order_id: Id

    def body(self) -> Body:
        return OrderCancelled(self.order_id)

    def identity(self) -> str:
        return digest("order_cancelled", self.order_id)


Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^\s\x00-\x1f\x7f@<>,;:\"]+@[^\s\x00-\x1f\x7f@<>,;:\"]+$")
]
Phone = Annotated[
    str,
    BeforeValidator(lambda value: re.sub(r"[\s().-]", "", value) if isinstance(value, str) else value),
    StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$"),
]
# Not any ARN: a topic's is one too, and whoever is written to must be a phone.
PUSH_ENDPOINT: Final = (
    r"^arn:aws[a-z-]*:sns:[a-z0-9-]{1,30}:[0-9]{12}:endpoint/[A-Z_]{1,30}/[A-Za-z0-9_.-]{1,256}/[A-Za-z0-9-]{1,64}$"
)
PushEndpoint = Annotated[str, StringConstraints(pattern=PUSH_ENDPOINT)]
Locale = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=35),
    AfterValidator(lambda text: text.replace("_", "-")),
]


YesOrNo = Annotated[bool, Field(strict=True)]
Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
# One word for marketing, or one for each purpose.
Word = YesOrNo | Annotated[dict[Purpose, YesOrNo], Field(max_length=20)]


class _Consents(_Shape):
    email: Word | None = None
    sms: Word | None = None
    push: Word | None = None
    webhook: Word | None = None

    def words(self) -> dict[str, bool]:
        """By channel and purpose, as `consent_name` writes it."""
        said: dict[str, bool] = {}
        for channel, word in self:
            by_purpose = word if isinstance(word, dict) else {} if word is None else {MARKETING: word}
            said |= {consent_name(channel, purpose): yes for purpose, yes in by_purpose.items()}
        return said


class _CustomerIdentified(_Shape):
    email: Email | None = None
    phone: Phone | None = None
    push_endpoint: PushEndpoint | None = None
    first_name: ShortText | None = None
    locale: Locale | None = None
    time_zone: ShortText | None = None
    consents: _Consents = _Consents()

    def body(self) -> Body:
        traits = self.model_dump(exclude={"consents"}, exclude_none=True)
        return CustomerIdentified(traits, self.consents.words())


class _TimerFired(_Shape):
    timer: Annotated[str, StringConstraints(min_length=1, max_length=400)]  # a campaign's id and a cart's
    armed_for: Moment

    def body(self) -> Body:
        return TimerFired(self.timer, read_time(self.armed_for, "properties.armed_for"))


class _ProfileRefreshed(_Shape):
    as_of: Moment

    def body(self) -> Body:
        return ProfileRefreshed(read_time(self.as_of, "properties.as_of"))


class _MessageSent(_Shape):
    send_id: Id

    def body(self) -> Body:
        return MessageSent(self.send_id)

    def identity(self) -> str:
        return digest("message_sent", self.send_id)


class _MessageRefused(_Shape):
    send_id: Id
    reason: Id

    def body(self) -> Body:
        return MessageRefused(self.send_id, self.reason)

    def identity(self) -> str:
        return digest("message_refused", self.send_id)


class _SendExpired(_Shape):
    send_id: Id
    send: dict[str, Any]
    reason: Id = "expired"

    def body(self) -> Body:
        return SendExpired(self.send_id, self.send, self.reason)

    def identity(self) -> str:
        return digest("send_expired", self.send_id)


class _MessageHeard(_Shape):
    """Its identity is its event id, which the teller makes of what it tells."""

    send_id: Id
    left_at: Moment | None = None
    address_hash: Id | Literal[""] = ""
    lasting: bool = False
    machine: bool = False

    def body(self) -> Body:
        left_at = read_time(self.left_at, "properties.left_at") if self.left_at else None
        return MessageHeard(self.send_id, left_at, self.address_hash, self.lasting, self.machine)


class _DateReached(_Shape):
    attribute: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    date: date

    def body(self) -> Body:
        return DateReached(self.attribute, self.date)


class _Observed(_Shape):
    def body(self) -> Body:
        return Observed()


def _minor(amount: Decimal, currency: str, field: str) -> int:
    minor = to_minor(amount, currency)
    if minor > LARGEST_MINOR:
        raise BadEvent("number_too_large", f"properties.{field}")
    return minor


Shape = (
    _CartProduct
    | _CartViewed
    | _CheckoutStarted
    | _OrderCompleted
    | _OrderRefunded
    | _OrderCancelled
    | _CustomerIdentified
    | _TimerFired
    | _ProfileRefreshed
    | _MessageSent
    | _MessageRefused
    | _SendExpired
    | _MessageHeard
    | _DateReached
    | _Observed
)
_SHAPES: Final[Mapping[EventType, type[Shape]]] = {
    EventType.PRODUCT_ADDED: _CartProduct,
    EventType.PRODUCT_REMOVED: _CartProduct,
    EventType.CART_VIEWED: _CartViewed,
    EventType.CHECKOUT_STARTED: _CheckoutStarted,
    EventType.ORDER_COMPLETED: _OrderCompleted,
    EventType.ORDER_REFUNDED: _OrderRefunded,
    EventType.ORDER_CANCELLED: _OrderCancelled,
    EventType.CUSTOMER_IDENTIFIED: _CustomerIdentified,
    EventType.TIMER_FIRED: _TimerFired,
    EventType.PROFILE_REFRESHED: _ProfileRefreshed,
    EventType.MESSAGE_SENT: _MessageSent,
    EventType.MESSAGE_REFUSED: _MessageRefused,
    EventType.SEND_EXPIRED: _SendExpired,
    EventType.MESSAGE_DELIVERED: _MessageHeard,
    EventType.MESSAGE_DELAYED: _MessageHeard,
    EventType.MESSAGE_BOUNCED: _MessageHeard,
    EventType.MESSAGE_COMPLAINED: _MessageHeard,
    EventType.MESSAGE_REJECTED: _MessageHeard,
    EventType.MESSAGE_OPENED: _MessageHeard,
    EventType.MESSAGE_CLICKED: _MessageHeard,
    EventType.DATE_REACHED: _DateReached,
    EventType.PRODUCTS_SEARCHED: _Observed,
    EventType.PRODUCT_LIST_VIEWED: _Observed,
    EventType.PRODUCT_CLICKED: _Observed,
    EventType.PRODUCT_VIEWED: _Observed,
    EventType.PRODUCT_SHARED: _Observed,
    EventType.PRODUCT_REVIEWED: _Observed,
    EventType.PRODUCT_ADDED_TO_WISHLIST: _Observed,
    EventType.PRODUCT_REMOVED_FROM_WISHLIST: _Observed,
    EventType.WISHLIST_PRODUCT_ADDED_TO_CART: _Observed,
    EventType.CART_SHARED: _Observed,
    EventType.CHECKOUT_STEP_VIEWED: _Observed,
    EventType.CHECKOUT_STEP_COMPLETED: _Observed,
    EventType.PAYMENT_INFO_ENTERED: _Observed,
    EventType.COUPON_ENTERED: _Observed,
    EventType.COUPON_APPLIED: _Observed,
    EventType.COUPON_DENIED: _Observed,
    EventType.COUPON_REMOVED: _Observed,
    EventType.PROMOTION_VIEWED: _Observed,
    EventType.PROMOTION_CLICKED: _Observed,
    EventType.ORDER_UPDATED: _Observed,
    EventType.ORDER_DELIVERED: _Observed,
}


def shape_of(event_type: EventType) -> Callable[[object], Shape]:
    """The validator of `properties` for a type. It raises pydantic's ValidationError."""
    return _SHAPES[event_type].model_validate
