"""What holds of a customer now, in rows: made of what the real step leaves behind."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.explain.under_way import under_way, working_of
from tandem.actor import step
from tandem.customer import Customer
from tandem.events import Event
from tandem.playbook import NONE, Campaign, Cap, Holdout, Journey, Playbook, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, identified, order, playbook


def says(name: str, **changes: Any) -> Campaign:
    return Campaign.model_validate({"id": name, "content": name, "channels": ["email"], **changes})


def path(*steps: Mapping[str, Any], **changes: Any) -> Journey:
    return Journey.model_validate({"id": "path", "start": {"event": "order_completed"}, "steps": list(steps)} | changes)


def shop(*campaigns: Campaign, journeys: tuple[Journey, ...] = (), **changes: Any) -> Playbook:
    return playbook(**{"caps": (), "campaigns": campaigns, "journeys": journeys, **changes})


def ada(book: Playbook, *batches: tuple[datetime, Event]) -> Customer:
    customer = step(Customer("ada"), None, None, [identified("i", NOON - DAY)], book, now=NOON - DAY).customer
    for now, event in batches:
        customer = step(customer, None, None, [event], book, now=now).customer
    return customer


def rows(customer: Customer, book: Playbook, now: datetime, stops: Stops = NONE) -> list[tuple[str, str]]:
    return list(under_way(working_of(customer, None, None, book, stops=stops, now=now)))


def test_a_journey_says_since_when_where_and_when_it_goes_on() -> None:
    book = shop(says("thanks"), journeys=(path({"campaign": "thanks"}, {"wait": "2d"}, {"campaign": "thanks"}),))
    customer = ada(book, (NOON, order("o1", NOON)))

    assert rows(customer, book, NOON + HOUR) == [
        ("in journey", "path since 07:00, step 2 of 3 (wait 2 days), goes on 22 Nov 07:00 New York")
    ]


def test_a_wait_that_is_over_is_told_as_that_until_its_timer_comes() -> None:
    book = shop(says("thanks"), journeys=(path({"wait": "2d"}, {"campaign": "thanks"}),))
    customer = ada(book, (NOON, order("o1", NOON)))

    [(_, told)] = rows(customer, book, NOON + 2 * DAY + MINUTE)
    assert told.endswith("step 1 of 2 (wait 2 days), goes on 07:00 New York (its timer is on its way)")


@pytest.mark.parametrize("stops", [Stops(everything=True), Stops(paused=frozenset({"path"}))])
def test_a_journey_that_is_paused_stands_still(stops: Stops) -> None:
    book = shop(journeys=(path({"wait": "2d"}, key="event.properties.order_id"),))
    customer = ada(book, (NOON, order("o1", NOON)))

    assert rows(customer, book, NOON, stops) == [
        ("in journey", "path (o1) since 07:00, step 1 of 1 (wait 2 days), stands still")
    ]


def test_who_follows_an_older_version_is_shown_where_they_are_in_that() -> None:
    book = shop(journeys=(path({"wait": "2d"}, version=1),))
    customer = ada(book, (NOON, order("o1", NOON)))
    former = tuple(each.model_copy(update={"replaced_at": NOON}) for each in book.journeys)
    newer = shop(journeys=(path({"wait": "1h"}, {"wait": "3d"}, version=2),), former=former, number=2)

    [(_, told)] = rows(customer, newer, NOON)
    assert told == "path since 07:00, step 1 of 1 (wait 2 days), as it was in playbook 1, goes on 22 Nov 07:00 New York"


def test_a_journey_at_its_end_stays_for_the_message_that_has_not_left() -> None:
    book = shop(says("thanks"), journeys=(path({"campaign": "thanks"}),))
    customer = ada(book, (NOON, order("o1", NOON)))

    assert rows(customer, book, NOON) == [("in journey", "path since 07:00, ends once its last message has left")]


def test_a_journey_that_is_over_says_when_and_why() -> None:
    book = shop(journeys=(path({"wait": "1h"}, {"exit": "that is enough"}),))
    customer = ada(book, (NOON, order("o1", NOON)), (NOON + HOUR, identified("i2", NOON + HOUR)))

    assert rows(customer, book, NOON + 3 * DAY) == [("left journey", "path 20 Nov 08:00: that is enough")]


def test_a_candidate_that_waits_says_for_what_and_for_whom() -> None:
    book = shop(says("thanks", patience="10m"), journeys=(path({"campaign": "thanks"}),))
    customer = ada(book, (NOON, order("o1", NOON)))

    assert rows(customer, book, NOON) == [
        ("in journey", "path since 07:00, step 1 of 1 (campaign thanks), goes on once that is decided"),
        ("waits", "thanks until 07:10 New York: for others to compete with, asked for by journey path"),
    ]


def test_a_candidate_whose_time_has_come_waits_for_its_timer() -> None:
    book = shop(says("thanks", patience="10m", trigger={"event": "order_completed"}))
    customer = ada(book, (NOON, order("o1", NOON)))

    [(_, told)] = rows(customer, book, NOON + HOUR)
    assert told.startswith("thanks until 07:10 New York (its timer is on its way)")


def test_every_cap_says_how_much_of_it_is_used_and_when_a_slot_is_free() -> None:
    caps = (Cap(id="daily", messages=1, per="day"), Cap(id="weekly", messages=3, within=timedelta(days=7)))
    book = shop(says("thanks", trigger={"event": "order_completed"}), caps=caps)
    customer = ada(book, (NOON, order("o1", NOON)))

    assert rows(customer, book, NOON + MINUTE) == [
        ("cap", "daily: 1 used of 1 message a day, next free 21 Nov 00:00 New York"),
        ("cap", "weekly: 1 used of 3 messages in 7 days"),
    ]


def test_who_is_held_out_is_told_of_what() -> None:
    most, none = Holdout(percent=90, salt="a"), Holdout(percent=0.001, salt="a")
    book = shop(says("thanks", holdout=most), says("second", holdout=none), holdout=most)
    told = rows(ada(book), book, NOON)

    assert told == [
        ("holdout", "never gets everything but transactional messages: one of 90% (salt a)"),
        ("holdout", "never gets thanks: one of 90% (salt a)"),
    ]
