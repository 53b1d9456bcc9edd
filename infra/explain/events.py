"""What is known of a customer from before, and the events that its record still holds, as entries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from infra.explain.entry import Entry
from infra.explain.words import clock, count, late_by, listing, money, place, span
from tandem.attributes import Attributes, CartAction, CartFact, Carts, Live, OrderFact, Profile, Ruleset, SnapshotHeader
from tandem.attributes.entries import Entry as Kept
from tandem.attributes.tiers import CutPoints
from tandem.attributes.windows import from_ms
from tandem.customer import GRANTED, Customer
from tandem.events import EventType, Line
from tandem.events.identity import EVERYTHING

_ON_TIME: Final = timedelta(seconds=30)


def history(profile: Profile, header: SnapshotHeader | None, rules: Ruleset, currency: str, zone: tzinfo) -> Entry:
    """The profile as one line."""
    none = Carts({}, {})
    held = Attributes(
        rules, Live(), profile, header, carts=none, zone=ZoneInfo("UTC"), now=profile.as_of, currency=currency
    )
    until = f"{clock(profile.as_of, zone)} {place(zone)}"
    details = []
    if held["first_order_at"]:
        first, last = (clock(held[name], zone) for name in ("first_order_at", "last_order_at"))
        details.append(f"First order {first}, last order {last}")
    if header and header.cut_points and header.cut_points.currency == currency:
        details.append(_tier(held, header.cut_points))
    orders, revenue = held["orders"] or 0, held["revenue_minor"] or 0
    title = f"History until {until}: {count(orders, 'order')}, {money(revenue, currency)}"
    return Entry(profile.as_of, "profile", title, tuple(details))


def _tier(held: Attributes, cuts: CutPoints) -> str:
    value = held["basket_value_minor"]
    average = f"average order {money(value, cuts.currency)}, " if value is not None else ""
    low, medium = money(cuts.low_max, cuts.currency), money(cuts.medium_max, cuts.currency)
    return f"Tier {held.basket_tier}: {average}low is up to {low}, medium up to {medium}"


def events(customer: Customer, zone: tzinfo) -> Iterator[Entry]:
    """The orders, the touches of carts, and what the customer last said, each at the moment it was received.

    What was received at one moment comes in the order it occurred.
    """
    facts: list[OrderFact | CartFact] = [*customer.cart_facts, *customer.orders]
    told = [Entry(fact.received_at, "event", _title(fact), _late(fact, zone)) for fact in facts]
    moments = [fact.occurred_at for fact in facts]
    orders = {order.identity: order.order_id for order in customer.orders}
    for kept in customer.live.entries:
        if kept.returned:
            told.append(Entry(from_ms(kept.received), "event", _returned(kept, orders)))
            moments.append(kept.occurred_at)
    yield from _said(customer)
    for _, entry in sorted(zip(moments, told, strict=True), key=lambda pair: pair[0]):
        yield entry


def _returned(kept: Kept, orders: Mapping[str, str]) -> str:
    """A refund or a cancellation that no profile covers yet."""
    returned = kept.returned
    order_id = orders.get(returned.order, "") if returned else ""
    what = f"order {order_id}" if order_id else "an order from before"
    if kept.type is EventType.ORDER_CANCELLED or returned is None:
        return f"Cancelled: {what}"
    if returned.minor is not None and returned.currency:
        return f"Refunded of {what}: {money(returned.minor, returned.currency)}"
    return f"Refunded: {what if returned.full else f'part of {what}'}"


def _title(fact: OrderFact | CartFact) -> str:
    if isinstance(fact, OrderFact):
        return f"Order {fact.order_id}: {money(fact.total_minor, fact.currency)}"
    return _touch(fact)


def _late(fact: OrderFact | CartFact, zone: tzinfo) -> tuple[str, ...]:
    late = late_by(fact.occurred_at, fact.received_at)
    if late <= _ON_TIME:
        return ()
    happened = clock(fact.occurred_at, zone, near=fact.received_at)
    return (f"Happened at {happened}, {span(late.total_seconds())} before it arrived",)


def _touch(fact: CartFact) -> str:
    cart = f"cart {fact.cart_id}" if fact.cart_id else "a cart without an id"
    match fact.action:
        case CartAction.ADDED:
            return f"Put in {cart}: {_lines(fact.lines)}"
        case CartAction.REMOVED:
            return f"Taken out of {cart}: {_lines(fact.lines)}"
        case CartAction.VIEWED:
            return f"Looked at {cart}: {_lines(fact.lines)}"
        case CartAction.CHECKOUT:
            return f"Started the checkout of {cart}: {_lines(fact.lines)}"
        case other:
            assert_never(other)


def _lines(lines: tuple[Line, ...]) -> str:
    return listing([f"{line.quantity} × {line.name or line.product_id}" for line in lines])


def _said(customer: Customer) -> Iterator[Entry]:
    """Traits and consents keep only their last word, so this is what still holds of each event."""
    said: dict[tuple[datetime, str], list[str]] = defaultdict(list)
    for name, word in customer.traits.items():
        said[word.at, word.identity].append(f"{name.replace('_', ' ')} {word.value}")
    for name, word in customer.consents.items():
        said[word.at, word.identity].append(f"{'yes' if word.value == GRANTED else 'no'} to {consent_in_words(name)}")
    for (at, _), words in said.items():
        yield Entry(at, "event", "Made known: " + listing(words))


def consent_in_words(name: str) -> str:
    """`email`, `news by email`, `everything by email`: what a word of the customer's is about."""
    channel, _, purpose = str(name).partition("/")
    return f"{'everything' if purpose == EVERYTHING else purpose} by {channel}" if purpose else channel
