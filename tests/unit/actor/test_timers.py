"""Timers: a wait is looked at when it is due, once, whatever woke us and whatever was published meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tandem.actor import Step, attributes_of, step
from tandem.customer import Customer, Send, SetTimer, Timer, absorb
from tandem.decisions import Outcome
from tandem.events import Event
from tandem.playbook import Campaign, Playbook
from tests.builders import DAY, HOUR, MINUTE, NOON, RULES, added, event, identified, order, playbook

KEY = "reminder/cart-1"
HALF_PAST, TEN_TO_ONE = datetime(2026, 11, 20, 12, 30, tzinfo=UTC), datetime(2026, 11, 20, 12, 50, tzinfo=UTC)


def reminder(wait: str = "30m", name: str = "reminder", **more: Any) -> Campaign:
    fields = {"id": name, "priority": 50, "channels": ["email"], "trigger": {"cart_abandoned": wait}, "content": name}
    return Campaign.model_validate({**fields, **more})


def book(*campaigns: Campaign, number: int = 1) -> Playbook:
    return playbook(number=number, campaigns=campaigns)


def run(customer: Customer, events: Sequence[Event], now: datetime, published: Playbook) -> Step:
    return step(customer, None, None, events, published, now=now)


def known() -> Customer:
    return run(Customer("ada"), [identified("i1", NOON - DAY)], NOON - DAY, book(reminder())).customer


def touched(published: Playbook, at: datetime = NOON) -> Step:
    return run(known(), [added("a1", at)], at, published)


def fired(armed_for: datetime, key: str = KEY) -> Event:
    return event("timer_fired", f"t-{armed_for}", armed_for, timer=key, armed_for=armed_for.isoformat())


def armed(effects: Sequence[object]) -> list[datetime]:
    return [each.moment for each in effects if isinstance(each, SetTimer)]


def sends(made: Step) -> list[str]:
    return [each.campaign for each in made.effects if isinstance(each, Send)]


def outcomes(made: Step) -> dict[str, Outcome]:
    return {each.campaign: each.outcome for decision in made.decisions for each in decision.candidates}


def test_a_timer_that_fires_for_an_earlier_moment_leaves_the_one_that_is_armed() -> None:
    customer = Customer("ada", timers={KEY: Timer(armed_for=TEN_TO_ONE)})

    early = absorb(customer, [fired(HALF_PAST)], None, RULES, now=HALF_PAST)

    assert early.customer.timers == {KEY: Timer(armed_for=TEN_TO_ONE)}
    assert early.fired == frozenset()


def test_a_timer_that_fires_for_the_armed_moment_is_armed_no_more() -> None:
    customer = Customer("ada", timers={KEY: Timer(armed_for=TEN_TO_ONE, handled=NOON)})

    due = absorb(customer, [fired(TEN_TO_ONE)], None, RULES, now=TEN_TO_ONE)

    assert due.customer.timers == {KEY: Timer(armed_for=None, handled=NOON)}
    assert due.fired == {KEY}


def test_a_wait_that_a_new_playbook_shortens_is_armed_anew_at_the_next_event() -> None:
    before = touched(book(reminder("30m")))

    after = run(before.customer, [identified("i2", NOON + MINUTE)], NOON + MINUTE, book(reminder("10m"), number=2))

    assert armed(before.effects) == [HALF_PAST]
    assert armed(after.effects) == [datetime(2026, 11, 20, 12, 10, tzinfo=UTC)]


def test_a_wait_that_a_new_playbook_lengthens_keeps_the_timer_it_has() -> None:
    before = touched(book(reminder("30m")))

    after = run(before.customer, [identified("i2", NOON + MINUTE)], NOON + MINUTE, book(reminder("50m"), number=2))
    early = run(after.customer, [fired(HALF_PAST)], HALF_PAST, book(reminder("50m"), number=2))

    assert armed(after.effects) == []
    assert sends(early) == []
    assert armed(early.effects) == [TEN_TO_ONE]


def test_a_timer_whose_moment_passed_without_waking_us_is_armed_again() -> None:
    before = touched(book(reminder()))
    active = run(before.customer, [added("a2", NOON + 20 * MINUTE)], NOON + 20 * MINUTE, book(reminder()))

    later = run(active.customer, [identified("i2", NOON + 40 * MINUTE)], NOON + 40 * MINUTE, book(reminder()))

    assert armed(active.effects) == []
    assert armed(later.effects) == [TEN_TO_ONE]


def test_a_wait_due_between_two_seconds_is_armed_for_the_later_one_and_over_by_then() -> None:
    made = touched(book(reminder()), datetime(2026, 11, 20, 11, 30, 0, 500000, UTC))
    moment = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)

    assert armed(made.effects) == [moment]
    assert sends(run(made.customer, [fired(moment)], moment, book(reminder()))) == ["reminder"]


def test_an_owed_timer_is_kept_until_its_moment_and_dropped_then() -> None:
    customer = touched(book(reminder())).customer

    before = run(customer, [], datetime(2026, 11, 20, 12, 29, 59, tzinfo=UTC), book(reminder()))
    then = run(customer, [], HALF_PAST, book(reminder()))

    assert armed(before.kept) == [HALF_PAST]
    assert armed(then.kept) == []


def test_an_owed_timer_is_dropped_when_its_wait_was_armed_anew() -> None:
    customer = touched(book(reminder("30m"))).customer

    made = run(customer, [], NOON + MINUTE, book(reminder("10m"), number=2))

    assert armed(made.effects) == [datetime(2026, 11, 20, 12, 10, tzinfo=UTC)]
    assert armed(made.kept) == []


def test_of_two_campaigns_with_the_same_wait_for_a_cart_one_sends_and_the_other_is_outranked() -> None:
    published = book(reminder(name="first", priority=60), reminder(name="second", priority=50))
    customer = touched(published).customer

    due = run(customer, [fired(HALF_PAST, "second/cart-1")], HALF_PAST, published)
    again = run(due.customer, [fired(HALF_PAST, "first/cart-1")], HALF_PAST + MINUTE, published)

    assert sends(due) == ["first"]
    assert outcomes(due) == {"first": Outcome.CHOSEN, "second": Outcome.OUTRANKED}
    assert again.decisions == ()


@pytest.mark.parametrize(
    ("late", "outcome"),
    [
        (timedelta(0), Outcome.CHOSEN),
        (6 * HOUR, Outcome.CHOSEN),
        (6 * HOUR + timedelta(seconds=1), Outcome.TOO_OLD),
    ],
)
def test_the_age_of_a_wait_is_measured_from_when_it_was_due(late: timedelta, outcome: Outcome) -> None:
    published = book(reminder("24h", max_age="6h"))
    due = datetime(2026, 11, 21, 12, tzinfo=UTC)

    made = run(touched(published).customer, [], due + late, published)

    assert outcomes(made) == {"reminder": outcome}


@pytest.mark.parametrize("meanwhile", [[], [order("o1", NOON + MINUTE)]], ids=["open cart", "closed cart"])
def test_the_timer_of_a_campaign_that_is_no_longer_published_does_nothing(meanwhile: list[Event]) -> None:
    removed = book(number=2)
    customer = run(touched(book(reminder())).customer, meanwhile, NOON + MINUTE, removed).customer

    made = run(customer, [fired(HALF_PAST)], HALF_PAST, removed)

    assert made.decisions == ()
    assert made.effects == ()


def test_a_touch_and_an_order_at_one_instant_end_closed_in_either_order() -> None:
    touch, bought = added("a1", NOON), order("o1", NOON)

    for events in ([touch, bought], [bought, touch]):
        customer = known()
        for each in events:
            customer = run(customer, [each], NOON, book(reminder())).customer
        due = run(customer, [fired(HALF_PAST)], HALF_PAST, book(reminder()))

        assert attributes_of(customer, None, None, book(), now=NOON).carts.open == {}
        assert sends(due) == []
