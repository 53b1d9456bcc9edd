"""Versions of journeys: a definition that stays keeps its version, a former one is kept as long as it may be in use."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.publish.journey_versions import removed, replaced, versioned
from tandem.playbook import Journey, Playbook
from tests.builders import DAY, NOON, playbook

WELCOME: dict[str, Any] = {
    "id": "welcome",
    "start": {"event": "customer_identified"},
    "max_duration": "10d",
    "steps": [{"wait": "2d", "id": "pause"}, {"campaign": "second"}],
}
SLOWER = {**WELCOME, "steps": [{"wait": "3d", "id": "pause"}, {"campaign": "second"}]}


def published(before: Playbook | None, *journeys: dict[str, Any], at: datetime = NOON) -> Playbook:
    """The playbook after `before`, with these journeys."""
    number = before.number + 1 if before else 1
    written = [Journey.model_validate(each) for each in journeys]
    given, former = versioned(written, before, number=number, since=at)
    return playbook(number=number, published_at=at, journeys=given, former=former)


def former(held: Playbook) -> list[tuple[str, int, str]]:
    return [(each.id, each.version, each.status) for each in held.former]


def test_a_journey_has_the_number_of_the_playbook_that_brought_it() -> None:
    first = published(None, WELCOME)

    assert first.journey_by_id["welcome"].version == 1
    assert published(first, SLOWER).journey_by_id["welcome"].version == 2


BESIDE = {"description": "says hello", "status": "paused", "moves_at": ["pause"]}


@pytest.mark.parametrize(("field", "value"), BESIDE.items(), ids=BESIDE)
def test_words_status_and_where_to_move_make_no_new_version(field: str, value: Any) -> None:
    then = published(published(None, WELCOME), {**WELCOME, field: value})

    assert then.journey_by_id["welcome"].version == 1
    assert getattr(then.journey_by_id["welcome"], field) in (value, tuple(value))
    assert former(then) == []


CHANGES = {
    "steps": SLOWER["steps"],
    "when": "customer.orders == 0",
    "start": {"event": "order_completed"},
    "exit_on": [{"event": "order_completed"}],
    "reentry": "always",
    "key": "event.properties.order_id",
    "max_duration": "20d",
}


@pytest.mark.parametrize(("field", "value"), CHANGES.items(), ids=CHANGES)
def test_any_other_change_is_a_new_version_beside_the_former_one(field: str, value: Any) -> None:
    then = published(published(None, WELCOME), {**WELCOME, field: value}, at=NOON + DAY)

    assert then.journey_versions.keys() == {("welcome", 1), ("welcome", 2)}
    assert then.journey_versions["welcome", 1].replaced_at == NOON + DAY


@pytest.mark.parametrize(("after", "is_kept"), [(timedelta(days=10), True), (timedelta(days=11), False)])
def test_a_former_version_is_kept_until_nobody_can_be_in_it(after: timedelta, is_kept: bool) -> None:
    second = published(published(None, WELCOME), SLOWER, at=NOON)

    third = published(second, SLOWER, at=NOON + after)

    assert former(third) == ([("welcome", 1, "active")] if is_kept else [])
    assert third.journey_by_id["welcome"].version == 2


def test_a_former_version_counts_from_when_it_was_replaced_however_often_others_follow() -> None:
    held = published(published(None, WELCOME), SLOWER, at=NOON)
    for days in range(1, 12):
        held = published(held, SLOWER, at=NOON + days * DAY)

    assert former(held) == []


def test_a_definition_that_comes_back_is_a_new_version() -> None:
    held = published(published(published(None, WELCOME), SLOWER), WELCOME)

    assert held.journey_by_id["welcome"].version == 3
    assert former(held) == [("welcome", 1, "active"), ("welcome", 2, "active")]


def test_a_journey_that_is_removed_is_ended_in_all_its_versions() -> None:
    second = published(published(None, WELCOME), SLOWER)

    third = published(second)

    assert former(third) == [("welcome", 1, "ended"), ("welcome", 2, "ended")]
    assert removed(third.journeys, second) == ("welcome",)


def test_one_that_is_paused_is_paused_in_all_its_versions() -> None:
    second = published(published(None, WELCOME), SLOWER)

    assert former(published(second, {**SLOWER, "status": "paused"})) == [("welcome", 1, "paused")]


def test_which_journeys_have_a_new_version_can_be_told() -> None:
    first = published(None, WELCOME)

    assert [each.version for each in replaced(published(first, SLOWER).journeys, first)] == [1]
    assert replaced(published(first, WELCOME).journeys, first) == ()
    assert (replaced(first.journeys, None), removed(first.journeys, None)) == ((), ())


def test_a_published_playbook_is_read_as_it_was_written() -> None:
    held = published(published(None, WELCOME), SLOWER)

    assert Playbook.model_validate_json(held.model_dump_json()) == held
