"""What is known of a customer from before, and the events that its record still holds, as entries."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final, assert_never

from infra.explain.entry import Entry
from infra.explain.words import clock, count, late_by, listing, money, place, span
from tandem.attributes import CartAction, CartFact, OrderFact, Profile, SnapshotHeader
from tandem.attributes.tiers import CutPoints, tier_of
from tandem.customer import GRANTED, Customer
from tandem.events import Line

_ON_TIME: Final = timedelta(seconds=30)


def history(profile: Profile, header: SnapshotHeader | None, zone: tzinfo) -> Entry:
    """The profile as one line."""
    until = f"{clock(profile.as_of, zone)} {place(zone)}"
    sums = [money(held.revenue_minor, currency) for currency, held in sorted(profile.totals.by_currency.items())]
    first, last = clock(profile.first_order_at, zone), clock(profile.last_order_at, zone)
    details = [f"First order {first}, last order {last}"]
    if header and header.cut_points:
        details.append(_tier(profile, header.cut_points))
    title = f"History until {until}: {count(profile.totals.orders, 'order')}, {listing(sums)}"
    return Entry(profile.as_of, "profile", title, tuple(details))


def _tier(profile: Profile, cuts: CutPoints) -> str:
    held = profile.totals.of(cuts.currency)
    average = f"average order {money(held.revenue_minor // held.orders, cuts.currency)}, " if held.orders else ""
    low, medium = money(cuts.low_max, cuts.currency), money(cuts.medium_max, cuts.currency)
    return f"Tier {tier_of(held, cuts)}: {average}low is up to {low}, medium up to {medium}"


def events(customer: Customer, zone: tzinfo) -> Iterator[Entry]:
    """The orders, the touches of carts, and what the customer last said, each at the moment it was received.

    What was received at one moment comes in the order it occurred.
    """
    facts: list[OrderFact | CartFact] = [*customer.cart_facts, *customer.orders]
    yield from _said(customer)
    for fact in sorted(facts, key=lambda fact: fact.occurred_at):
        yield Entry(fact.received_at, "event", _title(fact), _late(fact, zone))


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
    for channel, word in customer.consents.items():
        answer = "yes" if word.value == GRANTED else "no"
        said[word.at, word.identity].append(f"{answer} to {channel}")
    for (at, _), words in said.items():
        yield Entry(at, "event", "Made known: " + listing(words))
