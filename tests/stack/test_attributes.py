"""The merge on the deployed local stack: attributes equal brute force while snapshots are built and loaded.

The test plays the topic: it puts envelopes of the last days on the queues of `trigger` and of the archive, so that
there is a past to make snapshots of. All else is the stack's: functions, queues, dead letters, tables, the slow brain.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import batched
from random import Random
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from infra.cli.dead_letters import QUEUES, send_back
from tandem.actor import attributes_of
from tandem.adapters.customer_table import CustomerTable
from tandem.adapters.playbook_files import PlaybookFiles
from tandem.attributes import CartFact, Entry, Function, OrderFact, Profile, Span, Window
from tandem.customer import Customer
from tandem.playbook import Playbook
from tests.builders import by_door, envelope
from tests.exact import family, reference
from tests.exact.facts import Copy
from tests.stack.deployed import Deployed, wait_for

ZONE: Final = "Europe/Madrid"
DAY: Final = timedelta(days=1)
RECORDS: Final = (("r1", "LP", "20.00"), ("r2", "CD", "12.50"), ("r3", "LP", "7.25"))
CHECKED: Final = {
    **family.STANDARD,
    "orders_90d": (family.STANDARD["orders"][0], Window(Span.ROLLING, 90 * DAY)),
    "spent_90d_minor": (family.STANDARD["revenue_minor"][0], Window(Span.ROLLING, 90 * DAY)),
    "product_views_7d": (family.Body("views", family.VIEW, Function.COUNT), Window(Span.ROLLING, 7 * DAY)),
    "average_order_minor": (
        family.Body("average", family.ORDER, Function.AVERAGE, money=family.USD, subtracts=True),
        Window(Span.ROLLING, 365 * DAY),
    ),
    "largest_order_minor": (family.Body("largest", family.ORDER, Function.MAX, money=family.USD), Window()),
    "days_since_last_order": (family.Body("days", family.ORDER, Function.DAYS_SINCE), Window()),
    "favorite_category": (
        family.Body(
            "favorite",
            family.ORDER,
            Function.TOP,
            by_line=True,
            gives=lambda _, line: line["category"],
            weighs=lambda _, line: line["quantity"],
            subtracts=True,
        ),
        Window(),
    ),
    "last_products": (
        family.Body("last", family.ORDER, Function.LATEST, by_line=True, gives=lambda _, line: line["product_id"], n=5),
        Window(),
    ),
    "refunds_90d": (family.Body("refunds", ("order_refunded",), Function.COUNT), Window(Span.ROLLING, 90 * DAY)),
}


@dataclass(slots=True)
class Shopper:
    """One customer, all that was ever sent of them, and how often the attributes were looked at."""

    customer_id: str
    sent: list[Copy] = field(default_factory=list)
    probes: int = 0


def test_attributes_equal_brute_force_while_snapshots_are_built_and_loaded_and_dead_letters_redriven(
    deployed: Deployed,
) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [midnight - 3 * DAY, midnight - 2 * DAY, midnight - DAY / 2]
    chance = Random(4711)
    shoppers = {name: Shopper(name) for name in (f"shopper-{uuid4()}" for _ in range(8))}
    past = [(name, copy) for name in shoppers for copy in _past(name, chance, midnight)]
    past.sort(key=lambda each: each[1].received)
    world = World(deployed, shoppers, _playbook(deployed))

    world.send([(name, _hello(name, midnight - 7 * DAY)) for name in shoppers], chance)
    with ThreadPoolExecutor(1) as pool:
        done = midnight - 7 * DAY
        for as_of in moments:
            world.send([each for each in past if done <= each[1].received < as_of], chance)
            building = pool.submit(world.build, as_of)
            world.send([each for each in past if as_of <= each[1].received < as_of + timedelta(hours=6)], chance)
            done = as_of + timedelta(hours=6)
            while not building.done():
                world.probe()
            building.result()
            wait_for(partial(world.loaded, as_of))
            world.redrive()
        world.send([each for each in past if done <= each[1].received], chance)
        wait_for(world.all_handled)
    world.probe()

    assert all(shopper.probes >= 5 for shopper in shoppers.values())
    assert all(world.read(name)[1] for name in shoppers), "everyone has a profile in the end"
    assert any(_live(world.read(name)[0]) for name in shoppers), "some have orders that it does not cover"


class World:
    """The stack, and the same told by brute force."""

    def __init__(self, deployed: Deployed, shoppers: dict[str, Shopper], playbook: Playbook) -> None:
        self.deployed = deployed
        self.shoppers = shoppers
        self.playbook = playbook
        self.table = CustomerTable(
            client=deployed.stack.client("dynamodb"),
            customers=deployed.outputs["CustomersTableName"],
            profiles=deployed.outputs["ProfilesTableName"],
            playbooks=deployed.outputs["PlaybooksTableName"],
            tombstones=deployed.outputs["TombstonesTableName"],
            pause=lambda _: None,
        )

    def send(self, copies: Iterable[tuple[str, Copy]], chance: Random) -> None:
        """Into the archive as they come; to `trigger` in any order, every fifth by way of the dead letters."""
        found = list(copies)
        for name, copy in found:
            self.shoppers[name].sent.append(copy)
        self._put("ArchiveQueueUrl", found)
        wait_for(self._archived)
        chance.shuffle(found)
        self._put("EventsDlqUrl", found[::5])
        self._put("EventsQueueUrl", [each for index, each in enumerate(found) if index % 5])

    def _put(self, output: str, copies: Sequence[tuple[str, Copy]]) -> None:
        sqs, url = self.deployed.stack.client("sqs"), self.deployed.outputs[output]
        for chunk in batched(copies, 10, strict=False):
            entries: Any = [
                {"Id": str(index), "MessageBody": _message(name, copy)} for index, (name, copy) in enumerate(chunk)
            ]
            assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")

    def _archived(self) -> bool:
        found = self.deployed.stack.client("sqs").get_queue_attributes(
            QueueUrl=self.deployed.outputs["ArchiveQueueUrl"], AttributeNames=["All"]
        )["Attributes"]
        return not any(int(found[f"ApproximateNumberOfMessages{each}"]) for each in ("", "NotVisible", "Delayed"))

    def build(self, as_of: datetime) -> None:
        """build_profiles, as its schedule would call it."""
        answer = self.deployed.stack.client("lambda", read_timeout=180).invoke(
            FunctionName=self.deployed.outputs["BuildProfilesFunctionName"],
            Payload=json.dumps({"as_of": as_of.isoformat()}),
        )
        assert "FunctionError" not in answer, answer["Payload"].read()

    def loaded(self, as_of: datetime) -> bool:
        """Whether the snapshot has been loaded completely."""
        self.probe()
        header = self.table.load_again("nobody").header
        return header is not None and header.as_of >= as_of

    def redrive(self) -> None:
        """As `tandem dlq redrive events` does."""
        redrive_events(self.deployed)

    def read(self, name: str) -> tuple[Customer, Profile | None, Any]:
        """Record, profile and header of one moment, strongly consistent."""
        loaded = self.table.load_again(name)
        assert name not in loaded.unreadable
        return loaded.customers.get(name) or Customer(name), loaded.profiles.get(name), loaded.header

    def all_handled(self) -> bool:
        """Whether `trigger` has had everything."""
        self.redrive()
        self.probe()
        return all(
            {copy.identity for copy in shopper.sent} <= _known(self.read(name)[0])
            for name, shopper in self.shoppers.items()
        )

    def probe(self) -> None:
        """Every attribute of everyone, merged, equals what brute force says of what was handled or is covered."""
        for name, shopper in self.shoppers.items():
            customer, profile, header = self.read(name)
            now = datetime.now(UTC)
            merged = attributes_of(customer, profile, header, self.playbook, now=now)
            known = _known(customer)
            handled = [reference.Handled(copy, now, 1) for copy in shopper.sent if copy.identity in known]
            included = [copy for copy in shopper.sent if profile and copy.received < profile.as_of]
            events = reference.counted(handled, included)
            zone = ZoneInfo(customer.trait("time_zone") or self.playbook.shop.default_time_zone)
            for attribute, (body, window) in CHECKED.items():
                value = merged.value(attribute)
                assert not value.incomplete, (attribute, value)
                expected = reference.value(body, window, events, zone=zone, now=now)
                assert value.value == expected, (attribute, value, expected, customer, profile)
            shopper.probes += 1


def redrive_events(deployed: Deployed) -> None:
    """Sends the events' dead letters back."""
    queue = QUEUES["events"]
    sqs = deployed.stack.client("sqs")
    send_back(sqs, queue, deployed.outputs[queue.output], deployed.outputs[queue.origin], lambda _: None)


def _playbook(deployed: Deployed) -> Playbook:
    table = deployed.stack.client("dynamodb").get_item(
        TableName=deployed.outputs["PlaybooksTableName"], Key={"pk": {"S": "playbook"}}
    )
    files = PlaybookFiles(deployed.stack.client("s3"), deployed.outputs["BucketName"])
    return files.get(int(table["Item"]["number"]["N"]))


def _known(customer: Customer) -> set[str]:
    """The identities that the record says were handled."""
    seen = {identity for day in customer.seen.values() for identity in day}
    held: tuple[Entry | OrderFact | CartFact, ...]
    held = (*customer.live.entries, *customer.orders, *customer.cart_facts)
    return seen | {each.identity for each in held}


def _live(customer: Customer) -> bool:
    return any(entry.parts for entry in customer.live.entries)


def _message(name: str, copy: Copy) -> str:
    return by_door(envelope(copy.kind, copy.event_id, copy.sent, copy.properties, name), copy.received)


def _hello(name: str, at: datetime) -> Copy:
    return Copy("customer_identified", f"hello-{name}", at, at, {"time_zone": ZONE})


def _past(name: str, chance: Random, midnight: datetime) -> list[Copy]:
    """A week of orders, refunds of some (now and then before the order), and views; a third comes twice."""
    copies: list[Copy] = []
    for number in range(chance.randrange(8, 14)):
        at = midnight - timedelta(minutes=chance.randrange(60, 6 * 24 * 60))
        product, category, price = chance.choice(RECORDS)
        line = {"product_id": product, "category": category, "price": price, "quantity": chance.randrange(1, 4)}
        if chance.random() < 0.4:
            copies.append(Copy("product_viewed", f"{name}-v{number}", at, at, {"product_id": product}))
            continue
        order_id, total = f"{name}-{number}", f"{chance.randrange(500, 9000) / 100:.2f}"
        properties = {"order_id": order_id, "total": total, "currency": "USD", "products": [line]}
        copies.append(Copy("order_completed", f"{name}-o{number}", at, at, properties))
        if chance.random() < 0.4:
            back = at + timedelta(minutes=chance.randrange(-30, 2000))
            part = {"total": "3.00", "currency": "USD"} if chance.random() < 0.6 else {}
            refund = {"order_id": order_id, "refund_id": f"{order_id}-back", **part}
            copies.append(Copy("order_refunded", f"{name}-r{number}", back, back, refund))
    again = [
        Copy(
            copy.kind,
            copy.event_id,
            copy.sent,
            copy.received + timedelta(hours=chance.randrange(1, 40)),
            copy.properties,
        )
        for copy in copies
        if chance.random() < 0.3
    ]
    return [copy for copy in (*copies, *again) if copy.received < midnight]
