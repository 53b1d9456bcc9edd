"""Versions: people in flight stay on theirs, or move at a step where the new one says so."""

from typing import Any

import pytest

from tandem.attributes import Function
from tandem.events import EventType
from tandem.playbook import Journey, Playbook
from tests.builders import DAY, HOUR, NOON, order, rule
from tests.unit.actor.life import Life, book, path, said, says

FIRST = {"id": "first", "wait": "1d"}
OLD, NEW = says("old"), says("new")


def version(number: int, *steps: Any, **changes: Any) -> Journey:
    return path(*steps, version=number, **changes)


V1 = version(1, FIRST, {"id": "say", "campaign": "old"})


def published(current: Journey, *former: Journey, **changes: Any) -> Playbook:
    return book(OLD, NEW, current, number=2, former=former, **changes)


def begun(before: Journey = V1) -> Life:
    ada = Life(book(OLD, NEW, before))
    ada.at(NOON, order("o1", NOON))
    return ada


def test_who_is_in_flight_stays_on_their_version() -> None:
    ada = begun()
    ada.shop = published(version(2, FIRST, {"id": "say", "campaign": "new"}), V1)

    made = ada.at(NOON + DAY)

    assert said(made) == ["old"]
    assert [each.version for each in ada.customer.journeys] == [1]


def test_who_enters_now_follows_the_new_version() -> None:
    ada = Life(published(version(2, FIRST, {"id": "say", "campaign": "new"}), V1))
    ada.at(NOON, order("o1", NOON))

    assert said(ada.at(NOON + DAY)) == ["new"]


def test_at_a_step_that_the_new_version_names_they_move_to_it() -> None:
    ada = begun()
    ada.shop = published(version(2, FIRST, {"id": "say", "campaign": "new"}, moves_at=["first"]), V1)

    made = ada.at(NOON + DAY)

    assert said(made) == ["new"]
    assert [each.version for each in ada.customer.journeys] == [2]


def test_a_wait_that_they_move_in_goes_on_from_when_it_began() -> None:
    ada = begun()
    ada.shop = published(version(2, {"id": "first", "wait": "3h"}, {"campaign": "new"}, moves_at=["first"]), V1)

    early, due = ada.at(NOON + 2 * HOUR), ada.at(NOON + 3 * HOUR)

    assert (said(early), said(due)) == ([], ["new"])


def test_at_another_step_they_do_not_move_until_they_come_to_it() -> None:
    old = version(1, FIRST, {"id": "second", "wait": "1d"}, {"campaign": "old"})
    ada = begun(old)
    ada.shop = published(version(2, {"id": "second", "wait": "2d"}, {"campaign": "new"}, moves_at=["second"]), old)
    ada.at(NOON + HOUR)
    still = [each.version for each in ada.customer.journeys]

    ada.at(NOON + DAY)
    moved = ada.at(NOON + DAY + HOUR)

    assert still == [1]
    assert [(each.version, each.step) for each in ada.customer.journeys] == [(2, "second")]
    assert said(moved) == []


def test_a_former_version_that_is_gone_is_followed_on_in_the_current_one_where_that_has_the_step() -> None:
    ada = begun()
    ada.shop = published(version(2, FIRST, {"id": "say", "campaign": "new"}))

    assert said(ada.at(NOON + DAY)) == ["new"]


def test_where_neither_is_known_they_leave() -> None:
    ada = begun()
    ada.shop = published(version(2, {"id": "other", "wait": "1d"}))

    ada.at(NOON + DAY)

    assert ada.ended == [("path/", "removed")]


@pytest.mark.parametrize("status", ["paused", "ended"])
def test_what_holds_for_the_journey_holds_for_its_former_versions(status: str) -> None:
    ada = begun()
    ada.shop = published(version(2, FIRST, {"campaign": "new"}, status=status), V1)

    made = ada.at(NOON + DAY)

    assert said(made) == []
    assert ada.ended == ([("path/", "ended")] if status == "ended" else [])


def test_a_campaign_that_is_gone_is_withdrawn_and_the_journey_goes_on() -> None:
    ada = begun(version(1, FIRST, {"campaign": "old"}, {"campaign": "new"}))
    ada.shop = book(NEW, version(1, FIRST, {"campaign": "old"}, {"campaign": "new"}), number=2)

    made = ada.at(NOON + DAY)

    assert [(each.campaign, str(each.outcome)) for each in made.decisions[0].candidates] == [("old", "withdrawn")]
    assert said(made) == ["new"]


def test_a_condition_of_a_former_version_on_an_attribute_that_is_gone_does_not_hold() -> None:
    views = rule(Function.COUNT, EventType.PRODUCT_VIEWED)
    arms = [{"when": "customer.it >= 0", "steps": [{"campaign": "old"}]}]
    old = version(1, FIRST, {"branch": arms, "otherwise": [{"campaign": "new"}]})
    ada = Life(book(OLD, NEW, old, rules=(views,)))
    ada.at(NOON, order("o1", NOON))
    ada.shop = published(version(2, FIRST), old)

    assert said(ada.at(NOON + DAY)) == ["new"]
