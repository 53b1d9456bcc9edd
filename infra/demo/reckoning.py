"""The attributes of the day, checked: against a plain sum of real orders, against the same day with one snapshot alone,
before and after the snapshot in the middle, and against what was announced."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from infra.demo.cast import Known
from infra.demo.cdnow import CURRENCY
from infra.demo.run import Lived
from infra.explain.attributes import as_json
from infra.replay import Arrival, replay
from tandem.actor import attributes_of
from tandem.attributes import Value
from tandem.customer import Customer
from tandem.events import EventType
from tandem.events.money import to_minor
from tandem.events.times import read_time

Values = Mapping[str, Value]
_MARGIN: Final = timedelta(seconds=5)  # on both sides of a look: what was on its way
_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`values` of `customers` were checked; `problems` is what did not come true, a sentence each.

    `still` are customers to whom nothing happened between the two looks, `moved` those of them of whom the snapshot
    took something over; `left_out` counts events by reason; `announced` changes landed, of `listened` attributes.
    """

    customers: int
    values: int
    still: int
    moved: int
    left_out: Mapping[str, int]
    announced: int
    listened: int
    problems: tuple[str, ...]


def values(lived: Lived, customer: Customer, known: Known, now: datetime) -> Values:
    """What each rule says of a customer."""
    playbook = lived.house.draft.playbook
    found = attributes_of(customer, known.profiles.get(customer.customer_id), known.header, playbook, now=now)
    return {rule.attribute: found.value(rule.attribute) for rule in playbook.ruleset.rules}


def reckon(lived: Lived) -> Reckoning:
    """All of it. It takes some seconds: the day is lived once more in memory."""
    later = lived.middle.known
    ended = {each: values(lived, one, later, lived.ended) for each, one in lived.findings.customers.items()}
    still, moved, torn = _looked_twice(lived)
    checks = (_unlike_the_rows(lived, ended), _unlike_one_snapshot(lived, ended), torn, _unlike_announced(lived))
    return Reckoning(
        customers=len(ended),
        values=sum(map(len, ended.values())),
        still=still,
        moved=moved,
        left_out=_left_out(ended.values()),
        announced=len(lived.findings.announced),
        listened=len(lived.house.draft.playbook.ruleset.published),
        problems=tuple(problem for found in checks for problem in _few(list(found))),
    )


def _unlike_the_rows(lived: Lived, ended: Mapping[str, Values]) -> Iterator[str]:
    """Orders and revenue, added up row by row from the data set and the day's made-up events: no rule, no merge."""
    plain = _plain_sums(lived)
    for each, found in ended.items():
        said = (found["orders"].value, found["revenue_minor"].value)
        if said != plain[each]:
            yield f"attributes: {each} has {said} (orders, revenue), and the rows add up to {plain[each]}"


def _plain_sums(lived: Lived) -> Mapping[str, tuple[int, int]]:
    sold: dict[str, dict[str, int]] = defaultdict(dict)
    for order in (*lived.before, *lived.day.orders):
        sold[order.customer_id][order.order_id] = to_minor(order.amount, CURRENCY)
    foreign = Counter[str]()
    for planned in lived.day.events:
        order_id = str(planned.properties.get("order_id", ""))
        if planned.type == EventType.ORDER_COMPLETED and order_id not in sold[planned.customer_id]:
            foreign[planned.customer_id] += 1
        elif planned.type == EventType.ORDER_REFUNDED:
            whole = sold[planned.customer_id].pop(order_id)
            paid_back = planned.properties.get("total")
            if paid_back is not None:
                sold[planned.customer_id][order_id] = whole - round(100 * float(paid_back))
    customers = {*sold, *lived.findings.customers}
    return {each: (len(sold[each]) + foreign[each], sum(sold[each].values())) for each in customers}


def _unlike_one_snapshot(lived: Lived, ended: Mapping[str, Values]) -> Iterator[str]:
    """Every rule of every customer, against all events of the archive in memory with the morning's snapshot alone."""
    received, known = lived.findings.received, lived.known
    missing = {each["event_id"] for each in lived.published} - received.keys()
    if missing:
        yield f"archive: {len(missing)} of the events published are not in it"
    arrivals = [
        Arrival(json.dumps(each), received[each["event_id"]])
        for each in lived.published
        if each["event_id"] not in missing
    ]
    lived_again = replay(arrivals, lived.house.draft.playbook, known.profiles, known.header, until=lived.ended)
    for customer in lived_again.customers:
        alone = values(lived, customer, known, lived.ended)
        for name, value in ended.get(customer.customer_id, {}).items():
            if _told(value) != _told(alone[name]):
                yield (
                    f"attributes: {name} of {customer.customer_id} is {_told(value)}, and with the morning's snapshot "
                    f"alone {_told(alone[name])}"
                )


def _looked_twice(lived: Lived) -> tuple[int, int, list[str]]:
    """Customers to whom nothing happened between the looks: their parts may move, their values may not."""
    middle, now = lived.middle, lived.middle.after.until
    early, until = {each.event_id for each in lived.day.early}, middle.after.until + _MARGIN
    busy = {
        each["customer_id"]
        for each in lived.published
        if each["event_id"] not in early
        and middle.before.since - _MARGIN <= read_time(each["received_at"], "received_at") <= until
    }
    handed = {each["customer_id"] for each in lived.published if each["event_id"] in early} - busy
    still, moved, torn = 0, 0, list[str]()
    for each in sorted(middle.before.customers.keys() & middle.after.customers.keys() - busy):
        before = values(lived, middle.before.customers[each], lived.known, now)
        after = values(lived, middle.after.customers[each], middle.known, now)
        still += 1
        moved += any(before[name].live != after[name].live for name in before)
        torn += [
            f"attributes: {name} of {each} was {_told(before[name])}, and {_told(after[name])} with the new snapshot"
            for name in before
            if _told(before[name]) != _told(after[name])
        ]
    if handed and not moved:  # where everyone of the small hours was busy meanwhile, nothing can be told
        torn.append("attributes: the snapshot in the middle of the day took nothing over")
    return still, moved, torn


def _unlike_announced(lived: Lived) -> Iterator[str]:
    """What landed is a chain of changes from nothing to what the customer's record says was announced last."""
    last: dict[tuple[str, str], Any] = {}
    for each in lived.findings.announced:
        key = (each.customer_id, each.attribute)
        if last.get(key) != each.before:
            yield f"announced: {each.attribute} of {each.customer_id} changed from {each.before}, after {last.get(key)}"
        last[key] = each.after
    owed = {
        (each, name): as_json(value)
        for each, customer in lived.findings.customers.items()
        for name, value in customer.announced.items()
    }
    for key in sorted(owed.keys() | last.keys()):
        if owed.get(key) != last.get(key):
            yield f"announced: {key[1]} of {key[0]} is {owed.get(key)} in the record, and {last.get(key)} on the bus"


def _left_out(ended: Iterable[Values]) -> dict[str, int]:
    """Events by reason. One that several rules leave out is one."""
    counts = Counter[str]()
    for found in ended:
        most = Counter[str]()
        for value in found.values():
            most |= Counter(value.left_out)
        counts += most
    return dict(counts)


def _told(value: Value) -> tuple[Any, str, Mapping[str, int]]:
    return value.value, value.incomplete, dict(value.left_out)


def _few(problems: list[str]) -> Iterator[str]:
    """A defect shows on hundreds of customers; some are enough."""
    yield from problems[:_MOST_TOLD]
    if len(problems) > _MOST_TOLD:
        yield f"and {len(problems) - _MOST_TOLD} more like these"
