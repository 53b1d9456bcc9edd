"""Silence has its reason: who could not enter a journey, and what would have been too much."""

from dataclasses import replace

from tandem.decisions import Outcome
from tandem.playbook import QuietHours, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, order
from tests.unit.actor.life import Life, book, expired, left, path, reasons, said, says


def test_a_cart_whose_journey_is_stopped_says_so() -> None:
    journey = path({"campaign": "reminder"}, id="cart", start={"cart_abandoned": "30m"})
    ada = Life(book(says("reminder"), journey))
    ada.at(NOON, added("a1", NOON))
    ada.stops = Stops(everything=True)

    made = ada.at(NOON + 30 * MINUTE)

    assert reasons(made) == [("reminder", Outcome.STOPPED)]


def test_a_key_that_is_none_says_so() -> None:
    ada = Life(book(says(), path({"campaign": "thanks"}, key="event.properties.parts")))

    made = ada.at(NOON, order("o1", NOON, parts=[1, 2]))

    assert reasons(made) == [("thanks", Outcome.AUDIENCE_ERROR)]
    assert ada.under_way == []


def test_somebody_whom_the_entry_condition_does_not_mean_is_no_candidate() -> None:
    ada = Life(book(says(), path({"campaign": "thanks"}, when="customer.orders > 5")))

    assert reasons(ada.at(NOON, order("o1", NOON))) == []


def test_of_one_campaign_no_more_than_fifty_wait_for_moments_to_come() -> None:
    later = says("later", trigger={"after": "product_viewed", "wait": "30d"})
    ada = Life(book(later))

    ada.at(NOON, *[event("product_viewed", f"v{each}", NOON) for each in range(50)])
    made = ada.at(NOON + MINUTE, event("product_viewed", "v50", NOON + MINUTE))

    assert len(ada.customer.waiting) == 50
    assert reasons(made) == [("later", Outcome.SUPERSEDED)]


def test_a_journey_that_a_change_starts_says_its_first_message_in_a_batch_too() -> None:
    journey = path({"campaign": "thanks"}, {"wait": "1h"}, {"campaign": "more"}, start={"attribute_changed": "orders"})
    shop = book(says(), says("more"), journey)
    rules = tuple(each if each.attribute != "orders" else replace(each, publish=True) for each in shop.ruleset.rules)
    ada = Life(book(says(), says("more"), journey, rules=rules, number=1))

    assert said(ada.made[0]) == ["thanks"]
    ada.at(NOON, added("a1", NOON), event("product_viewed", "v1", NOON))

    assert [each.campaign for each in ada.sends] == ["thanks", "more"]


def test_a_message_cannot_have_left_before_it_was_decided() -> None:
    ada = Life(book(says(trigger={"event": "order_completed"})))
    made = ada.at(NOON, order("o1", NOON))

    ada.at(NOON + HOUR, left(ada.sends[0], NOON - 20 * DAY))

    assert said(made) == ["thanks"]
    assert [each.sent_at for each in ada.customer.sends] == [NOON]


def test_what_became_of_a_message_starts_none() -> None:
    ada = Life(book(says(trigger={"event": ["order_completed", "message_sent"]})))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + MINUTE, left(ada.sends[0], NOON + MINUTE))

    assert said(made) == []


def test_a_journeys_last_message_that_comes_back_after_the_exit_is_not_said() -> None:
    exits = [{"event": "order_delivered"}]
    ada = Life(book(says(validity="10d"), path({"campaign": "thanks"}, exit_on=exits)))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + 11 * DAY)
    ada.at(NOON + 12 * DAY, event("order_delivered", "d1", NOON + 12 * DAY, order_id="o1"))

    made = ada.at(NOON + 13 * DAY, expired(ada.sends[0], NOON + 13 * DAY))

    assert (said(made), reasons(made)) == ([], [])
    assert ada.withdrawn == ["exited"]


def test_a_journeys_last_message_that_comes_back_is_still_the_journeys() -> None:
    quiet = QuietHours.model_validate({"from": "08:00", "to": "20:00"})  # noon in UTC is seven in New York
    ada = Life(book(says(validity="10d"), path({"campaign": "thanks"}), quiet_hours=(quiet,)))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + 2 * HOUR, expired(ada.sends[0], NOON + 2 * HOUR))

    assert reasons(made) == [("thanks", Outcome.DEFERRED)]
    assert ada.under_way == ["path/"]


def test_a_journey_whose_start_cannot_be_told_says_so() -> None:
    start = {"event": "order_completed", "when": "event.properties.gift == true"}
    ada = Life(book(says(), path({"campaign": "thanks"}, start=start)))

    made = ada.at(NOON, order("o1", NOON))

    assert reasons(made) == [("thanks", Outcome.AUDIENCE_ERROR)]


def test_whoever_may_not_enter_again_does_not_keep_a_message_from_its_exit() -> None:
    exits = [{"event": "order_completed"}]
    ada = Life(book(says(), path({"campaign": "thanks"}, start={"event": "product_viewed"}, exit_on=exits)))
    ada.at(NOON, event("product_viewed", "v1", NOON))
    ada.at(NOON + MINUTE, event("product_viewed", "v2", NOON + MINUTE))

    ada.at(NOON + 2 * MINUTE, order("o1", NOON + 2 * MINUTE))

    assert ada.withdrawn == ["exited"]


def test_two_events_in_one_batch_end_two_waits() -> None:
    wait = {"wait": {"event": "order_delivered", "within": "5d"}, "otherwise": [{"exit": "no second"}]}
    steps = (wait, {"campaign": "thanks"}, wait, {"campaign": "more"})
    ada = Life(book(says(), says("more"), path(*steps)))
    ada.at(NOON, order("o1", NOON))

    ada.at(NOON + HOUR, *[event("order_delivered", each, NOON + HOUR, order_id=each) for each in ("d1", "d2")])

    assert [each.campaign for each in ada.sends] == ["thanks", "more"]
