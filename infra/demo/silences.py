"""What shows silences off: two carts, one of them ordered; a refund before an order; an order while all is stopped.

The orders are real ones. They are sent when the story needs them: which time of day an order has is made up anyway.
"""

from typing import Final

from infra.demo.baskets import line, order_lines
from infra.demo.cast import Cast
from infra.demo.cdnow import Order
from infra.demo.making import Making, Planned

# The first seconds of the day, when no queue holds anything: the order has to be heard of before the wait is over.
_FIRST, _SECOND, _ORDERED = 0.2, 1.2, 3.0
_REFUNDED: Final = 0.5  # seconds before any order of the day


def bought_cart(order: Order) -> str:
    """The cart that the order names."""
    return f"bought-{order.row}"


def left_cart(order: Order) -> str:
    """The other one, of the same customer."""
    return f"other-{order.row}"


def two_carts(making: Making, order: Order) -> None:
    """One cart with what is ordered, and one with something else; the order names the first."""
    lines = order_lines(order, making.products, making.rng("order", order.row))
    ordered = {each["product_id"] for each in lines}
    other = next(product for product in making.products if product.id not in ordered)
    making.cart("cart_viewed", _FIRST, order.customer_id, bought_cart(order), lines)
    making.cart("cart_viewed", _SECOND, order.customer_id, left_cart(order), [line(other)])
    making.order(order, second=_ORDERED, cart_id=bought_cart(order))


def refund_first(making: Making, cast: Cast, order: Order) -> None:
    """The one order there was goes back; then comes another."""
    making.refund(_REFUNDED, cast.gave_back, f"once-{cast.gave_back.row}")
    making.order(order)


def while_stopped(making: Making, order: Order) -> tuple[Planned, ...]:
    """An order on its own, to be sent when the switch is pulled."""
    return making.apart(lambda: making.order(order, second=0.0))
