"""Rules over a file of events, value by value: what each event added, and what the value was then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tandem.actor.step import zone_of
from tandem.attributes import Attributes, Entry, Rule, Value, carts, contribute
from tandem.attributes.contributions import whole
from tandem.attributes.functions import result
from tandem.attributes.rules import RETURNS
from tandem.customer import Customer, absorb
from tandem.events import Event
from tandem.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Heard:
    """What an event did to one attribute. `added` is what it alone comes to, None for nothing; `left_out` says why a
    rule that listens got nothing; `after` is the value at the moment it was received."""

    attribute: str
    added: Any
    left_out: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Tried:
    """One event, and the attributes that it concerned. `again` is a repetition: it counts once. `late` is one that
    occurred more than 45 days before: it is the next snapshot that counts it."""

    event: Event
    again: bool
    late: bool
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One customer's events in the order they were received, and the values at `at`, in `zone`."""

    customer_id: str
    zone: ZoneInfo
    at: datetime
    tried: tuple[Tried, ...]
    values: Mapping[str, Value]


def try_rules(
    events: Iterable[Event],
    playbook: Playbook,
    names: Sequence[str],
    *,
    at: datetime | None = None,
    zone: ZoneInfo | None = None,
) -> Trial:
    """The attributes with these names over one customer's events, by the code that runs live.

    What was received after `at` is left out; without it all are taken, and values are told for the moment the last one
    was received. Without a `zone` the customer's own counts, else the shop's.
    """
    ordered = sorted(events, key=lambda event: (event.received_at, event.identity))
    end = at or ordered[-1].received_at
    customer = Customer(ordered[0].customer_id)
    tried: list[Tried] = []
    seen: set[str] = set()
    for event in ordered:
        if event.received_at > end:
            break
        before = _values(customer, playbook, names, event.received_at, zone)
        absorbed = absorb(customer, [event], None, playbook.ruleset, now=event.received_at)
        customer = absorbed.customer
        after = _values(customer, playbook, names, event.received_at, zone)
        entry = contribute(event, playbook.ruleset)
        heard = tuple(_heard(name, entry, playbook, before[name], after[name]) for name in names)
        told = tuple(each for each in heard if _concerns(each, entry, playbook))
        again = event.identity in seen
        tried.append(Tried(event, again, not absorbed.fresh and not again, told))
        seen.add(event.identity)
    return Trial(
        customer_id=customer.customer_id,
        zone=_zone(customer, playbook, zone),
        at=end,
        tried=tuple(tried),
        values=_values(customer, playbook, names, end, zone),
    )


def _zone(customer: Customer, playbook: Playbook, zone: ZoneInfo | None) -> ZoneInfo:
    return zone or zone_of(customer.trait("time_zone"), playbook.shop.default_time_zone)


def _values(
    customer: Customer, playbook: Playbook, names: Sequence[str], now: datetime, zone: ZoneInfo | None
) -> dict[str, Value]:
    attributes = Attributes(
        playbook.ruleset,
        absorb(customer, (), None, playbook.ruleset, now=now).customer.live,
        None,
        None,
        carts=carts((), (), now=now),
        zone=_zone(customer, playbook, zone),
        now=now,
        currency=playbook.shop.currency,
    )
    return {name: attributes.value(name) for name in names}


def _heard(name: str, entry: Entry, playbook: Playbook, before: Value, after: Value) -> Heard:
    rule = playbook.ruleset.by_attribute[name]
    if not isinstance(rule, Rule):
        return Heard(name, None, "", before, after)
    part = entry.parts.get(rule.code)
    if part is not None and rule.keeps_lines(entry.type):
        part = whole(rule, part)
    added = result(rule, part, entry.occurred) if part is not None else None
    return Heard(name, added, entry.left_out.get(rule.code, ""), before, after)


def _concerns(heard: Heard, entry: Entry, playbook: Playbook) -> bool:
    """Whether the event is one that the rule listens to, or takes something back of it, or moved what is computed."""
    rule = playbook.ruleset.by_attribute[heard.attribute]
    if not isinstance(rule, Rule):
        return bool(heard.before.value != heard.after.value)
    return entry.type in rule.on or (rule.subtracts and entry.type in RETURNS)
