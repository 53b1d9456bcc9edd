"""Published attributes: each change is announced once, starts campaigns in the same step, and waits to be complete."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tandem.actor import Step, step
from tandem.attributes import Derived, Function, Money, Profile, Rule, Span, Window
from tandem.customer import Announce, Change, Customer, Record, Send
from tandem.decisions import Outcome
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tandem.playbook import Campaign, Playbook
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, event, identified, order, playbook, profile, rule

ORDER = EventType.ORDER_COMPLETED
ORDERED = rule(Function.COUNT, ORDER, subtracts=True)
SPENT = rule(Function.SUM, ORDER, money=Money("total", "USD"), subtracts=True, publish=True)


def book(*rules: Rule, campaigns: Sequence[Campaign] = (), **changes: Any) -> Playbook:
    return playbook(rules=rules or (SPENT,), campaigns=tuple(campaigns), **changes)


def run(
    events: Sequence[Event],
    customer: Customer | None = None,
    shop: Playbook | None = None,
    known: Profile | None = None,
    now: Any = NOON,
) -> Step:
    return step(customer or Customer("ada"), known, HEADER, events, shop or book(), now=now)


def news(made: Step) -> list[Change]:
    return [effect.change for effect in made.effects if isinstance(effect, Announce)]


def on_change(**changes: Any) -> Campaign:
    fields = {"id": "news", "priority": 10, "trigger": {"attribute_changed": "it"}, "content": "thanks"}
    return Campaign.model_validate({**fields, "channels": ["email"], **changes})


def test_a_change_is_announced_from_nothing_and_then_from_what_was_announced_last() -> None:
    first = run([order("o1", NOON)])
    second = run([order("o2", NOON, "5.00")], first.customer)

    assert news(first) == [Change("it", None, 3000)]
    assert news(second) == [Change("it", 3000, 3500)]


def test_what_stays_the_same_is_not_announced() -> None:
    first = run([order("o1", NOON)])

    assert news(run([order("o1", NOON)], first.customer)) == []
    assert news(run([event("product_viewed", "v1", NOON, product_id="p")], first.customer)) == []


def test_a_batch_of_events_is_one_change() -> None:
    assert news(run([order("o1", NOON), order("o2", NOON)])) == [Change("it", None, 6000)]


def test_a_value_that_goes_and_comes_back_between_two_steps_never_changed() -> None:
    first = run([order("o1", NOON)])
    both = [order("o2", NOON), event("order_refunded", "r1", NOON, order_id="o2")]

    assert news(run(both, first.customer)) == []


def test_an_attribute_that_is_not_published_is_not_announced() -> None:
    assert news(run([order("o1", NOON)], shop=book(rule(Function.COUNT, ORDER)))) == []


def test_each_published_attribute_is_announced_by_itself() -> None:
    count = rule(Function.COUNT, ORDER, attribute="count", code=102, publish=True)

    changes = news(run([order("o1", NOON)], shop=book(SPENT, count)))

    assert changes == [Change("it", None, 3000), Change("count", None, 1)]


def test_a_list_and_a_moment_are_announced_as_json() -> None:
    latest = rule(Function.LATEST, ORDER, value="line.product_id", by_line=True, kind=Kind.STRING, n=2, publish=True)
    moment = rule(
        Function.MAX, ORDER, attribute="at", code=102, value="event.occurred_at", kind=Kind.TIMESTAMP, publish=True
    )

    changes = news(run([order("o1", NOON)], shop=book(latest, moment)))

    assert changes == [Change("it", None, ["record-1"]), Change("at", None, "2026-11-20T12:00:00Z")]


def test_a_list_that_stays_the_same_is_not_announced_again_after_it_was_stored() -> None:
    latest = book(rule(Function.LATEST, ORDER, value="line.product_id", by_line=True, kind=Kind.STRING, publish=True))
    first = run([order("o1", NOON)], shop=latest)

    assert news(run([order("o2", NOON)], first.customer, latest)) == []


def test_nothing_is_announced_of_an_attribute_while_it_is_incomplete() -> None:
    newer = rule(Function.COUNT, ORDER, version=2, since=NOON - HOUR, publish=True)
    waiting = run([order("o1", NOON)], shop=book(newer, number=2))
    carried = profile(1, 3000)
    carried = Profile("ada", carried.as_of, carried.codes | {newer.code}, {newer.code: {0: 7}})

    done = run([], waiting.customer, book(newer, number=2), carried)

    assert news(waiting) == []
    assert waiting.customer.announced == {}
    assert news(done) == [Change("it", None, 8)]


def test_a_quotient_of_nothing_by_nothing_is_no_value_and_no_news() -> None:
    average = Derived("average", "double(customer.it) / double(customer.orders)", kind=Kind.DOUBLE, publish=True)
    made = run(
        [event("product_viewed", "v1", NOON, product_id="p")], shop=playbook(rules=(ORDERED,), derived=(average,))
    )

    assert news(made) == []


def test_a_new_profile_that_changes_a_value_is_announced_when_the_customer_is_woken() -> None:
    told = run([order("o1", NOON - DAY)], now=NOON - DAY)
    refreshed = event("profile_refreshed", "p1", NOON, as_of=(NOON - 15 * MINUTE).isoformat())
    known = Profile(
        "ada",
        NOON - 15 * MINUTE,
        profile().codes | {SPENT.code},
        {SPENT.code: {0: 9900}},
        listed=frozenset({order("o1", NOON).identity}),
    )

    assert news(run([refreshed], told.customer, known=known)) == [Change("it", 3000, 9900)]


def test_a_window_that_moves_on_is_noticed_at_the_next_event() -> None:
    hourly = book(rule(window=Window(Span.ROLLING, timedelta(hours=1)), publish=True))
    seen = run([event("product_viewed", "v1", NOON, product_id="p")], shop=hourly)

    later = run([order("o1", NOON + 2 * HOUR)], seen.customer, hourly, now=NOON + 2 * HOUR)

    assert news(later) == [Change("it", 1, 0)]


def test_a_change_has_the_same_id_whoever_makes_the_step_and_another_one_later() -> None:
    first, again = run([order("o1", NOON)]), run([order("o1", NOON)])
    later = run([order("o2", NOON)], first.customer, now=NOON + MINUTE)

    ids = [effect.id for made in (first, again, later) for effect in made.effects if isinstance(effect, Announce)]
    assert ids[0] == ids[1] != ids[2]


def test_an_announcement_found_owed_is_carried_out_before_the_save_that_clears_it() -> None:
    owing = run([order("o1", NOON)]).customer

    after = run([order("o1", NOON)], owing, now=NOON + MINUTE)

    assert [effect.change for effect in after.kept if isinstance(effect, Announce)] == [Change("it", None, 3000)]
    assert after.customer.owed == ()


def test_an_announcement_found_owed_after_two_weeks_is_dropped() -> None:
    owing = run([order("o1", NOON)]).customer

    assert run([], owing, now=NOON + 15 * DAY).kept == ()


# Campaigns.


def known() -> Customer:
    return run([identified("i1", NOON - DAY)], now=NOON - DAY).customer


def test_a_change_starts_its_campaign_in_the_same_step() -> None:
    made = run([order("o1", NOON)], known(), book(campaigns=[on_change()]))

    assert [each.campaign for each in made.effects if isinstance(each, Send)] == ["news"]
    assert [(each.cause.type, each.cause.identity) for each in made.decisions] == [
        ("order_completed", order("o1", NOON).identity)
    ]


def test_a_change_that_no_event_of_the_step_brought_is_decided_for_itself() -> None:
    hourly = book(rule(window=Window(Span.ROLLING, timedelta(hours=1)), publish=True), campaigns=[on_change()])
    viewed = run([event("product_viewed", "v1", NOON, product_id="p")], known(), hourly)

    later = run([], viewed.customer, hourly, now=NOON + 2 * HOUR)

    assert [(each.cause.type, each.cause.attribute) for each in later.decisions] == [("attribute_changed", "it")]


@pytest.mark.parametrize(("of_change", "chosen"), [(900, "news"), (0, "thanks-now")])
def test_what_an_order_changed_competes_with_the_order_for_one_message(of_change: int, chosen: str) -> None:
    thanks = on_change(id="thanks-now", trigger={"event": "order_completed"}, priority=1)

    made = run([order("o1", NOON)], known(), book(campaigns=(on_change(priority=of_change), thanks)))

    (decision,) = made.decisions
    assert decision.campaign == chosen
    assert {each.outcome for each in decision.candidates} == {Outcome.CHOSEN, Outcome.OUTRANKED}


def test_a_campaign_of_another_attribute_is_not_started() -> None:
    other = on_change(trigger={"attribute_changed": "another"})

    assert run([order("o1", NOON)], known(), book(campaigns=[other])).decisions == ()


def test_its_condition_sees_what_the_value_was_and_is() -> None:
    over = on_change(when="change.before < 5000 && change.after >= 5000")
    shop = book(campaigns=[over])
    told = run([order("o1", NOON)], known(), shop)

    crossed = run([order("o2", NOON)], told.customer, shop)
    beyond = run([order("o3", NOON)], crossed.customer, shop)

    assert [each.campaign for each in crossed.effects if isinstance(each, Send)] == ["news"]
    assert [each.outcome for each in beyond.decisions[0].candidates] == [Outcome.AUDIENCE]


def test_the_first_change_of_all_has_no_value_before() -> None:
    shop = book(campaigns=[on_change(when="change.before < 5000")])

    made = run([identified("i1", NOON - DAY), order("o1", NOON)], shop=shop)

    (first,) = made.decisions
    assert first.candidates[0].outcome is Outcome.AUDIENCE_ERROR


def test_an_announcement_comes_with_a_record_only_where_a_campaign_listens() -> None:
    quiet = run([order("o1", NOON)])
    heard = run([order("o1", NOON)], known(), book(campaigns=[on_change()]))

    assert [type(each) for each in quiet.effects] == [Announce]
    assert Record in {type(each) for each in heard.effects}
