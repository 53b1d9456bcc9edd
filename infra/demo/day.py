"""One day of the shop, squeezed into less than a minute: real orders, and around them what is made up, seeded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from infra.demo.baskets import cart_lines, line, order_lines
from infra.demo.cast import Cast, Known
from infra.demo.cdnow import CURRENCY, Order, ordered_at
from infra.demo.people import Person, people
from tandem.events.times import to_text
from tandem.playbook import Product

REAL_BUT: Final = ["time of day", "products"]  # what of a real order is made up
ALL: Final = ["all"]
CART_BEFORE, CART_SENT_AFTER = 12, 20  # seconds from the late cart to its order, and from the order to its arrival
_MORNING: Final = 6.0  # seconds before the first order, for its cart
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the day is: its length in seconds, and how many carts are ordered or left behind."""

    seconds: float = 50.0
    carts_ordered: int = 60
    carts_left_after_order: int = 20
    carts_left_by_others: int = 40


@dataclass(frozen=True, slots=True)
class Planned:
    """An event to publish at `second` of the day, so often; it occurs `late` seconds before it is sent."""

    second: float
    type: str
    customer_id: str
    event_id: str
    properties: Mapping[str, Any]
    late: float = 0.0
    copies: int = 1

    def envelope(self, now: datetime) -> dict[str, Any]:
        """The event as it is published at `now`."""
        return {
            "v": 1,
            "event_id": self.event_id,
            "type": self.type,
            "customer_id": self.customer_id,
            "occurred_at": to_text(now - timedelta(seconds=self.late)),
            "properties": dict(self.properties),
        }


@dataclass(frozen=True, slots=True)
class Day:
    """`identified` comes first, then `events`, each sorted by second. `people` are all who take part."""

    cast: Cast
    people: Mapping[str, Person]
    orders: Sequence[Order]
    identified: tuple[Planned, ...]
    events: tuple[Planned, ...]


@dataclass(slots=True)
class _Plan:
    """The day as it is made. Every draw is from the seed and the thing it is drawn for."""

    seed: int
    scale: Scale
    products: Sequence[Product]
    events: list[Planned] = field(default_factory=list)

    def rng(self, *what: object) -> Random:
        return Random("/".join(map(str, (self.seed, *what))))

    def second(self, order: Order) -> float:
        time_of_day = (ordered_at(order) - ordered_at(order).replace(hour=0, minute=0, second=0)) / _DAY
        return _MORNING + time_of_day * (self.scale.seconds - _MORNING)

    def order(self, order: Order, *, copies: int = 1, **more: Any) -> None:
        properties = {
            "order_id": order.order_id,
            "total": f"{order.amount:.2f}",
            "currency": CURRENCY,
            "products": order_lines(order, self.products, self.rng("order", order.row)),
            "made_up": REAL_BUT,
            **more,
        }
        event_id = f"order-{order.row}"
        self.events.append(
            Planned(self.second(order), "order_completed", order.customer_id, event_id, properties, copies=copies)
        )

    def cart(
        self, kind: str, second: float, customer_id: str, cart_id: str, lines: Sequence[Any], *, late: float = 0.0
    ) -> None:
        products = dict(lines[0]) if kind == "product_added" else {"products": list(lines)}
        properties = {"cart_id": cart_id, "currency": CURRENCY, **products, "made_up": ALL}
        event_id = f"{kind.replace('_', '-')}-{cart_id}"
        self.events.append(Planned(second, kind, customer_id, event_id, properties, late))


def plan(
    known: Known, cast: Cast, orders: Sequence[Order], products: Sequence[Product], *, seed: int, scale: Scale
) -> Day:
    """The day. Its orders are exactly `orders`; the same arguments make the same day."""
    making = _Plan(seed, scale, products)
    _same_cart(making, cast)
    _late_cart(making, next(order for order in orders if order.customer_id == cast.late))
    roles = cast.roles()
    buyers = sorted({order.customer_id for order in orders} - roles.keys())
    with_cart = set(making.rng("carts").sample(buyers, min(scale.carts_ordered, len(buyers))))
    for order in orders:
        if order.customer_id in with_cart:
            with_cart.remove(order.customer_id)
            _cart_and_order(making, order)
        else:
            making.order(order, copies=10 if order.customer_id == cast.tenfold else 1)
    others = _carts_left(making, known, buyers, roles)
    everybody = people({*buyers, *others}, seed) | cast.people()
    return Day(cast, everybody, orders, _identified(everybody), tuple(sorted(making.events, key=_when)))


def _same_cart(making: _Plan, cast: Cast) -> None:
    lines = [line(product) for product in making.products[:2]]
    for role in ("low", "medium", "high"):
        making.cart("cart_viewed", _MORNING, getattr(cast, role), f"same-cart-{role}", lines)


def _late_cart(making: _Plan, order: Order) -> None:
    """It occurred before the order and is sent after it, when a wait that began with it would be over."""
    lines = order_lines(order, making.products, making.rng("order", order.row))
    second, late = making.second(order) + CART_SENT_AFTER, CART_SENT_AFTER + CART_BEFORE
    making.cart("cart_viewed", second, order.customer_id, f"late-{order.row}", lines, late=late)


def _cart_and_order(making: _Plan, order: Order) -> None:
    """A cart that is ordered seconds later. Shops differ in what an order names: its cart, its checkout, or neither."""
    rng, at = making.rng("cart", order.row), making.second(order)
    cart_id, lines = f"cart-{order.row}", order_lines(order, making.products, making.rng("order", order.row))
    making.cart("cart_viewed", at - rng.uniform(3, 5), order.customer_id, cart_id, lines)
    match rng.randrange(3):
        case 0:
            making.order(order, cart_id=cart_id)
        case 1:
            checkout_id = f"checkout-{order.row}"
            properties = {"checkout_id": checkout_id, "currency": CURRENCY, "products": lines, "made_up": ALL}
            making.events.append(
                Planned(at - 2, "checkout_started", order.customer_id, f"started-{checkout_id}", properties)
            )
            making.order(order, checkout_id=checkout_id)
        case _:
            making.order(order)


def _carts_left(making: _Plan, known: Known, buyers: Sequence[str], roles: Mapping[str, str]) -> list[str]:
    """Carts nobody orders: of some buyers after their last order, and of others, who order nothing that day."""
    scale, rng = making.scale, making.rng("left")
    last = {each.customer_id: each.second for each in sorted(making.events, key=_when) if each.customer_id in buyers}
    after = [each for each in buyers if last[each] + 8 < scale.seconds]
    for customer_id in rng.sample(after, min(scale.carts_left_after_order, len(after))):
        _cart_left(making, customer_id, rng.uniform(last[customer_id] + 4, scale.seconds - 2))
    at_home = sorted(known.profiles.keys() - set(buyers) - roles.keys())
    others = rng.sample(at_home, min(scale.carts_left_by_others, len(at_home)))
    for customer_id in others:
        _cart_left(making, customer_id, rng.uniform(2, scale.seconds - 2))
    return others


def _cart_left(making: _Plan, customer_id: str, second: float) -> None:
    """One product is put in, then the whole cart is looked at."""
    lines = cart_lines(making.products, making.rng("left", customer_id))
    making.cart("product_added", second - 2, customer_id, f"left-{customer_id}", lines)
    making.cart("cart_viewed", second, customer_id, f"left-{customer_id}", lines)


def _identified(everybody: Mapping[str, Person]) -> tuple[Planned, ...]:
    return tuple(
        Planned(0.0, "customer_identified", each, f"identified-{each}", {**person.traits(), "made_up": ALL})
        for each, person in sorted(everybody.items())
    )


def _when(event: Planned) -> tuple[float, str]:
    return event.second, event.event_id
