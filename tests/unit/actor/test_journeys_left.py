"""Who leaves a journey, and what becomes of what it was about to say."""

from dataclasses import replace
from typing import Any

import pytest

from tandem.decisions import Outcome
from tandem.playbook import Journey, QuietHours, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, order
from tests.unit.actor.life import Life, book, candidates, left, path, reasons, said, says

WAIT = {"wait": "1d"}
THANKS = {"campaign": "thanks"}
REFUND: dict[str, Any] = {"exit_on": [{"event": "order_refunded"}]}
ALWAYS_QUIET = QuietHours.model_validate({"from": "06:00", "to": "20:00"})  # noon in UTC is seven in New York


def refunded(at: Any = NOON + HOUR, order_id: str = "o1") -> Any:
    return event("order_refunded", f"r-{order_id}", at, order_id=order_id)


def begun(journey: Journey, **changes: Any) -> Life:
    ada = Life(book(says(), journey, **changes))
    ada.at(NOON, order("o1", NOON))
    return ada


def test_an_exit_event_ends_the_journey_wherever_the_customer_is() -> None:
    ada = begun(path(WAIT, THANKS, **REFUND))

    ada.at(NOON + HOUR, refunded())

    assert (ada.under_way, ada.ended) == ([], [("path/", "order_refunded")])
    assert ada.at(NOON + 2 * DAY).decisions == ()


def test_an_exit_event_in_the_step_that_would_have_sent_comes_first() -> None:
    ada = begun(path(WAIT, THANKS, **REFUND))

    made = ada.at(NOON + DAY + HOUR, refunded(NOON + DAY))

    assert (said(made), ada.ended) == ([], [("path/", "order_refunded")])


def test_an_event_from_before_the_start_is_no_exit() -> None:
    ada = begun(path(WAIT, THANKS, **REFUND))

    ada.at(NOON + HOUR, refunded(NOON - MINUTE))

    assert ada.under_way == ["path/"]


def test_an_exit_with_a_condition_asks_what_the_event_says_of_the_start() -> None:
    same = {"event": "order_refunded", "when": "event.properties.order_id == start.properties.order_id"}
    ada = begun(path(WAIT, exit_on=[same]))

    ada.at(NOON + HOUR, refunded(order_id="o9"))
    still = list(ada.under_way)
    ada.at(NOON + HOUR, refunded(order_id="o1"))

    assert (still, ada.under_way) == (["path/"], [])


def test_an_exit_withdraws_a_message_that_has_not_left() -> None:
    ada = begun(path(THANKS, WAIT, **REFUND))

    ada.at(NOON + HOUR, refunded())

    assert ada.withdrawn == ["exited"]


def test_an_exit_withdraws_the_very_last_message_of_a_journey_too() -> None:
    ada = begun(path(THANKS, **REFUND))

    ada.at(NOON + HOUR, refunded())

    assert (ada.withdrawn, ada.ended) == (["exited"], [("path/", "order_refunded")])


def test_a_message_that_has_left_stays_as_it_is() -> None:
    ada = begun(path(THANKS, WAIT, **REFUND))
    ada.at(NOON + MINUTE, left(ada.sends[0], NOON + MINUTE))

    ada.at(NOON + HOUR, refunded())

    assert ada.withdrawn == [""]


def test_an_exit_leaves_the_messages_of_other_journeys_alone() -> None:
    other = path(THANKS, WAIT, id="other", key="event.properties.order_id")
    ada = begun(other)
    ada.shop = book(says(), other, path(WAIT, id="second", **REFUND))
    ada.at(NOON + MINUTE, order("o2", NOON + MINUTE))

    ada.at(NOON + HOUR, refunded())

    assert ada.ended == [("second/", "order_refunded")]
    assert ada.withdrawn == ["", ""]


def test_a_candidate_that_waits_ends_with_its_journey_and_says_why() -> None:
    ada = begun(path(THANKS, WAIT, **REFUND), quiet_hours=(ALWAYS_QUIET,))
    deferred = len(ada.customer.waiting)

    made = ada.at(NOON + HOUR, refunded())

    assert (deferred, ada.customer.waiting) == (1, ())
    assert reasons(made) == [("thanks", Outcome.EXITED)]
    assert candidates(made)[0].saw == {"journey": "path", "why": "order_refunded"}
    assert made.decisions[0].cause.type == "order_refunded"


def test_a_journey_whose_steps_are_over_is_finished_when_its_last_message_has_left() -> None:
    ada = begun(path(THANKS))
    stays = list(ada.under_way)

    ada.at(NOON + MINUTE, left(ada.sends[0], NOON))

    assert (stays, ada.ended) == (["path/"], [("path/", "finished")])


@pytest.mark.parametrize("refused", [True, False])
def test_a_journey_is_finished_at_once_where_no_message_is_on_its_way(refused: bool) -> None:
    ada = Life(book(says(audience="false" if refused else "true", purpose="news"), path(THANKS)))

    ada.at(NOON, order("o1", NOON))

    assert ada.ended == [("path/", "finished")]


def cart_journey(*steps: Any, **changes: Any) -> Journey:
    return path(*steps, start={"cart_abandoned": "30m"}, **changes)


def test_an_order_of_its_cart_ends_a_carts_journey_and_withdraws_its_message() -> None:
    ada = Life(book(says(), cart_journey(THANKS, WAIT)))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)

    ada.at(NOON + HOUR, order("o1", NOON + HOUR))

    assert (ada.ended, ada.withdrawn) == ([("path/cart-1", "cart_ordered")], ["ordered"])


def test_an_emptied_cart_ends_its_journey() -> None:
    ada = Life(book(says(), cart_journey(WAIT)))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)

    ada.at(NOON + HOUR, event("product_removed", "x1", NOON + HOUR, product_id="record-1", cart_id="cart-1"))

    assert ada.ended == [("path/cart-1", "cart_emptied")]


def test_of_two_carts_one_bought_and_one_not_the_other_is_reminded_of_again() -> None:
    ada = Life(book(says(), cart_journey(THANKS, WAIT, THANKS)))
    ada.at(NOON, added("a1", NOON, cart="one"), added("a2", NOON, "brush-1", cart="two"))
    ada.at(NOON + 30 * MINUTE)

    ada.at(NOON + HOUR, order("o1", NOON + HOUR, cart_id="one"))
    ada.at(NOON + 2 * DAY)

    assert [each.cart_id for each in ada.sends] == ["one", "two", "two"]


def test_a_cart_that_is_filled_on_after_the_order_is_another_matter() -> None:
    ada = Life(book(says(), cart_journey(THANKS, WAIT, reentry="always")))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)

    ada.at(NOON + HOUR, order("o1", NOON + HOUR), added("a2", NOON + HOUR + MINUTE))
    ended = list(ada.ended)
    ada.at(NOON + 2 * HOUR)

    assert ended == [("path/cart-1", "cart_ordered")]
    assert ada.under_way == ["path/cart-1"]


def test_a_journey_that_the_playbook_ended_is_left_at_the_next_look() -> None:
    ada = begun(path(WAIT, THANKS))
    ada.shop = book(says(), path(WAIT, THANKS, status="ended"), number=2)

    ada.at(NOON + HOUR)

    assert ada.ended == [("path/", "ended")]


def test_a_journey_that_an_operator_ended_is_left_and_its_message_withdrawn() -> None:
    ada = begun(path(THANKS, WAIT))
    ada.stops = Stops(ended={"path"})

    ada.at(NOON + HOUR)

    assert (ada.ended, ada.withdrawn) == ([("path/", "ended")], ["exited"])


def test_a_journey_that_is_in_no_playbook_any_more_is_left() -> None:
    ada = begun(path(WAIT, THANKS))
    ada.shop = book(says(), number=2)

    made = ada.at(NOON + 2 * DAY)

    assert (ada.ended, said(made)) == ([("path/", "removed")], [])


@pytest.mark.parametrize("by_operator", [True, False])
def test_a_paused_journey_stands_still_and_goes_on_where_it_was(by_operator: bool) -> None:
    ada = begun(path(WAIT, THANKS))
    going = ada.shop
    if by_operator:
        ada.stops = Stops(paused={"path"})
    else:
        ada.shop = book(says(), path(WAIT, THANKS, status="paused"), number=2)
    paused = ada.at(NOON + DAY + HOUR)

    ada.stops, ada.shop = Stops(), going
    after = ada.at(NOON + DAY + 2 * HOUR)

    assert (said(paused), said(after)) == ([], ["thanks"])


def test_a_paused_journey_is_still_left_by_its_exit() -> None:
    ada = begun(path(WAIT, THANKS, **REFUND))
    ada.stops = Stops(paused={"path"})

    ada.at(NOON + HOUR, refunded())

    assert ada.ended == [("path/", "order_refunded")]


def test_when_everything_is_stopped_journeys_stand_still() -> None:
    ada = begun(path(WAIT, THANKS))
    ada.stops = Stops(everything=True)

    made = ada.at(NOON + 2 * DAY)

    assert (made.decisions, ada.under_way) == ((), ["path/"])


def test_a_journey_that_takes_too_long_is_over() -> None:
    ada = begun(path({"wait": "10d"}, THANKS, max_duration="2d"))

    ada.at(NOON + 2 * DAY + MINUTE)

    assert ada.ended == [("path/", "max_duration")]


def test_an_exit_step_is_the_reason() -> None:
    ada = begun(path({"exit": "one is enough"}))

    assert ada.ended == [("path/", "exit: one is enough")]


def test_a_journey_that_is_over_hears_nothing_more() -> None:
    ada = begun(path({"wait": "1h"}, **REFUND))
    ada.at(NOON + HOUR)
    before = replace(ada.customer, version=0, live=ada.customer.live)

    ada.at(NOON + 2 * HOUR, refunded())

    assert ada.customer.ended == before.ended
