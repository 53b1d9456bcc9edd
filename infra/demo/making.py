"""What a day is planned with: events by the second, and the hand that writes them down, seeded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from infra.demo.baskets import line, order_lines
from infra.demo.cdnow import CURRENCY, Order, ordered_at
from tandem.events.times import to_text
from tandem.playbook import Product

REAL_BUT: Final = ["time of day", "products"]  # what of a real order is made up
ALL: Final = ["all"]
MORNING: Final = 6.0  # seconds before the first order, for its cart
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the day is: its length in seconds; how many carts are ordered or left behind; how many customers
    look at products, and how many orders come twice: archived in the small hours, and live."""

    seconds: float = 50.0
    carts_ordered: int = 60
    carts_left_after_order: int = 20
    carts_left_by_others: int = 40
    views: int = 60
    orders_by_both_ways: int = 30


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
        """The event as it is published at `now`. It occurs on a whole second.

        The local stack's door stamps whole seconds, and not always the same one for both queues: a moment between two
        of them could lie after the receipt, and be set back to it.
        """
        return {
            "v": 1,
            "event_id": self.event_id,
            "type": self.type,
            "customer_id": self.customer_id,
            "occurred_at": to_text((now - timedelta(seconds=self.late)).replace(microsecond=0)),
            "properties": dict(self.properties),
        }


@dataclass(slots=True)
class Making:
    """The day as it is made. Every draw is from the seed and the thing it is drawn for."""

    seed: int
    scale: Scale
    products: Sequence[Product]
    events: list[Planned] = field(default_factory=list)

    def rng(self, *what: object) -> Random:
        return Random("/".join(map(str, (self.seed, *what))))

    def second(self, order: Order) -> float:
        time_of_day = (ordered_at(order) - ordered_at(order).replace(hour=0, minute=0, second=0)) / _DAY
        return MORNING + time_of_day * (self.scale.seconds - MORNING)

    def apart(self, make: Callable[[], None]) -> tuple[Planned, ...]:
        """The events that `make` adds, kept out of the day's own."""
        events, self.events = self.events, []
        make()
        made, self.events = self.events, events
        return tuple(made)

    def order(
        self, order: Order, *, copies: int = 1, second: float | None = None, late: float = 0.0, **more: Any
    ) -> None:
        properties = {
            "order_id": order.order_id,
            "total": f"{order.amount:.2f}",
            "currency": CURRENCY,
            "products": order_lines(order, self.products, self.rng("order", order.row)),
            "made_up": REAL_BUT,
            **more,
        }
        event_id = f"order-{order.row}"
        at = self.second(order) if second is None else second
        self.events.append(
            Planned(at, "order_completed", order.customer_id, event_id, properties, late=late, copies=copies)
        )

    def refund(self, second: float, order: Order, refund_id: str, **what: Any) -> None:
        """Of the whole order, or of what is said."""
        properties = {"order_id": order.order_id, "refund_id": refund_id, **what, "made_up": ALL}
        self.events.append(Planned(second, "order_refunded", order.customer_id, f"refund-{refund_id}", properties))

    def view(self, second: float, customer_id: str, number: int, product: Product) -> None:
        """A look at a product."""
        properties = {**line(product), "currency": CURRENCY, "made_up": ALL}
        self.events.append(Planned(second, "product_viewed", customer_id, f"view-{customer_id}-{number}", properties))

    def cart(
        self, kind: str, second: float, customer_id: str, cart_id: str, lines: Sequence[Any], *, late: float = 0.0
    ) -> None:
        products = dict(lines[0]) if kind == "product_added" else {"products": list(lines)}
        properties = {"cart_id": cart_id, "currency": CURRENCY, **products, "made_up": ALL}
        event_id = f"{kind.replace('_', '-')}-{cart_id}"
        self.events.append(Planned(second, kind, customer_id, event_id, properties, late))
