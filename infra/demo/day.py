"""One day of the shop, squeezed into less than a minute: real orders, and around them what is made up, seeded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.demo.baskets import cart_lines, line, order_lines
from infra.demo.cast import Cast, Known
from infra.demo.cdnow import CURRENCY, Order
from infra.demo.happenings import happenings, in_the_small_hours
from infra.demo.making import ALL, MORNING, Making, Planned, Scale
from infra.demo.people import Person, people
from infra.demo.silences import refund_first, two_carts, while_stopped
from tandem.playbook import Product

CART_BEFORE, CART_SENT_AFTER = 12, 20  # seconds from the late cart to its order, and from the order to its arrival


@dataclass(frozen=True, slots=True)
class Day:
    """`identified` comes first, then `early`, what happened in the small hours, then `events`, and when all of that is
    over `late`, while messages are stopped; each sorted by second.

    `people` are all who take part.
    """

    cast: Cast
    people: Mapping[str, Person]
    orders: Sequence[Order]
    identified: tuple[Planned, ...]
    early: tuple[Planned, ...]
    events: tuple[Planned, ...]
    late: tuple[Planned, ...]

    def order_of(self, customer_id: str) -> Order:
        """A customer's first order of the day."""
        return next(order for order in self.orders if order.customer_id == customer_id)


def plan(
    known: Known, cast: Cast, orders: Sequence[Order], products: Sequence[Product], *, seed: int, scale: Scale
) -> Day:
    """The day. Its orders are exactly `orders`; the same arguments make the same day."""
    making = Making(seed, scale, products)
    first = {order.customer_id: order for order in reversed(orders)}
    _same_cart(making, cast)
    _late_cart(making, first[cast.late])
    two_carts(making, first[cast.two_carts])
    refund_first(making, cast, first[cast.sorry])
    roles = cast.roles()
    early = _in_the_small_hours(making, cast, orders, roles)
    gone = {order.customer_id for order in early}
    told = {cast.two_carts, cast.sorry, cast.halted}  # their orders are sent as their stories go
    buyers = sorted({order.customer_id for order in orders} - roles.keys() - gone)
    with_cart = set(making.rng("carts").sample(buyers, min(scale.carts_ordered, len(buyers))))
    for order in orders:
        if order in early or order.customer_id in told:
            continue
        if order.customer_id in with_cart:
            with_cart.remove(order.customer_id)
            _cart_and_order(making, order)
        else:
            making.order(order, copies=10 if order.customer_id == cast.tenfold else 1)
    others = _carts_left(making, known, buyers, roles)
    lookers = making.rng("lookers").sample(buyers, min(scale.views, len(buyers)))
    happenings(making, cast, first, lookers)
    everybody = people({*buyers, *gone, *others} - roles.keys(), seed) | cast.people()
    return Day(
        cast,
        everybody,
        orders,
        _identified(everybody),
        in_the_small_hours(making, early),
        tuple(sorted(making.events, key=_when)),
        while_stopped(making, first[cast.halted]),
    )


def _in_the_small_hours(making: Making, cast: Cast, orders: Sequence[Order], roles: Mapping[str, str]) -> list[Order]:
    """Of customers who order once that day and have no other part in a story."""
    times = Counter(order.customer_id for order in orders)
    once = [order for order in orders if times[order.customer_id] == 1 and order.customer_id not in roles]
    chosen = making.rng("small hours").sample(once, min(making.scale.orders_by_both_ways, len(once) // 3))
    return [
        *(order for order in orders if order.customer_id == cast.handed),
        *sorted(chosen, key=lambda each: each.row),
    ]


def _same_cart(making: Making, cast: Cast) -> None:
    lines = [line(product) for product in making.products[:2]]
    for role in ("low", "medium", "high"):
        making.cart("cart_viewed", MORNING, getattr(cast, role), f"same-cart-{role}", lines)


def _late_cart(making: Making, order: Order) -> None:
    """It occurred before the order and is sent after it, when a wait that began with it would be over."""
    lines = order_lines(order, making.products, making.rng("order", order.row))
    second, late = making.second(order) + CART_SENT_AFTER, CART_SENT_AFTER + CART_BEFORE
    making.cart("cart_viewed", second, order.customer_id, f"late-{order.row}", lines, late=late)


def _cart_and_order(making: Making, order: Order) -> None:
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


def _carts_left(making: Making, known: Known, buyers: Sequence[str], roles: Mapping[str, str]) -> list[str]:
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


def _cart_left(making: Making, customer_id: str, second: float) -> None:
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
