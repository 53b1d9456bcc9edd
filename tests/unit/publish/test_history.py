"""What was published, newest first, and what became of each number."""

from dataclasses import replace

from infra.publish.history import Entry, Place, history
from tandem.playbook import Live, Playbook
from tests.builders import DAY, NOON, playbook


def published(*numbers: tuple[int, int]) -> dict[int, Playbook]:
    """Playbooks by number, each with the one that it follows."""
    return {number: playbook(number=number).model_copy(update={"follows": old}) for number, old in numbers}


def places(held: dict[int, Playbook], live: Live) -> dict[int, Place]:
    return {entry.number: entry.place for entry in history(held.get, live, NOON)}


def test_the_last_twenty_are_shown_newest_first() -> None:
    held = published(*((number, number - 1) for number in range(1, 31)))

    entries: list[Entry] = list(history(held.get, Live(30), NOON))

    assert [entry.number for entry in entries] == list(range(30, 10, -1))


def test_one_that_none_followed_never_held() -> None:
    held = published((1, 0), (2, 1), (3, 1), (4, 3))

    assert places(held, Live(4)) == {4: Place.LIVE, 3: Place.PAST, 2: Place.NEVER, 1: Place.PAST}


def test_one_is_pending_until_its_moment() -> None:
    held, live = published((1, 0), (2, 1)), Live(1, 2, NOON + DAY)

    assert places(held, live) == {2: Place.PENDING, 1: Place.LIVE}
    assert places(held, replace(live, next_at=NOON)) == {2: Place.LIVE, 1: Place.PAST}


def test_the_first_releases_published_one_after_the_other_and_did_not_say() -> None:
    held = published((1, 0), (2, 0), (3, 0))

    assert places(held, Live(3)) == {3: Place.LIVE, 2: Place.PAST, 1: Place.PAST}


def test_a_number_without_a_document_is_passed_over() -> None:
    held = published((1, 0), (3, 1))

    assert places(held, Live(3)) == {3: Place.LIVE, 1: Place.PAST}
