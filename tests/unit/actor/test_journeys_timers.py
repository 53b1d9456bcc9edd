"""Timers of journeys and of the candidates that wait: armed once, early ones arm again, stale ones do nothing."""

from datetime import timedelta

import pytest

from tandem.playbook import QuietHours, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, order
from tests.unit.actor.life import Life, armed, book, fired, path, said, says

THANKS = {"campaign": "thanks"}
QUIET = QuietHours.model_validate({"from": "06:00", "to": "20:00"})  # noon in UTC is seven in New York


def test_a_journey_arms_one_timer_for_its_wait() -> None:
    ada = Life(book(says(), path({"wait": "1d"}, THANKS, key="event.properties.order_id")))

    made = ada.at(NOON, order("o1", NOON))

    assert armed(made) == {"~path/o1": NOON + DAY}
    assert armed(ada.at(NOON + HOUR, added("a1", NOON + HOUR))) == {}


def test_the_timer_that_fires_takes_the_journey_on_and_the_next_wait_is_armed() -> None:
    ada = Life(book(says(), path({"wait": "1d"}, THANKS, {"wait": "2d"}, THANKS)))
    ada.at(NOON, order("o1", NOON))

    made = ada.fires(NOON + DAY, "~path/")

    assert said(made) == ["thanks"]
    assert armed(made) == {"~path/": NOON + 3 * DAY}


def test_a_timer_that_fires_twice_takes_it_on_once() -> None:
    ada = Life(book(says(), path({"wait": "1d"}, THANKS, {"wait": "2d"}, THANKS)))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + DAY, *[fired("~path/", NOON + DAY)] * 3)
    again = ada.at(NOON + DAY + MINUTE, fired("~path/", NOON + DAY))

    assert (said(made), said(again), armed(again)) == (["thanks"], [], {})


def test_a_timer_that_fires_early_says_nothing_and_is_armed_again() -> None:
    quiet = path({"wait": {"cart_quiet": "2h"}}, THANKS, start={"cart_abandoned": "30m"})
    ada = Life(book(says(), quiet))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)
    ada.at(NOON + HOUR, added("a2", NOON + HOUR))

    early = ada.fires(NOON + 2 * HOUR, "~path/cart-1")

    assert (said(early), armed(early)["~path/cart-1"]) == ([], NOON + 3 * HOUR)


def test_a_wait_that_gets_shorter_is_armed_anew() -> None:
    ada = Life(book(says(), path({"id": "w", "wait": "2d"}, THANKS)))
    ada.at(NOON, order("o1", NOON))
    ada.shop = book(says(), path({"id": "w", "wait": "1d"}, THANKS, version=2, moves_at=["w"]), number=2)

    assert armed(ada.at(NOON + HOUR)) == {"~path/": NOON + DAY}


def test_the_timer_of_a_journey_that_is_over_is_forgotten_and_does_nothing_when_it_fires() -> None:
    ada = Life(book(says(), path({"wait": "1d"}, THANKS, exit_on=[{"event": "order_refunded"}])))
    ada.at(NOON, order("o1", NOON))

    ada.at(NOON + HOUR, event("order_refunded", "r1", NOON + HOUR, order_id="o1"))
    stale = ada.at(NOON + DAY, fired("~path/", NOON + DAY))

    assert ada.customer.timers == {}
    assert (stale.decisions, stale.effects) == ((), ())


def test_a_journey_is_woken_at_its_longest_duration_at_the_latest() -> None:
    ada = Life(book(says(), path({"wait": "10d"}, max_duration="3d")))

    assert armed(ada.at(NOON, order("o1", NOON))) == {"~path/": NOON + 3 * DAY + timedelta(seconds=1)}


@pytest.mark.parametrize("stops", [Stops(paused={"path"}), Stops(everything=True)])
def test_a_journey_that_stands_still_looks_again_in_an_hour(stops: Stops) -> None:
    ada = Life(book(says(), path({"wait": "1h"}, THANKS)))
    ada.at(NOON, order("o1", NOON))
    ada.stops = stops

    made = ada.fires(NOON + HOUR, "~path/")

    assert armed(made) == {"~path/": NOON + 2 * HOUR}


def test_a_pause_that_is_over_before_the_wait_changes_nothing() -> None:
    ada = Life(book(says(), path({"wait": "1d"}, THANKS)))
    ada.at(NOON, order("o1", NOON))
    ada.stops = Stops(paused={"path"})
    paused = ada.at(NOON + HOUR, added("a1", NOON + HOUR))
    ada.stops = Stops()

    resumed = ada.at(NOON + 2 * HOUR)

    assert (armed(paused), armed(resumed)) == ({}, {})
    assert ada.customer.timers["~path/"].armed_for == NOON + DAY


def test_candidates_that_wait_have_one_timer_for_the_first_of_them() -> None:
    slow = says("slow", trigger={"event": "product_added"}, patience="20m")
    fast = says("fast", trigger={"event": "order_completed"}, patience="5m")
    ada = Life(book(slow, fast))

    first = ada.at(NOON, added("a1", NOON))
    second = ada.at(NOON + MINUTE, order("o1", NOON + MINUTE))

    assert (armed(first), armed(second)) == ({"~": NOON + 20 * MINUTE}, {"~": NOON + 6 * MINUTE})


def test_when_nothing_waits_any_more_their_timer_is_forgotten() -> None:
    ada = Life(book(says(trigger={"event": "order_completed"}, patience="5m")))
    ada.at(NOON, order("o1", NOON))

    made = ada.fires(NOON + 5 * MINUTE, "~")
    again = ada.at(NOON + 6 * MINUTE, fired("~", NOON + 5 * MINUTE))

    assert (said(made), said(again), ada.customer.timers) == (["thanks"], [], {})


def test_a_campaign_that_quiet_hours_defer_wakes_its_journey_when_they_end() -> None:
    ada = Life(book(says(), path(THANKS, {"wait": "1h"}), quiet_hours=(QUIET,)))

    made = ada.at(NOON, order("o1", NOON))

    assert armed(made)["~"] == NOON + 13 * HOUR
    assert said(ada.fires(NOON + 13 * HOUR, "~")) == ["thanks"]
