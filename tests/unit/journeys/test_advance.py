"""Steps: branches, splits, variables, exits, what a campaign waits for, and the journey's own end."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.journeys.ways import entered, gone, journey

MOMENT = timedelta(microseconds=1)
THANKS, SORRY = {"campaign": "thanks"}, {"campaign": "sorry"}


@pytest.mark.parametrize(
    ("values", "asked"),
    [({"a": True, "b": True}, "one"), ({"a": False, "b": True}, "two"), ({"a": False, "b": False}, "none")],
)
def test_a_branch_goes_the_first_way_whose_condition_holds(values: dict[str, bool], asked: str) -> None:
    arms = [{"when": "a", "steps": [{"campaign": "one"}]}, {"when": "b", "steps": [{"campaign": "two"}]}]

    moved = gone(journey({"branch": arms, "otherwise": [{"campaign": "none"}]}), values=values)

    assert moved.ask == asked


@pytest.mark.parametrize("value", [None, 1, "true"])
def test_a_condition_that_is_not_true_or_cannot_be_told_is_no_way(value: Any) -> None:
    arms = [{"when": "a", "steps": [THANKS]}]

    assert gone(journey({"branch": arms, "otherwise": [SORRY]}), values={"a": value} if value else {}).ask == "sorry"


def split(*weights: int) -> dict[str, Any]:
    return {"id": "try", "split": [{"weight": each, "steps": [{"exit": str(n)}]} for n, each in enumerate(weights)]}


def test_a_split_always_goes_the_same_way_for_a_customer_and_by_weights_for_all() -> None:
    people = [f"c{number}" for number in range(1000)]

    first, again = ([gone(journey(split(3, 1)), customer_id=each).why for each in people] for _ in range(2))

    assert first == again
    assert Counter(first)["exit: 0"] / len(people) == pytest.approx(0.75, abs=0.04)


def test_a_way_without_weight_is_never_gone() -> None:
    assert {gone(journey(split(0, 1)), customer_id=f"c{number}").why for number in range(100)} == {"exit: 1"}


def test_another_split_of_the_same_journey_draws_for_itself() -> None:
    one, other = journey(split(1, 1)), journey({**split(1, 1), "id": "again"})
    people = [f"c{number}" for number in range(100)]

    assert [gone(one, customer_id=each).why for each in people] != [
        gone(other, customer_id=each).why for each in people
    ]


def test_a_variable_is_set_once_and_read_later() -> None:
    path = journey({"set": {"gift": "customer.orders"}}, {"wait": "1h"}, {"wait": {"days": "journey.gift"}})

    waiting = gone(path, values={"customer.orders": 3}).underway
    later = gone(path, NOON + HOUR, waiting, values={"customer.orders": 9})

    assert waiting.said == {"gift": 3}
    assert later.due == NOON + HOUR + 3 * DAY


def test_a_variable_that_cannot_be_told_has_no_value() -> None:
    assert gone(journey({"set": {"gift": "customer.orders"}}, {"wait": "1h"})).underway.said == {"gift": None}


def test_a_moment_is_kept_as_text() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)

    moved = gone(
        journey({"set": {"since": "customer.first_order_at"}}, {"wait": "1h"}), values={"customer.first_order_at": at}
    )

    assert moved.underway.said == {"since": "2026-11-01T00:00:00+00:00"}


def test_a_later_value_takes_the_place_of_an_earlier_one() -> None:
    moved = gone(journey({"set": {"n": "1"}}, {"set": {"n": "2"}}, {"wait": "1h"}), values={"1": 1, "2": 2})

    assert moved.underway.said == {"n": 2}


def test_an_exit_ends_the_journey_with_its_words() -> None:
    assert gone(journey({"exit": "one is enough"}, THANKS)).why == "exit: one is enough"


def test_after_its_last_step_a_journey_is_finished() -> None:
    assert gone(journey({"wait": "1h"}), NOON + HOUR).why == "finished"


def test_a_campaign_is_asked_for_once_and_waited_for() -> None:
    path = journey(THANKS, SORRY)

    asked = gone(path)
    still = gone(path, NOON + MINUTE, asked.underway, is_decided=False)

    assert (asked.ask, asked.underway.asked) == ("thanks", True)
    assert (still.ask, still.underway.step, still.why) == ("", "0", "")


def test_when_its_campaign_is_decided_the_journey_goes_on_from_then() -> None:
    path = journey(THANKS, {"wait": "1h"})

    decided = gone(path, NOON + 2 * HOUR, gone(path).underway)

    assert (decided.underway.step, decided.underway.asked, decided.due) == ("1", False, NOON + 3 * HOUR)


def test_a_journey_ends_after_its_longest_duration_wherever_it_is() -> None:
    path = journey({"wait": "10d"})

    assert gone(path, NOON + DAY, ends_after=2 * DAY).due == NOON + 2 * DAY + MOMENT
    assert gone(path, NOON + 2 * DAY + MOMENT, ends_after=2 * DAY).why == "max_duration"


def test_what_is_due_at_the_very_end_of_its_longest_duration_still_happens() -> None:
    path = journey({"wait": "2d"}, THANKS)

    assert gone(path, NOON + 2 * DAY, ends_after=2 * DAY).ask == "thanks"


def test_one_that_waits_for_its_campaign_is_woken_at_its_longest_duration() -> None:
    path = journey(THANKS)

    assert gone(path, NOON, gone(path).underway, is_decided=False, ends_after=DAY).due == NOON + DAY + MOMENT


def test_one_that_is_to_begin_on_a_day_to_come_waits_for_it() -> None:
    path = journey(THANKS)
    tomorrow = entered(path, since=NOON + DAY)

    assert (gone(path, NOON, tomorrow).ask, gone(path, NOON, tomorrow).due) == ("", NOON + DAY)
    assert gone(path, NOON + DAY, tomorrow).ask == "thanks"


@pytest.mark.parametrize("steps", [[{"wait": "1s"}], [{"exit": "enough"}]])
def test_a_journey_at_its_end_stays_while_one_of_its_messages_may_still_leave(steps: list[dict[str, str]]) -> None:
    path = journey(*steps)

    stays = gone(path, NOON + HOUR, pending_until=NOON + 3 * HOUR)

    assert (stays.why, stays.due) == ("", NOON + 3 * HOUR)
    assert gone(path, NOON + 3 * HOUR, stays.underway, pending_until=NOON + 3 * HOUR).why


def test_where_nothing_has_happened_going_on_again_changes_nothing() -> None:
    path = journey({"wait": "1h"}, {"set": {"n": "1"}}, {"wait": {"until": "18:00"}})

    once = gone(path, NOON + 2 * HOUR, values={"1": 1})
    again = gone(path, NOON + 2 * HOUR, once.underway, values={"1": 1})

    assert once == again
