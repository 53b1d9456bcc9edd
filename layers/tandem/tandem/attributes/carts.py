"""Open carts, computed again from the set of what happened: the order of arrival cannot matter.

A cart's content is its latest view and the adds and removes after it. An order closes carts as of its own time: the
one it names, by cart or checkout id, else those that share a product with it, else all that were touched before it.

A product's picture and address are those told last, in whichever cart: what tells none takes none away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tandem.attributes.facts import CartAction, CartFact, OrderFact
from tandem.events import Line

MEMORY: Final = timedelta(days=30)
DEFAULT_CART: Final = "default"
Addresses = tuple[str, str]  # of a product's picture and page
_RANKS: Final = (CartAction.ADDED, CartAction.REMOVED, CartAction.CHECKOUT, CartAction.VIEWED)


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart with something in it. `last_activity` is by the source's clock (UTC)."""

    cart_id: str
    lines: tuple[Line, ...]
    currency: str
    last_activity: datetime

    @property
    def items(self) -> int:
        """Pieces in the cart."""
        return sum(line.quantity for line in self.lines)

    @property
    def value_minor(self) -> int | None:
        """What the pieces cost, or None where a price is not known."""
        prices = [line.price_minor for line in self.lines]
        if any(price is None for price in prices):
            return None
        return sum((line.price_minor or 0) * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Carts:
    """The open carts by id, and for each cart that an order closed, the latest such order."""

    open: Mapping[str, Cart]
    closed_by: Mapping[str, OrderFact]


@dataclass(slots=True)
class _Building:
    lines: dict[str, Line] = field(default_factory=dict)
    currency: str = ""
    last_activity: datetime | None = None
    checkouts: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)

    def touch(self, fact: CartFact) -> None:
        self.last_activity = fact.occurred_at
        self.currency = fact.currency or self.currency
        self.checkouts |= {fact.checkout_id} - {""}
        self.orders |= {fact.order_id} - {""}

    def change(self, fact: CartFact) -> None:
        if fact.action is CartAction.CHECKOUT and not fact.lines:
            self.touch(fact)  # it names no products, and so says nothing of the content
            return
        if fact.action in (CartAction.VIEWED, CartAction.CHECKOUT):
            self.lines = {}
        sign = -1 if fact.action is CartAction.REMOVED else 1
        for line in fact.lines:
            held = self.lines.get(line.product_id)
            quantity = (held.quantity if held else 0) + sign * line.quantity
            if quantity > 0:
                shown = line if sign > 0 else held or line
                self.lines[line.product_id] = Line(line.product_id, quantity, shown.name, shown.price_minor)
            else:
                self.lines.pop(line.product_id, None)
        self.touch(fact)


def carts(facts: Iterable[CartFact], orders: Iterable[OrderFact], *, now: datetime) -> Carts:
    """The carts at `now`, from what occurred in the 30 days before it. At one instant, touches come before orders."""
    since = now - MEMORY
    building: dict[str, _Building] = {}
    closed_by: dict[str, OrderFact] = {}
    told: dict[str, Addresses] = {}
    timeline: list[CartFact | OrderFact] = [fact for fact in facts if fact.occurred_at >= since]
    timeline += [order for order in orders if order.occurred_at >= since]
    for item in sorted(timeline, key=by_moment):
        if isinstance(item, OrderFact):
            for cart_id in _closed(item, building):
                del building[cart_id]
                closed_by[cart_id] = item
        else:
            _touch(item, building)
            _tell(item, told)
    open_carts = {
        cart_id: Cart(cart_id, _shown(cart.lines.values(), told), cart.currency, cart.last_activity)
        for cart_id, cart in sorted(building.items())
        if cart.lines and cart.last_activity
    }
    return Carts(open_carts, closed_by)


def _tell(fact: CartFact, told: dict[str, Addresses]) -> None:
    for line in reversed(fact.lines):  # of two lines of a product in one event the first counts
        if line.image_url or line.url:
            image_url, url = told.get(line.product_id, ("", ""))
            told[line.product_id] = (line.image_url or image_url, line.url or url)


def _shown(lines: Iterable[Line], told: Mapping[str, Addresses]) -> tuple[Line, ...]:
    if not told:
        return tuple(lines)
    shown = ((line, *told.get(line.product_id, ("", ""))) for line in lines)
    return tuple(
        Line(line.product_id, line.quantity, line.name, line.price_minor, image_url, url)
        for line, image_url, url in shown
    )


def by_moment(item: CartFact | OrderFact) -> tuple[datetime, int, str]:
    """At one instant a view comes after adds and removes (it shows what they made), and an order after them all."""
    rank = len(_RANKS) if isinstance(item, OrderFact) else _RANKS.index(item.action)
    return item.occurred_at, rank, item.identity


def _touch(fact: CartFact, building: dict[str, _Building]) -> None:
    if fact.action is CartAction.CHECKOUT and not fact.cart_id:
        shared = _sharing({line.product_id for line in fact.lines}, building)
        for cart_id in shared:
            building[cart_id].touch(fact)
        if shared:
            return
    building.setdefault(fact.cart_id or DEFAULT_CART, _Building()).change(fact)


def _closed(order: OrderFact, building: Mapping[str, _Building]) -> list[str]:
    if order.cart_id in building:
        return [order.cart_id]
    named = [
        cart_id
        for cart_id, cart in building.items()
        if order.checkout_id in cart.checkouts or order.order_id in cart.orders
    ]
    return named or _sharing(set(order.product_ids), building) or list(building)


def _sharing(product_ids: set[str], building: Mapping[str, _Building]) -> list[str]:
    return [cart_id for cart_id, cart in building.items() if not product_ids.isdisjoint(cart.lines)]
