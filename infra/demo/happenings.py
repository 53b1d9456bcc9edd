"""What shows attributes off: refunds, looks at products, an order in another currency. All of it is made up and marked.

The orders of the small hours are real ones, like all others: they come live when the day begins, hours after they were
placed, and are a second copy: the first lies in the archive, which the snapshot in the middle of the day is made of.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from infra.demo.baskets import line
from infra.demo.cast import Cast
from infra.demo.cdnow import CURRENCY, Order
from infra.demo.making import ALL, Making, Planned
from tandem.events.money import to_major, to_minor
from tandem.playbook import Product

FOREIGN: Final = ("39.00", "EUR")
LOOKS: Final = 5  # in how many looks `browsing` takes; the starter playbook offers help at the fifth
_SMALL_HOURS: Final = timedelta(hours=3)  # before the day begins: older than any moment a snapshot of it may have
_SOONER, _LATER = 8.0, 5.0  # seconds from a refund to its order, and from an order to its refund


def in_the_small_hours(making: Making, orders: Sequence[Order]) -> tuple[Planned, ...]:
    """These orders, minutes apart, and published one after the other within a second or two."""

    def make() -> None:
        for number, order in enumerate(orders):
            late = _SMALL_HOURS + timedelta(minutes=15) * making.rng("small hours", order.row).random()
            making.order(order, second=number / 20, late=late.total_seconds())

    return making.apart(make)


def happenings(making: Making, cast: Cast, orders: Mapping[str, Order], lookers: Sequence[str]) -> None:
    """`orders` are the first ones of the day by customer; `lookers` look at one to three products each."""
    end = making.scale.seconds - 1
    before, returned, early = cast.bought_before, orders[cast.returned], orders[cast.early]
    making.refund(0.3 * end, before, f"part-{before.row}", **one_cd(before))
    making.refund(making.second(returned) + _LATER, returned, f"all-{returned.row}")
    making.refund(max(making.second(early) - _SOONER, 0.5), early, f"early-{early.row}", **one_cd(early))
    making.events.append(_abroad(making, cast.abroad, 0.4 * end))
    for number, product in enumerate(making.rng("looks").sample(list(making.products), LOOKS)):
        making.view(0.1 * end + 2 * number, cast.browsing, number, product)
    for each in _looks(making, lookers, end):
        making.view(*each)


def one_cd(order: Order) -> dict[str, str]:
    """The price of one of an order's CDs, rounded down to a cent."""
    return {"total": f"{to_major(one_cd_minor(order), CURRENCY):.2f}", "currency": CURRENCY}


def one_cd_minor(order: Order) -> int:
    """The same in minor units."""
    return to_minor(order.amount, CURRENCY) // order.cds


def _abroad(making: Making, customer_id: str, second: float) -> Planned:
    total, currency = FOREIGN
    product = {**line(making.products[0]), "price": total}
    order_id = f"eur-{customer_id}"
    properties = {"order_id": order_id, "total": total, "currency": currency, "products": [product], "made_up": ALL}
    return Planned(second, "order_completed", customer_id, f"order-{order_id}", properties)


def _looks(making: Making, lookers: Sequence[str], end: float) -> Iterator[tuple[float, str, int, Product]]:
    for each in lookers:
        rng = making.rng("looks", each)
        for number, product in enumerate(rng.sample(list(making.products), rng.randint(1, 3))):
            yield rng.uniform(1, end), each, number, product
