"""A record repeats its decision: from the document alone, with the playbook of its number."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tandem.actor import Step, step
from tandem.customer import Customer, Record
from tandem.decisions import Arbitration, Decision, Outcome, read_decision, repeat, same
from tandem.decisions.ranking import Declared
from tandem.events import Event
from tandem.playbook import Campaign, Cap, Holdout, Playbook, QuietHours
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, added, event, identified, order, playbook
from tests.unit.decisions.contest import campaign

NIGHT = NOON + 11 * HOUR


def recorded(made: Step) -> list[Decision]:
    """The decisions as their stored documents tell them."""
    documents = [json.loads(json.dumps(each.document)) for each in made.effects if isinstance(each, Record)]
    return [read_decision(each) for each in documents]


def shop(*campaigns: Campaign, **changes: Any) -> Playbook:
    return playbook(**{"campaigns": campaigns, "caps": (), **changes})


def run(
    published: Playbook, events: Sequence[Event], customer: Customer | None = None, now: Any = NOON, **more: Any
) -> Step:
    known = step(Customer("ada"), None, HEADER, [identified("i1", NOON - DAY)], published, now=NOON - DAY).customer
    return step(customer or known, None, HEADER, events, published, now=now, **more)


QUIET = QuietHours.model_validate({"from": "17:00", "to": "08:00"})  # of New York
ASKS = campaign("asks", audience="customer.orders == 1 && event.properties.coupon == 'X'", value="customer.orders * 7")
CHOICES: list[tuple[str, Playbook, dict[str, Any]]] = [
    ("chosen", shop(campaign("a", priority=1), campaign("b")), {}),
    ("by value", shop(campaign("a", value="customer.orders"), campaign("b", value="5")), {}),
    ("asks of the event", shop(ASKS), {"coupon": "X"}),
    ("asks in vain", shop(ASKS), {"coupon": "Y"}),
    ("an error", shop(ASKS), {}),
    ("a full cap", shop(campaign(), caps=(Cap(messages=0, per="week"),)), {}),
    ("held out", shop(campaign(), holdout=Holdout(percent=90, salt="x")), {}),
    ("no consent", shop(campaign(purpose="news")), {}),
    ("patience", shop(campaign(patience="10m"), campaign("b", patience="5m", audience="false")), {}),
]


@pytest.mark.parametrize(("published", "properties"), [each[1:] for each in CHOICES], ids=[each[0] for each in CHOICES])
def test_every_record_repeats_its_decision(published: Playbook, properties: dict[str, Any]) -> None:
    (decision,) = recorded(run(published, [order("o1", NOON, **properties)]))

    assert same(repeat(decision, published), decision)


def test_what_quiet_hours_deferred_repeats_on_both_days() -> None:
    published = shop(campaign(audience="customer.orders == 1"), quiet_hours=(QUIET,))
    deferred = run(published, [order("o1", NIGHT)], now=NIGHT)
    morning = run(published, [], deferred.customer, now=deferred.customer.waiting[0].until)

    for made in (deferred, morning):
        (decision,) = recorded(made)
        assert same(repeat(decision, published), decision)


def test_a_meeting_of_several_repeats() -> None:
    published = shop(
        campaign("one", patience="10m", value="3", trigger={"event": "order_completed"}),
        campaign("two", patience="20m", value="customer.orders", trigger={"event": "product_added"}),
    )
    first = run(published, [added("a1", NOON), order("o1", NOON + MINUTE)], now=NOON + MINUTE)
    met = run(published, [], first.customer, now=NOON + 11 * MINUTE)

    (decision,) = recorded(met)
    assert {each.outcome for each in decision.candidates} == {Outcome.CHOSEN, Outcome.OUTRANKED}
    assert same(repeat(decision, published), decision)


def test_a_reminder_whose_cart_was_bought_repeats() -> None:
    published = playbook()
    touched = run(published, [added("a1", NOON)])
    bought = run(published, [order("o1", NOON + MINUTE)], touched.customer, now=NOON + MINUTE)
    armed_for = NOON + 30 * MINUTE
    fired = event("timer_fired", "t1", armed_for, timer="reminder/cart-1", armed_for=armed_for.isoformat())

    (decision,) = recorded(run(published, [fired], bought.customer, now=armed_for))

    assert [each.outcome for each in decision.candidates] == [Outcome.CART_CLOSED]
    assert same(repeat(decision, published), decision)


def test_a_draw_repeats_with_the_seed_of_the_record() -> None:
    published, by = shop(campaign("a"), campaign("b")), Arbitration(Declared(explore=1.0))

    decisions = [
        each
        for number in range(20)
        for each in recorded(run(published, [order(f"o{number}", NOON)], by=by, seed=f"s{number}"))
    ]

    assert {each.campaign for each in decisions} == {"a", "b"}
    assert all(same(repeat(each, published, by), each) for each in decisions)


def test_a_record_that_was_changed_does_not_repeat() -> None:
    published = shop(campaign("a", value=5), campaign("b"))
    (decision,) = recorded(run(published, [order("o1", NOON)]))
    tampered = replace(decision, campaign="b")

    assert not same(repeat(tampered, published), tampered)


def test_a_record_without_what_gates_saw_cannot_be_repeated() -> None:
    (decision,) = recorded(run(shop(campaign()), [order("o1", NOON)]))

    with pytest.raises(ValueError, match="older than records that repeat"):
        repeat(replace(decision, seen=None), shop(campaign()))


def test_a_record_is_repeated_with_its_own_playbook_only() -> None:
    (decision,) = recorded(run(shop(campaign()), [order("o1", NOON)]))

    with pytest.raises(ValueError, match="made with playbook 1, not 2"):
        repeat(decision, shop(campaign(), number=2))
