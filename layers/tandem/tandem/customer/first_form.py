"""Customers as the first release stored them: whole orders in place of what they add to rules."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.attributes import Entry, Live, OrderFact, Ruleset, Sold, contribute
from tandem.attributes.windows import to_ms
from tandem.customer.record import Customer
from tandem.events import Event, EventType, OrderCompleted

UNTOLD: Final = -1  # the playbook of an entry that no rule has been shown yet


@cache
def _customer() -> TypeAdapter[Customer]:
    """Made when it is needed: once every customer has been saved anew, never."""
    return TypeAdapter(Customer)


def read_first(document: Mapping[str, Any], version: int) -> Customer:
    """The customer in such a document. Its orders are entries that `told` completes. Raises ValueError or TypeError."""
    known = {**document, "version": version}
    known.pop("live", None)
    customer = _customer().validate_python(known)
    entries = tuple(_untold(order) for order in customer.orders)
    orders = tuple(order for order in customer.orders if order.order_id)  # the others only kept what they were worth
    return replace(customer, orders=orders, live=Live(entries))


def _untold(order: OrderFact) -> Entry:
    return Entry(
        identity=order.identity,
        type=EventType.ORDER_COMPLETED,
        occurred=to_ms(order.occurred_at),
        received=to_ms(order.received_at),
        playbook=UNTOLD,
        sold=Sold(order.total_minor, order.currency),
    )


def told(live: Live, rules: Ruleset) -> Live:
    """With the orders of the first release shown to the standard rules, the only ones it knew.

    To rules that came since, they stay unknown: their values are incomplete until a snapshot carries them.
    """
    if all(entry.playbook != UNTOLD for entry in live.entries):
        return live
    standard = Ruleset(tuple(rule for rule in rules.rules if rule.version == 0))
    return replace(live, entries=tuple(_told(entry, standard) for entry in live.entries))


def _told(entry: Entry, standard: Ruleset) -> Entry:
    if entry.playbook != UNTOLD or entry.sold is None:
        return entry
    body = OrderCompleted("", entry.sold.total_minor, entry.sold.currency, (), "", "")
    event = Event(
        event_id="",
        type=entry.type,
        customer_id="",
        occurred_at=entry.occurred_at,
        received_at=entry.occurred_at,
        identity=entry.identity,
        body=body,
        properties={},
    )
    return replace(contribute(event, standard), received=entry.received, sold=entry.sold)
