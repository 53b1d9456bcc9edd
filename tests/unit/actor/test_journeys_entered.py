"""Who enters a journey: by what, when, how often; and who does not."""

from datetime import timedelta

import pytest

from tandem.attributes import Function
from tandem.events import EventType
from tandem.playbook import NONE, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, identified, order, rule
from tests.unit.actor.life import Life, book, path, said, says

WAIT = {"wait": "1d"}
SECOND = MINUTE / 60


def test_what_starts_a_journey_lets_the_customer_in_and_takes_them_to_their_first_wait() -> None:
    ada = Life(book(says(), path({"campaign": "thanks"}, WAIT)))

    made = ada.at(NOON, order("o1", NOON))

    assert said(made) == ["thanks"]
    assert [(each.step, each.since, each.started_at) for each in ada.customer.journeys] == [("1", NOON, NOON)]


def test_who_the_condition_does_not_hold_for_stays_out_without_a_word() -> None:
    by_trigger = path(WAIT, id="one", start={"event": "order_completed", "when": "event.properties.coupon == 'X'"})
    ada = Life(book(by_trigger, path(WAIT, id="two", when="customer.orders > 1")))

    made = ada.at(NOON, order("o1", NOON, coupon="Y"))

    assert (ada.under_way, made.decisions) == ([], ())


def test_who_the_condition_cannot_be_told_of_stays_out() -> None:
    by_trigger = path(WAIT, id="one", start={"event": "order_completed", "when": "event.properties.coupon == 'X'"})
    ada = Life(book(by_trigger, path(WAIT, id="two", when="event.properties.coupon == 'X'")))

    ada.at(NOON, order("o1", NOON))

    assert ada.under_way == []


def test_its_condition_sees_the_event_and_the_customer_with_it() -> None:
    ada = Life(book(path(WAIT, when="customer.orders == 1 && event.properties.coupon == 'X'")))

    ada.at(NOON, order("o1", NOON, coupon="X"))

    assert ada.under_way == ["path/"]


def test_a_key_lets_somebody_in_several_times_at_once() -> None:
    ada = Life(book(path(WAIT, key="event.properties.order_id")))

    ada.at(NOON, order("o1", NOON), order("o2", NOON + MINUTE), order("o1", NOON))

    assert ada.under_way == ["path/o1", "path/o2"]


def test_without_a_key_they_are_in_it_once() -> None:
    ada = Life(book(path(WAIT, reentry="always")))

    ada.at(NOON, order("o1", NOON), order("o2", NOON))

    assert [each.origin.order_id for each in ada.customer.journeys] == ["o1"]


@pytest.mark.parametrize("key", ["event.properties.number", "event.properties.total == '1'", "event.properties"])
def test_who_has_no_key_stays_out(key: str) -> None:
    ada = Life(book(path(WAIT, key=key)))

    ada.at(NOON, order("o1", NOON))

    assert ada.under_way == []


def test_a_number_may_be_a_key() -> None:
    ada = Life(book(path(WAIT, key="customer.orders")))

    ada.at(NOON, order("o1", NOON))

    assert ada.under_way == ["path/1"]


@pytest.mark.parametrize(("reentry", "again"), [("never", False), ("3d", False), ("1d", True), ("always", True)])
def test_who_has_been_in_it_enters_again_as_it_says(reentry: str, again: bool) -> None:
    ada = Life(book(path({"wait": "1h"}, reentry=reentry)))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR)

    ada.at(NOON + 2 * DAY, order("o2", NOON + 2 * DAY))

    assert bool(ada.under_way) is again


@pytest.mark.parametrize(("late", "under_way"), [(2 * HOUR, ["path/"]), (2 * HOUR + SECOND, [])])
def test_an_event_that_is_handled_too_late_starts_no_journey(late: timedelta, under_way: list[str]) -> None:
    ada = Life(book(path(WAIT, max_age="2h")))

    ada.at(NOON + late, order("o1", NOON))

    assert ada.under_way == under_way


def test_who_has_left_already_does_not_stay_whatever_comes_first() -> None:
    path_ = path(WAIT, start={"event": "customer_identified"}, exit_on=[{"event": "order_completed"}])
    hello, bought = identified("i2", NOON), order("o1", NOON + MINUTE)

    for batches in ([[hello, bought]], [[bought, hello]], [[hello], [bought]], [[bought], [hello]]):
        ada = Life(book())
        ada.shop = book(path_)
        for batch in batches:
            ada.at(NOON + HOUR, *batch)
        assert (ada.under_way, ada.ended) == ([], [("path/", "order_completed")])


def test_an_exit_event_of_the_same_batch_with_a_condition_is_judged_by_what_it_says() -> None:
    refund = {"event": "order_refunded", "when": "event.properties.order_id == start.properties.order_id"}
    ada = Life(book(path(WAIT, key="event.properties.order_id", exit_on=[refund])))

    ada.at(
        NOON + HOUR,
        order("o1", NOON),
        order("o2", NOON),
        event("order_refunded", "r1", NOON + MINUTE, order_id="o2"),
    )

    assert (ada.under_way, ada.ended) == (["path/o1"], [("path/o2", "order_refunded")])


def test_an_order_that_ends_a_journey_starts_it_anew() -> None:
    ada = Life(book(path(WAIT, reentry="always", exit_on=[{"event": "order_completed"}])))

    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR, order("o2", NOON + HOUR))

    assert [each.origin.order_id for each in ada.customer.journeys] == ["o2"]
    assert ada.ended == [("path/", "order_completed")]


def test_of_two_orders_at_one_moment_one_starts_the_journey_that_every_order_begins_anew() -> None:
    one, other = order("o1", NOON), order("o2", NOON)

    for batches in ([[one, other]], [[one], [other]], [[other], [one]]):
        ada = Life(book(path(WAIT, reentry="always", exit_on=[{"event": "order_completed"}])))
        for batch in batches:
            ada.at(NOON, *batch)
        (inside,) = ada.customer.journeys
        assert inside.origin.identity == max(one.identity, other.identity)


@pytest.mark.parametrize("status", ["paused", "ended"])
def test_nobody_enters_what_the_playbook_has_paused_or_ended(status: str) -> None:
    ada = Life(book(path(WAIT, status=status)))

    ada.at(NOON, order("o1", NOON))

    assert ada.under_way == []


@pytest.mark.parametrize("stops", [Stops(everything=True), Stops(paused={"path"}), Stops(ended={"path"})])
def test_nobody_enters_what_is_stopped(stops: Stops) -> None:
    ada = Life(book(path(WAIT)))
    ada.stops = stops
    ada.at(NOON, order("o1", NOON))
    ada.stops = NONE

    assert ada.under_way == []


def test_a_cart_that_stays_quiet_starts_a_journey_of_its_own() -> None:
    ada = Life(book(says(), path({"campaign": "thanks"}, WAIT, start={"cart_abandoned": "30m"})))
    ada.at(NOON, added("a1", NOON, cart="one"), added("a2", NOON + MINUTE, cart="two"))

    made = ada.at(NOON + 31 * MINUTE)

    assert ada.under_way == ["path/one", "path/two"]
    assert {each.cart_id for each in ada.sends} == {"one", "two"}
    assert said(made) == ["thanks", "thanks"]


def test_a_change_of_an_attribute_starts_a_journey() -> None:
    views = rule(Function.COUNT, EventType.PRODUCT_VIEWED, publish=True)
    start = {"attribute_changed": "it", "when": "change.after > 1"}
    ada = Life(book(path(WAIT, start=start), rules=(views,)))

    ada.at(NOON, event("product_viewed", "v1", NOON, product_id="p"))
    one = list(ada.under_way)
    ada.at(NOON + MINUTE, event("product_viewed", "v2", NOON, product_id="p"))

    assert (one, ada.under_way) == ([], ["path/"])


def test_a_date_to_come_starts_a_journey_that_begins_on_its_day_at_its_hour() -> None:
    ada = Life(book(says(), path({"campaign": "thanks"}, start={"date": "birthday", "at": "10:00"})))

    ada.at(NOON, event("date_reached", "d1", NOON, attribute="birthday", date="2026-11-21"))
    early = ada.at(NOON + 22 * HOUR)
    morning = ada.at(NOON + 27 * HOUR)  # ten in New York

    assert (said(early), said(morning)) == ([], ["thanks"])


def test_the_same_event_again_starts_nothing_again() -> None:
    ada = Life(book(path({"wait": "1h"}, reentry="always")))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR)

    ada.at(NOON + 2 * HOUR, order("o1", NOON))

    assert (ada.under_way, ada.ended) == ([], [("path/", "finished")])


def test_what_the_event_said_is_known_to_the_journeys_campaigns_days_later() -> None:
    gift = says(audience="start.properties.gift == true && start.type == 'order_completed'")
    ada = Life(book(gift, path(WAIT, {"campaign": "thanks"}, key="event.properties.order_id")))
    ada.at(NOON, order("o1", NOON, gift=True), order("o2", NOON, gift=False))

    ada.at(NOON + DAY)

    assert [each.order_id for each in ada.sends] == ["o1"]
