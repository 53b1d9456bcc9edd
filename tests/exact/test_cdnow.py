"""A real shop: all of CDNOW's orders, with snapshots at random dates, against one computation over all of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from infra.demo.cdnow import CURRENCY, ordered_at, orders
from tandem.actor import Actor, Message, attributes_of
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.attributes import Ruleset, SnapshotHeader, Span, Window
from tandem.events import Event, parse
from tandem.playbook import Playbook
from tandem.profiles.advance import State, advance
from tests.builders import SHOP, by_door, envelope
from tests.exact.facts import Copy
from tests.exact.family import BODIES, STANDARD, Body
from tests.exact.reference import value
from tests.exact.world import SHOP_ZONE

PATH: Final = Path(__file__).parents[1] / "data" / "cdnow_master.txt"
END: Final = datetime(1998, 7, 1, tzinfo=UTC)
SEED: Final = 23_570
DAY: Final = timedelta(days=1)
_OWN: Final = {
    "discs": ("pieces", Window()),
    "largest_order": ("largest order", Window()),
    "average_order": ("average order", Window()),
    "spent_in_60_days": ("spent", Window(Span.ROLLING, 60 * DAY)),
    "spent_this_month": ("spent", Window(Span.MONTH)),
}
ATTRIBUTES: Final[Mapping[str, tuple[Body, Window]]] = {
    **STANDARD,
    **{
        attribute: (next(body for body in BODIES if body.name == name), window)
        for attribute, (name, window) in _OWN.items()
    },
}


@dataclass
class Shop:
    """Both brains over one memory. `states` is what the slow one keeps, `waiting` what it has not read yet."""

    playbook: Playbook
    now: datetime = END
    customers: MemoryCustomers = field(default_factory=MemoryCustomers)
    states: dict[str, State] = field(default_factory=dict)
    waiting: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    snapshots: int = 0

    def take(self, messages: Sequence[Message]) -> None:
        """A batch, at the moment its last message was received."""
        self.now = max(self.now, *(message.sent_at for message in messages))
        actor = Actor(
            self.customers, MemoryPlaybooks({1: self.playbook}), MemoryOutbox(), MemoryDeadLetters(), lambda: self.now
        )
        handled = actor.handle(messages)
        assert (handled.failed, handled.broken, handled.refused) == (set(), [], 0)

    def snapshot(self, as_of: datetime) -> None:
        """Builds and loads it: who has new events goes one step on."""
        rules: Ruleset = self.playbook.ruleset
        for customer, events in self.waiting.items():
            known = self.customers.profiles.get(customer)
            state = self.states.get(customer, State())
            done = advance(customer, state, events, rules, as_of=as_of, before=known)
            if done:
                self.states[customer], self.customers.profiles[customer] = done.state, done.profile
        self.waiting = defaultdict(
            list,
            {
                customer: kept
                for customer, events in self.waiting.items()
                if (kept := [event for event in events if event.received_at >= as_of])
            },
        )
        profiles = len(self.customers.profiles)
        self.customers.header = SnapshotHeader(as_of, None, profiles, frozenset(rules.by_code))
        self.snapshots += 1


def playbook() -> Playbook:
    """The standard attributes and five more."""
    rules = tuple(
        replace(body.rule(attribute, 101 + number, window, 1, None), publish=False)
        for number, (attribute, (body, window)) in enumerate(ATTRIBUTES.items())
        if attribute not in STANDARD
    )
    return Playbook.model_construct(
        number=1,
        published_at=datetime(1996, 1, 1, tzinfo=UTC),
        shop=SHOP,
        campaigns=(),
        products=(),
        rules=rules,
        derived=(),
    )


def copies() -> Iterator[tuple[str, Copy]]:
    """Every order as the event a shop sends when it is made, with its customer, by time."""
    for order in sorted(orders(PATH), key=lambda order: (ordered_at(order), order.row)):
        at = ordered_at(order)
        properties = {
            "order_id": order.order_id,
            "total": str(order.amount),
            "currency": CURRENCY,
            "products": [{"product_id": "disc", "quantity": order.cds}],
        }
        yield order.customer_id, Copy("order_completed", f"e{order.row}", at, at, properties)


def test_streamed_with_snapshots_at_random_dates_all_of_cdnow_ends_as_computed_at_once() -> None:
    random = Random(SEED)
    shop = Shop(playbook(), now=datetime(1997, 1, 1, tzinfo=UTC))
    days = sorted(random.sample(range(3, 545), 12))
    of_customer: dict[str, list[Copy]] = defaultdict(list)
    late: list[Message] = []
    for batch in batched(copies(), 50, strict=False):
        messages: list[Message] = []
        for customer, copy in batch:
            of_customer[customer].append(copy)
            text = by_door(envelope(copy.kind, copy.event_id, copy.sent, copy.properties, customer), copy.received)
            shop.waiting[customer].append(parse(text, copy.received))
            message = Message(copy.event_id, text, copy.received)
            (late if random.random() < 0.02 else messages).append(message)
        messages += random.sample(messages, len(messages) // 25)  # delivered twice
        random.shuffle(messages)
        if random.random() < 0.02:
            messages, late = messages + late, []
        shop.take(messages)
        while days and shop.now - DAY >= datetime(1997, 1, 1, tzinfo=UTC) + days[0] * DAY:
            shop.snapshot(datetime(1997, 1, 1, tzinfo=UTC) + days.pop(0) * DAY)
    if late:
        shop.take(late)

    assert (len(of_customer), sum(map(len, of_customer.values())), shop.snapshots) == (23_570, 69_659, 12)
    wrong = [customer for customer, known in of_customer.items() if _differs(shop, customer, known)]
    assert wrong == []


def _differs(shop: Shop, customer: str, known: Sequence[Copy]) -> dict[str, object]:
    loaded = shop.customers.load([customer])
    attributes = attributes_of(
        loaded.customers[customer], loaded.profiles.get(customer), loaded.header, shop.playbook, now=END
    )
    found = {name: attributes.value(name) for name in ATTRIBUTES}
    assert not any(each.incomplete for each in found.values())
    right = {
        name: value(body, window, known, zone=ZoneInfo(SHOP_ZONE), now=END)
        for name, (body, window) in ATTRIBUTES.items()
    }
    found["basket_value_minor"] = attributes.value("basket_value_minor")
    right["basket_value_minor"] = right["revenue_minor"] // right["orders"]
    return {name: (found[name].value, right[name]) for name in right if found[name].value != right[name]}
