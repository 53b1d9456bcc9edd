"""A journey that waits for an event hears it by when it happened: before, at and after its deadline."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from tandem.events import Event
from tests.builders import DAY, HOUR, MINUTE, NOON, event, order
from tests.unit.actor.life import Life, book, path, said, says

SAME = "event.properties.order_id == start.properties.order_id"
DELIVERY = {
    "wait": {"event": "order_delivered", "when": SAME, "within": "2d"},
    "otherwise": [{"campaign": "sorry"}, {"exit": "lost"}],
}
THANKS = {"campaign": "thanks"}
SECOND = timedelta(seconds=1)


def begun(*steps: Mapping[str, Any]) -> Life:
    ada = Life(book(says("thanks"), says("sorry"), path(*steps, key="event.properties.order_id")))
    ada.at(NOON, order("o1", NOON))
    return ada


def delivered(at: datetime, order_id: str = "o1", received: datetime | None = None) -> Event:
    return event("order_delivered", f"d-{order_id}", at, received=received, order_id=order_id)


def test_the_event_leads_on() -> None:
    assert said(begun(DELIVERY, THANKS).at(NOON + HOUR, delivered(NOON + HOUR))) == ["thanks"]


def test_another_orders_event_is_not_meant() -> None:
    assert said(begun(DELIVERY, THANKS).at(NOON + HOUR, delivered(NOON + HOUR, "o2"))) == []


def test_an_event_from_before_the_start_is_not_meant() -> None:
    assert said(begun(DELIVERY, THANKS).at(NOON + HOUR, delivered(NOON - HOUR))) == []


def test_without_the_event_the_other_way_is_gone_at_the_deadline() -> None:
    ada = begun(DELIVERY, THANKS)

    early, due = ada.at(NOON + 2 * DAY - SECOND), ada.at(NOON + 2 * DAY)

    assert (said(early), said(due)) == ([], ["sorry"])


@pytest.mark.parametrize(("late", "way"), [(timedelta(0), "thanks"), (SECOND, "sorry")])
def test_an_event_counts_by_when_it_happened_and_not_by_when_it_came(late: timedelta, way: str) -> None:
    happened = delivered(NOON + 2 * DAY + late, received=NOON + 3 * DAY)

    assert said(begun(DELIVERY, THANKS).at(NOON + 3 * DAY, happened)) == [way]


def test_an_event_that_comes_when_the_other_way_is_gone_changes_nothing() -> None:
    ada = begun(DELIVERY, THANKS)
    ada.at(NOON + 2 * DAY)

    made = ada.at(NOON + 3 * DAY, delivered(NOON + DAY, received=NOON + 3 * DAY))

    assert said(made) == []


def test_an_event_that_happens_before_its_wait_begins_is_heard() -> None:
    ada = begun({"wait": "1d"}, DELIVERY, THANKS)
    early = ada.at(NOON + HOUR, delivered(NOON + HOUR))

    assert (said(early), said(ada.at(NOON + DAY))) == ([], ["thanks"])


def test_an_event_that_came_before_what_starts_the_journey_is_heard_where_both_come_together() -> None:
    ada = Life(book(says(), says("sorry"), path(DELIVERY, THANKS, key="event.properties.order_id")))

    made = ada.at(NOON + HOUR, delivered(NOON + MINUTE), order("o1", NOON))

    assert said(made) == ["thanks"]


def test_two_waits_for_one_type_each_hear_the_event_that_they_mean() -> None:
    first = {"wait": {"event": "product_viewed", "when": "event.properties.product_id == 'a'", "within": "5d"}}
    second = {"wait": {"event": "product_viewed", "when": "event.properties.product_id == 'b'", "within": "5d"}}
    ada = begun(first, second, THANKS)

    of_b = ada.at(NOON + HOUR, event("product_viewed", "v1", NOON + HOUR, product_id="b"))
    of_a = ada.at(NOON + 2 * HOUR, event("product_viewed", "v2", NOON + 2 * HOUR, product_id="a"))

    assert (said(of_b), said(of_a)) == ([], ["thanks"])


def test_an_event_that_comes_after_the_deadline_of_a_wait_that_nobody_woke_us_for_is_too_late() -> None:
    ada = begun({"wait": "1h"}, DELIVERY, THANKS)

    made = ada.at(NOON + 3 * DAY, delivered(NOON + 2 * DAY + 2 * HOUR))

    assert said(made) == ["sorry"]
