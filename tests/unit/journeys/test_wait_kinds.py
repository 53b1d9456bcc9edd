"""Each kind of wait: when it is over, and where the journey goes from there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.journeys.ways import cart, entered, gone, journey

SECOND = timedelta(seconds=1)


def test_a_duration_is_over_when_it_has_passed_since_the_step_before() -> None:
    path = journey({"wait": "2h"}, {"wait": "3h"})

    assert gone(path, NOON + 2 * HOUR - SECOND).due == NOON + 2 * HOUR
    assert gone(path, NOON + 2 * HOUR).underway.step == "1"
    assert gone(path, NOON + 2 * HOUR).due == NOON + 5 * HOUR


def test_the_next_wait_begins_when_the_one_before_was_to_end_however_late_we_are() -> None:
    path = journey({"wait": "2h"}, {"wait": "3h"})

    late = gone(path, NOON + 4 * HOUR)

    assert (late.underway.step, late.underway.since, late.due) == ("1", NOON + 2 * HOUR, NOON + 5 * HOUR)


def test_waits_that_are_all_over_are_gone_through_at_once() -> None:
    moved = gone(journey({"wait": "1h"}, {"wait": "1h"}, {"campaign": "thanks"}), NOON + 9 * HOUR)

    assert (moved.ask, moved.underway.since) == ("thanks", NOON + 2 * HOUR)


@pytest.mark.parametrize(
    ("days", "took"),
    [
        (2, 2 * DAY),
        (1.5, 36 * HOUR),
        (0, timedelta(0)),
        (-3, timedelta(0)),
        (float("inf"), 400 * DAY),
        (10**12, 400 * DAY),
    ],
)
def test_an_expression_says_for_how_many_days(days: Any, took: timedelta) -> None:
    path = journey({"wait": {"days": "customer.gap"}}, {"wait": "1s"})

    moved = gone(path, NOON + took, values={"customer.gap": days}, ends_after=500 * DAY)

    assert (moved.underway.step, moved.underway.since) == ("1", NOON + took)


@pytest.mark.parametrize("days", [None, float("nan"), True, "3"])
def test_days_that_cannot_be_told_are_looked_at_again(days: Any) -> None:
    moved = gone(journey({"wait": {"days": "customer.gap"}}, {"wait": "1h"}), values={"customer.gap": days})

    assert (moved.underway.step, moved.due) == ("0", NOON + 6 * HOUR)


def test_a_wait_by_an_expression_follows_it_when_it_changes() -> None:
    path = journey({"wait": {"days": "customer.gap"}})

    assert gone(path, NOON + DAY, values={"customer.gap": 2}).due == NOON + 2 * DAY
    assert gone(path, NOON + DAY, values={"customer.gap": 5}).due == NOON + 5 * DAY


@pytest.mark.parametrize(
    ("wait", "zone", "due"),
    [
        ({"until": "18:30"}, "UTC", datetime(2026, 11, 20, 18, 30, tzinfo=UTC)),
        ({"until": "10:00"}, "UTC", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ({"until": "18:30"}, "Asia/Manila", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        ({"until": "10:00", "on": ["monday"]}, "UTC", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ({"until": "13:00", "on": ["friday", "sunday"]}, "UTC", datetime(2026, 11, 20, 13, tzinfo=UTC)),
        ({"until": "09:00", "on": ["friday", "sunday"]}, "UTC", datetime(2026, 11, 22, 9, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_the_next_one_of_the_customers_clock(wait: Any, zone: str, due: datetime) -> None:
    assert gone(journey({"wait": wait}), zone=zone).due == due


def test_at_that_very_time_of_day_it_is_over() -> None:
    assert gone(journey({"wait": {"until": "12:00"}}, {"wait": "1h"})).due == NOON + HOUR


def test_a_customer_who_moves_to_another_zone_is_waited_for_there() -> None:
    path = journey({"wait": {"until": "18:00"}})

    assert gone(path, NOON + HOUR, zone="Europe/Madrid").due == NOON + 5 * HOUR
    assert gone(path, NOON + HOUR, zone="America/New_York").due == NOON + 11 * HOUR


DELIVERED = {"wait": {"event": "order_delivered", "within": "2d"}, "otherwise": [{"exit": "lost"}]}


def test_an_event_is_waited_for_until_its_deadline() -> None:
    moved = gone(journey(DELIVERED))

    assert (moved.underway.step, moved.due) == ("0", NOON + 2 * DAY)


def test_an_event_that_was_heard_leads_on_and_the_next_wait_begins_then() -> None:
    path = journey(DELIVERED, {"wait": "1h"})

    moved = gone(path, NOON + 90 * MINUTE, entered(path, heard={"0": ((NOON + HOUR, "d1"),)}))

    assert (moved.underway.step, moved.due) == ("1", NOON + 2 * HOUR)


def test_an_event_that_was_heard_before_its_wait_began_ends_it_at_once() -> None:
    path = journey({"wait": "1d"}, DELIVERED, {"campaign": "thanks"})

    assert gone(path, NOON + DAY, entered(path, heard={"1": ((NOON + HOUR, "d1"),)})).ask == "thanks"


@pytest.mark.parametrize(("late", "why"), [(timedelta(0), "finished"), (SECOND, "exit: lost")])
def test_an_event_counts_up_to_the_very_deadline(late: timedelta, why: str) -> None:
    path = journey(DELIVERED)

    assert gone(path, NOON + 3 * DAY, entered(path, heard={"0": ((NOON + 2 * DAY + late, "d1"),)})).why == why


def test_an_event_that_did_not_come_by_its_deadline_leads_the_other_way() -> None:
    assert gone(journey(DELIVERED), NOON + 2 * DAY).why == "exit: lost"


def test_without_another_way_a_missed_event_leads_on() -> None:
    missed = {"wait": {"event": "order_delivered", "within": "2d"}}

    assert gone(journey(missed, {"campaign": "thanks"}), NOON + 2 * DAY).ask == "thanks"


def test_a_quiet_cart_is_waited_for_from_its_last_activity() -> None:
    path = journey({"wait": {"cart_quiet": "20h"}})

    assert gone(path, cart=cart(NOON - HOUR)).due == NOON + 19 * HOUR
    assert gone(path, NOON + HOUR, cart=cart(NOON + 30 * MINUTE)).due == NOON + 20 * HOUR + 30 * MINUTE


def test_a_journey_that_has_no_cart_waits_as_long_from_now() -> None:
    assert gone(journey({"wait": {"cart_quiet": "20h"}})).due == NOON + 20 * HOUR
