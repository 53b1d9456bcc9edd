"""Every variable a condition may use. Money is in minor units (cents), times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The CEL type of a variable."""

    STRING = "string"
    INT = "int"
    TIMESTAMP = "timestamp"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Variable:
    """`missing_when` is empty for a variable that always has a value."""

    kind: Kind
    meaning: str
    missing_when: str = ""


_CUSTOMER: Final = {
    "customer.basket_tier": Variable(Kind.STRING, "low, medium, high, or unknown"),
    "customer.orders": Variable(Kind.INT, "orders ever, this very one included"),
    "customer.revenue_minor": Variable(Kind.INT, "what they came to, in the shop's currency"),
    "customer.basket_value_minor": Variable(Kind.INT, "revenue / orders, rounded down", "there is no order yet"),
    "customer.purchase_total_today_minor": Variable(Kind.INT, "orders since midnight in the customer's zone"),
    "customer.last_order_at": Variable(Kind.TIMESTAMP, "when the last order was placed", "there is no order yet"),
    "customer.open_carts": Variable(Kind.INT, "carts with something in them"),
    "customer.locale": Variable(Kind.STRING, "the language, such as es-MX"),
    "profile.orders": Variable(Kind.INT, "orders in the snapshot alone", "the customer has no profile"),
    "profile.recency_days": Variable(
        Kind.INT, "days from the last order to the snapshot", "the customer has no profile"
    ),
    "profile.frequency": Variable(Kind.INT, "orders in the snapshot", "the customer has no profile"),
    "profile.monetary_minor": Variable(Kind.INT, "revenue / orders in the snapshot", "the customer has no profile"),
}
_EVENT: Final = {
    "event.type": Variable(Kind.STRING, "such as order_completed"),
    "event.occurred_at": Variable(Kind.TIMESTAMP, "when it happened, by the source's clock"),
    "event.properties": Variable(Kind.MAP, "what the source sent, such as event.properties.coupon"),
}
_CART: Final = {
    "cart.id": Variable(Kind.STRING, "the cart's id, or default"),
    "cart.items": Variable(Kind.INT, "pieces in the cart"),
    "cart.value_minor": Variable(Kind.INT, "what they cost", "a price is not known"),
}
ON_EVENT: Final[Mapping[str, Variable]] = _CUSTOMER | _EVENT
ON_CART: Final[Mapping[str, Variable]] = _CUSTOMER | _CART
