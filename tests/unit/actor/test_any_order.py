"""Whatever the order and repetition of a customer's events: the same attributes, open carts, due timers, reminders."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.actor import attributes_of, step
from tandem.actor.step import zone_of
from tandem.attributes import Profile, Span, Window
from tandem.customer import Customer, Send, SetTimer
from tandem.events import Event
from tandem.journeys import waits
from tandem.playbook import Cap
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, added, event, identified, order, playbook, profile

PLAYBOOK = playbook()
PRODUCTS = st.sampled_from(["record-1", "brush-1", "sleeve-1"])
CARTS = st.sampled_from(["one", "two", "default"])
LAST = NOON + 25 * MINUTE  # every wait (30 minutes) of the events below ends after it


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Up to twelve distinct events between 11:55 and 12:20, most at shared minutes so that ties are common."""
    kinds = draw(st.lists(st.sampled_from(["add", "remove", "view", "checkout", "order", "identify"]), max_size=12))
    return [_event(kind, number, draw) for number, kind in enumerate(kinds)]


def _event(kind: str, number: int, draw: st.DrawFn) -> Event:
    at = NOON + draw(st.integers(0, 20)) * MINUTE
    product, cart, name = draw(PRODUCTS), draw(CARTS), f"e{number}"
    lines = [{"product_id": product, "quantity": draw(st.integers(1, 2)), "price": "9.00"}]
    match kind:
        case "add":
            return added(name, at, product, cart)
        case "remove":
            return event("product_removed", name, at, product_id=product, cart_id=cart)
        case "view":
            return event("cart_viewed", name, at, cart_id=cart, products=draw(st.sampled_from([[], lines])))
        case "checkout":
            ids: dict[str, Any] = draw(
                st.sampled_from([{}, {"cart_id": cart}, {"checkout_id": "k1"}, {"order_id": "o0"}])
            )
            return event("checkout_started", name, at, products=lines, **ids)
        case "order":
            link: dict[str, Any] = draw(st.sampled_from([{}, {"cart_id": cart}, {"checkout_id": "k1"}]))
            currency = draw(st.sampled_from(["USD", "EUR"]))
            return order(
                f"o{draw(st.integers(0, 3))}",
                at,
                f"{draw(st.integers(0, 90))}.05",
                products=lines,
                currency=currency,
                **link,
            )
        case _:
            zone = draw(st.sampled_from(["Asia/Manila", "Europe/Madrid", "Nowhere/Lost"]))
            return identified(name, at, time_zone=zone, consents={"email": draw(st.booleans())})


def run(events: Sequence[Sequence[Event]], known: Profile | None, now: datetime = LAST) -> Customer:
    customer = Customer("ada")
    for batch in events:
        customer = step(customer, known, HEADER, batch, PLAYBOOK, now=now).customer
    return customer


def state(customer: Customer, known: Profile | None, now: datetime = LAST) -> object:
    attributes = attributes_of(customer, known, HEADER, PLAYBOOK, now=now)
    due = {wait.key: wait.due for wait in waits(PLAYBOOK, attributes.carts.open, customer.timers)}
    values = {name: attributes.value(name) for name in PLAYBOOK.ruleset.by_attribute}
    return values, attributes.carts, due, customer.traits, customer.consents


def distinct(events: Sequence[Event]) -> list[Event]:
    """Copies of one order differ only in what a retry changes, so keep one content for each identity."""
    return list({each.identity: each for each in events}.values())


@settings(max_examples=400, deadline=None)
@given(histories(), st.data(), st.sampled_from([None, profile(), profile(listed=("o1", "o2"))]))
def test_any_permutation_repetition_and_batching_ends_in_the_same_state(
    history: list[Event], data: st.DataObject, known: Profile | None
) -> None:
    events = distinct(history)
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=6) if events else st.just([]))
    shuffled = data.draw(st.permutations(repeated))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]

    assert state(run(batches, known), known) == state(run([events], known), known)


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_any_order_of_arrival_before_the_timers_fire_ends_in_the_same_reminders(
    history: list[Event], data: st.DataObject
) -> None:
    events = [
        identified("hello", NOON - DAY),
        *(each for each in distinct(history) if each.type != "customer_identified"),
    ]
    shuffled = data.draw(st.permutations(events))

    assert reminders([[each] for each in shuffled]) == reminders([events])


def reminders(batches: Sequence[Sequence[Event]]) -> list[tuple[str, ...]]:
    """The carts reminded of, as the timers that were armed fire one after another.

    The cap is out of the way: what an order was answered with at once takes its slots, and that may depend on what
    was known when the order arrived.
    """
    roomy = playbook(caps=(Cap(messages=1000, within=7 * DAY),))
    customer, timers, reminded = Customer("ada"), list[SetTimer](), list[tuple[str, ...]]()
    for batch in batches:
        made = step(customer, None, HEADER, batch, roomy, now=LAST)
        customer, timers = made.customer, timers + [each for each in made.effects if isinstance(each, SetTimer)]
    while timers:
        timer = min(timers, key=lambda each: each.moment)
        timers.remove(timer)
        fired = event("timer_fired", timer.id, timer.moment, timer=timer.timer, armed_for=timer.moment.isoformat())
        made = step(customer, None, HEADER, [fired], roomy, now=max(timer.moment, LAST))
        customer, timers = made.customer, timers + [each for each in made.effects if isinstance(each, SetTimer)]
        sends = [each for each in made.effects if isinstance(each, Send)]
        reminded += [(each.cart_id, *sorted(line.product_id for line in each.lines)) for each in sends]
    return sorted(reminded)


@settings(max_examples=200, deadline=None)
@given(st.permutations([0, 1, 2]), st.integers(0, 30))
def test_of_copies_the_one_received_first_wins(ranks: list[int], minutes: int) -> None:
    at = NOON - HOUR
    copies = [order("o1", at, f"{10 + rank}.00", received=at + timedelta(minutes=minutes + rank)) for rank in ranks]

    customer = run([[copy] for copy in copies], None)

    assert [fact.total_minor for fact in customer.orders] == [1000]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Manila", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_todays_total_begins_at_the_local_midnight(zone: str) -> None:
    midnight = Window(Span.TODAY).begins(NOON, zone_of(zone, "UTC"))
    events = [identified("i1", NOON - DAY, time_zone=zone)]
    events += [order("before", midnight - MINUTE, "7.00"), order("after", midnight, "5.00")]
    customer = run([events], None, NOON)

    assert attributes_of(customer, None, HEADER, PLAYBOOK, now=NOON)["purchase_total_today_minor"] == 500
