"""What a shop sends, as the reference sees it: plain data, read by its own code."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from tandem.events import digest
from tests.builders import by_door, envelope

CUSTOMER = "ada"


@dataclass(frozen=True)
class Refund:
    """What was paid back (minor units, None: not said) or came back; `full` where it names neither, or cancels."""

    full: bool
    minor: int | None = None
    currency: str = ""
    products: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Copy:
    """One message by the door. Two copies of one event may differ in everything but what makes them one."""

    kind: str
    event_id: str
    sent: datetime
    received: datetime
    properties: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def occurred(self) -> datetime:
        """By the source's clock, but never later than received."""
        return min(self.sent, self.received)

    @cached_property
    def identity(self) -> str:
        """The order, the refund or the cancelled order it tells of; else the source's own id."""
        match self.kind:
            case "order_completed" | "order_cancelled":
                return digest(self.kind, self.properties["order_id"])
            case "order_refunded" if "refund_id" in self.properties:
                return digest(self.kind, self.properties["refund_id"])
            case _:
                return digest(self.kind, self.event_id)

    @cached_property
    def refunds(self) -> str:
        """The identity of the order it takes back from, or nothing."""
        is_refund = self.kind in ("order_refunded", "order_cancelled")
        return digest("order_completed", self.properties["order_id"]) if is_refund else ""

    @cached_property
    def refund(self) -> Refund:
        """What of it."""
        told, products = self.properties, self.properties.get("products", [])
        if self.kind == "order_cancelled" or ("total" not in told and not products):
            return Refund(full=True)
        currency = told.get("currency", "")
        if "total" in told:
            minor: int | None = cents(told["total"], currency)
        elif currency and all("price" in line for line in products):
            minor = sum(cents(line["price"], currency) * line.get("quantity", 1) for line in products)
        else:
            minor = None
        lines = tuple((line["product_id"], line.get("quantity", 1)) for line in products)
        return Refund(False, minor, currency, tuple(sorted(_summed(lines).items())))

    @cached_property
    def currency(self) -> str:
        """An order's."""
        return str(self.properties.get("currency", ""))

    @cached_property
    def total_minor(self) -> int:
        """What an order came to."""
        return cents(self.properties["total"], self.currency)

    @cached_property
    def message(self) -> str:
        """As the queues bring it."""
        properties = {name: each for name, each in self.properties.items() if each is not None}
        return by_door(envelope(self.kind, self.event_id, self.sent, properties, CUSTOMER), self.received)

    def __str__(self) -> str:
        told = json.dumps(dict(self.properties), default=str)
        times = f"sent {self.sent:%m-%dT%H:%M:%S.%f} received {self.received:%m-%dT%H:%M:%S.%f}"
        return f"{self.kind} {self.event_id} {times} {told}"


def cents(amount: str, currency: str) -> int:
    """An amount as it is written, in minor units."""
    return int(Decimal(amount) * (1 if currency == "JPY" else 100))


def _summed(lines: tuple[tuple[str, int], ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for product, quantity in lines:
        found[product] = found.get(product, 0) + quantity
    return found
