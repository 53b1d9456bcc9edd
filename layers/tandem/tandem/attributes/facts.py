"""What the fast brain keeps of single events: just enough to compute attributes and carts again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandem.events import Line


class CartAction(StrEnum):
    """What an event did to a cart. A checkout shows its content when no cart of the customer shares a product."""

    ADDED = "added"
    REMOVED = "removed"
    VIEWED = "viewed"
    CHECKOUT = "checkout"


@dataclass(frozen=True, slots=True)
class OrderFact:
    """An order by the door. Times are aware, in UTC."""

    identity: str
    order_id: str
    occurred_at: datetime
    received_at: datetime
    currency: str
    total_minor: int
    product_ids: tuple[str, ...] = ()
    checkout_id: str = ""
    cart_id: str = ""


@dataclass(frozen=True, slots=True)
class CartFact:
    """A touch of a cart. `cart_id` is empty only for a checkout that names none."""

    identity: str
    action: CartAction
    cart_id: str
    occurred_at: datetime
    received_at: datetime
    lines: tuple[Line, ...]
    currency: str = ""
    checkout_id: str = ""
    order_id: str = ""
