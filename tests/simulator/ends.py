"""What has to be so once nothing fails any more and everything has come to its end, by looks at what is stored."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tandem.actor import attributes_of
from tandem.customer import DENIED, Channel, Customer
from tandem.customer.consent import consent_key
from tandem.decisions import read_record
from tandem.errors import BadEvent
from tandem.events import Event, parse
from tandem.events.identity import EVERYTHING, MARKETING
from tandem.events.times import read_time
from tandem.sending.outcome import Status
from tests.exact.facts import Copy
from tests.exact.family import STANDARD
from tests.exact.reference import value
from tests.simulator.story import Wrong

if TYPE_CHECKING:
    from tests.simulator.world import World

KNOWN_FOR: Final = timedelta(days=44)


def check_customers(world: "World") -> None:
    """When everything that had arrived was handled. Raises Wrong."""
    check_queues(world)
    events = dict(_events(world))
    check_seen(world, events)
    check_attributes(world, events)
    check_told(world, events)


def check_ends(world: "World") -> None:
    """When nothing is to come any more. Raises Wrong."""
    check_queues(world)
    check_archive(world)
    check_records(world)
    check_words(world)
    events = dict(_events(world))
    check_told(world, events)
    check_marks(world)
    check_reports(world, events)
    check_suppressed(world)
    check_waiting(world)
    world.judge.check_sends()


def check_queues(world: "World") -> None:
    """Nothing is on its way, and only what has a reason lies among the dead letters."""
    for queue in world.queues.values():
        if queue.messages:
            raise Wrong(f"still in {queue.name}: {[each.body for each in queue.messages.values()]}")
    for dead in world.dead.values():
        for message in dead.messages.values():
            if "reason" not in message.attributes:
                raise Wrong(f"{dead.name} without a reason: {message.body}")


def check_archive(world: "World") -> None:
    """All that was published is archived, or kept apart with its reason."""
    archived, refused = set[str](), set[str]()
    for key, data in world.workers.archive.objects.items():
        for line in gzip.decompress(data).splitlines():
            document = json.loads(line)
            if key.startswith("archive/"):
                archived.add(document["message"])
            else:
                refused.add(json.loads(document["body"])["Message"])
    for message, _ in world.topic.published.values():
        if message not in archived and message not in refused:
            raise Wrong(f"not in the archive: {message}")


def _events(world: "World") -> Iterator[tuple[str, Event]]:
    """What was published and can be read, by SNS's id; the rest is among the dead letters, with its reason."""
    reasons = [json.loads(each.body)["Message"] for each in world.dead["events"].messages.values()]
    for name, (message, received) in world.topic.published.items():
        try:
            event = world.read.get(name) or parse(by_door_of(message, received), received)
            world.read[name] = event
        except BadEvent:
            if message not in reasons:
                raise Wrong(f"neither an event nor among the dead letters: {message}") from None
            continue
        yield name, event


def by_door_of(message: str, received: datetime) -> str:
    """As the queues bring it."""
    return json.dumps({"Type": "Notification", "Message": message, "Timestamp": received.isoformat()})


def check_seen(world: "World", events: dict[str, Event]) -> None:
    """Each event was taken in by its customer."""
    for event in events.values():
        customer = world.customers.get(event.customer_id)
        if event.occurred_at < world.now - KNOWN_FOR:
            continue
        if customer is None or event.identity not in _identities(customer):
            raise Wrong(f"{event.event_id} ({event.type}) was never taken in")


def _identities(customer: Customer) -> set[str]:
    held = {each.identity for each in customer.live.entries}
    held |= {each.identity for each in customer.orders} | {each.identity for each in customer.cart_facts}
    return held | {name for names in customer.seen.values() for name in names}


def check_told(world: "World", events: dict[str, Event]) -> None:
    """What came of each send is known to its customer."""
    told: dict[str, set[str]] = {}
    for event in events.values():
        properties: Any = event.properties
        send_id = properties.get("send_id") or properties.get("send", {}).get("id")
        told.setdefault(send_id, set()).add(str(event.type))
    for name, row in world.ledger.rows.items():
        customer = world.customers.get(row.send.customer_id)
        entry = customer.send(name) if customer else None
        if row.status is Status.SENT:
            if "message_sent" not in told.get(name, ()):
                raise Wrong(f"{name} is sent, and nobody was told")
            if entry and not entry.sent_at:
                raise Wrong(f"{name} is sent, and its customer does not know: {entry}")
        if row.status is Status.REFUSED:
            if not told.get(name, set()) & {"message_refused", "send_expired"}:
                raise Wrong(f"{name} is refused, and nobody was told")
            if entry and not entry.refused:
                raise Wrong(f"{name} is refused, and its customer does not know: {entry}")


MARKS: Final = {
    "Delivery": "delivered",
    "DeliveryDelay": "delayed",
    "Permanent": "bounced",
    "Transient": "bounced",
    "Complaint": "complained",
    "Open": "opened",
    "Click": "clicked",
}


def check_marks(world: "World") -> None:
    """The ledger's marks are what the provider told, each with its earliest moment; and whatever was told has left."""
    right: dict[str, dict[str, datetime]] = {}
    for report in world.judge.reports:
        marks = right.setdefault(report.of.id, {})
        if report.kind in MARKS:
            name = MARKS[report.kind]
            marks[name] = min(marks.get(name, report.at), report.at)
    for name, row in world.workers.rows.rows.items():
        found: dict[str, datetime] = {}
        for mark, at in row.marks.items():
            kind = mark.removeprefix("machine_").removesuffix("_at")
            found[kind] = min(found.get(kind, at), at)
        if found != right.pop(name, None):
            raise Wrong(f"{name} has the marks {found}, and was told {world.judge.reports}")
        if world.ledger.rows[name].status is not Status.SENT:
            raise Wrong(f"{name} was reported, and is {world.ledger.rows[name].status}")
    if missed := {name: marks for name, marks in right.items() if marks}:
        raise Wrong(f"never marked: {missed}")


def check_reports(world: "World", events: dict[str, Event]) -> None:
    """The customer heard of each thing that a provider told."""
    heard = {(event.properties.get("send_id"), str(event.type)) for event in events.values()}
    for report in world.judge.reports:
        if report.kind in MARKS and (report.of.id, f"message_{MARKS[report.kind]}") not in heard:
            raise Wrong(f"{report.kind} of {report.of.id} was told, and its customer did not hear of it")


def check_suppressed(world: "World") -> None:
    """Who complained, and whose address takes no mail, is not written to, unless there was a later yes."""
    for report in world.judge.reports:
        if report.kind not in ("Permanent", "Complaint"):
            continue
        key = consent_key(report.of.channel, report.of.address, EVERYTHING)
        item = world.consents.items.get(key)
        later = [each for each in world.judge.words.get(key, ()) if each.granted and each.said_at > report.at]
        if (item is None or item.granted) and not later:
            raise Wrong(f"{report.kind} of {report.of.id}, and its address is not suppressed")


def check_waiting(world: "World") -> None:
    """Nobody waits to be decided about, with nothing that would wake them."""
    for customer in world.customers.all():
        if customer.waiting:
            raise Wrong(f"{customer.customer_id} waits for ever: {customer.waiting}")
        if customer.journeys:
            raise Wrong(f"{customer.customer_id} stays for ever: {customer.journeys}")


def check_records(world: "World") -> None:
    """Each decision that was owed is in its table, as it was; and each change was announced."""
    for name, record in world.judge.records.items():
        kept = world.decisions.kept.get(name)
        if kept is None:
            raise Wrong(f"{name} was never recorded")
        if kept != read_record(json.loads(json.dumps(record.document))):
            raise Wrong(f"{name} was recorded as another")
    if silent := world.judge.announced - world.bus.heard:
        raise Wrong(f"never announced: {silent}")


def check_words(world: "World") -> None:
    """The item of each address that is refused says so."""
    for customer in world.customers.all():
        for name, word in customer.consents.items():
            channel, _, purpose = name.partition("/")
            address = customer.address(Channel(channel)) if channel in Channel else ""
            item = world.consents.items.get(consent_key(Channel(channel), address, purpose or MARKETING))
            if word.value == DENIED and address and (item is None or item.granted):
                raise Wrong(f"{customer.customer_id} said no to {name}, and the item of {address} does not")


def check_attributes(world: "World", events: dict[str, Event]) -> None:
    """What is said of each customer is what brute force says."""
    copies: dict[str, dict[str, Copy]] = {}
    for name, event in events.items():
        message, received = world.topic.published[name]
        sent = read_time(json.loads(message)["occurred_at"], "occurred_at")
        copy = Copy(str(event.type), event.event_id, sent, received, dict(event.properties))
        held = copies.setdefault(event.customer_id, {})
        if event.identity not in held or received < held[event.identity].received:
            held[event.identity] = copy
    for customer in world.customers.all():
        playbook = world.playbooks.published[customer.playbook]
        attributes = attributes_of(customer, None, world.customers.header, playbook, now=world.now)
        zone = world.zone(customer.trait("time_zone"))
        for attribute, (body, window) in STANDARD.items():
            right = value(body, window, list(copies[customer.customer_id].values()), zone=zone, now=world.now)
            found = attributes.value(attribute)
            if found.value != right:
                raise Wrong(f"{attribute} of {customer.customer_id} is {found}, but should be {right}")
