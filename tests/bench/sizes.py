"""How big a customer is: packed bytes after so many events, and what a save of it writes."""

from dataclasses import replace
from datetime import timedelta
from itertools import batched
from math import ceil
from pathlib import Path

from infra.publish.playbook import read_playbook
from tandem.actor import step
from tandem.adapters.customer_table import customer_item
from tandem.attributes import Profile
from tandem.customer import Customer, pack_customer, unpack_customer
from tandem.events import Event
from tandem.playbook import Playbook
from tandem.profiles.advance import State, advance
from tests.bench.report import Report
from tests.builders import DAY, HEADER, HOUR, NOON, added, event, identified, order

COUNTS = (10, 20, 100, 1_000, 10_000)
_UNIT = 1024


def run() -> list[Report]:
    """With a snapshot every night, as it should be, and with none at all."""
    book = read_playbook(Path("infra/playbook"), published_at=NOON - 900 * DAY, number=1).playbook
    columns = ("bytes, a snapshot a night", "write units", "bytes, no snapshot", "their write units", "crowded")
    report = Report("size of a customer, packed", columns, "Budget: 20 events under 1 KB; crowded from 64 KB on")
    for count in COUNTS:
        events = [_event(number, count) for number in range(count)]
        nightly, alone = _lived(events, book, nightly=True), _lived(events, book, nightly=False)
        report.add(
            f"{count} events in {(events[-1].occurred_at - events[0].occurred_at).days} days",
            _size(nightly),
            ceil(_size(nightly) / _UNIT),
            _size(alone),
            ceil(_size(alone) / _UNIT),
            int(alone.crowded),
        )
    return [report]


def _event(number: int, count: int) -> Event:
    """An event every three hours, or more of them in 40 days: browsing, carts, and every tenth an order."""
    at = NOON - min(timedelta(hours=3), 40 * DAY / count) * (count - number)
    match number % 10:
        case 0:
            return order(f"o{number}", at, products=[{"product_id": f"p{number % 7}", "category": "LP"}])
        case 1 | 2 | 3:
            return added(f"a{number}", at, f"p{number % 7}", cart=f"cart-{number // 10}")
        case _:
            return event("product_viewed", f"v{number}", at, product_id=f"p{number % 7}", category="LP")


def _size(customer: Customer) -> int:
    return len(customer_item(replace(customer, owed=()))["data"]["B"])


def _lived(events: list[Event], book: Playbook, *, nightly: bool) -> Customer:
    """The customer after all of them, a day at a time."""
    hello = identified("hello", events[0].occurred_at, phone="+15550100", time_zone="America/New_York")
    customer, profile = Customer("ada"), None
    since = events[0].occurred_at
    pending = [hello]
    for each in events:
        pending.append(each)
        if each.occurred_at - since >= DAY:
            profile = (_snapshot(events, book, each) if nightly else None) or profile
            customer = _handled(customer, profile, pending, book)
            since, pending = each.occurred_at, []
    return _handled(customer, profile, pending, book)


def _handled(customer: Customer, profile: Profile | None, events: list[Event], book: Playbook) -> Customer:
    now = (events[-1].occurred_at if events else NOON) + HOUR
    for ten in batched(events, 10, strict=False):
        made = replace(step(customer, profile, HEADER, ten, book, now=now).customer, owed=())
        customer = unpack_customer(pack_customer(made), made.version)
    return customer


def _snapshot(events: list[Event], book: Playbook, until: Event) -> Profile | None:
    """Made of the events around it alone: what a profile lists is all that a customer's size depends on."""
    as_of = until.occurred_at.replace(hour=0)
    near = [each for each in events if as_of - 3 * DAY <= each.received_at < as_of]
    made = advance("ada", State(), near, book.ruleset, as_of=as_of)
    return made.profile if made else None
