"""Write units an event in the real replay: every save of a customer, weighed as DynamoDB bills it, by the whole KB."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

from infra.demo.cdnow import Order, ordered_at, orders
from infra.publish.playbook import read_playbook
from tandem.actor import Actor, Message
from tandem.adapters.customer_table import customer_item
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.customer import Customer
from tests.bench.report import Report
from tests.builders import by_door, envelope

_UNIT = 1024


@dataclass(slots=True)
class Weighed(MemoryCustomers):
    """Counts saves by their write units."""

    saves: Counter[int] = field(default_factory=Counter)

    def save(self, customer: Customer) -> None:
        """As ever."""
        MemoryCustomers.save(self, customer)
        item = customer_item(customer)
        size = sum(map(len, item)) + len(item["pk"]["S"].encode()) + len(item["data"]["B"])
        self.saves[ceil((size + len(item["version"]["N"]) // 2 + 1) / _UNIT)] += 1


def run(most: int | None = None) -> list[Report]:
    """One order a message, without any snapshot: the most that a customer may hold."""
    rows = sorted(orders(Path("tests/data/cdnow_master.txt")), key=lambda each: (ordered_at(each), each.row))[:most]
    book = read_playbook(Path("infra/playbook"), published_at=ordered_at(rows[0]), number=1).playbook
    customers, now = Weighed(), datetime.min.replace(tzinfo=UTC)
    actor = Actor(customers, MemoryPlaybooks({1: book}), MemoryOutbox(), MemoryDeadLetters(), lambda: now)
    for each in rows:
        now = ordered_at(each)
        handled = actor.handle([Message(each.order_id, by_door(order_envelope(each), now), now)])
        assert handled.events == 1, handled
    units = sum(size * many for size, many in customers.saves.items())
    columns = ("events", "saves", "write units", "units an event", "saves of one unit, %")
    report = Report("writes of the real replay", columns, "Budget: 1.5 units an event")
    saves = customers.saves.total()
    report.add("CDNOW", len(rows), saves, units, units / len(rows), 100 * customers.saves[1] / saves)
    return [report]


def order_envelope(order: Order) -> dict[str, Any]:
    """A real order as the event of a shop."""
    lines = [{"product_id": "cd", "quantity": order.cds}]
    properties = {"order_id": order.order_id, "total": str(order.amount), "currency": "USD", "products": lines}
    return envelope("order_completed", order.order_id, ordered_at(order), properties, order.customer_id)
