"""What this stack does not spend, and where it does not write to."""

from datetime import timedelta

import pytest

from tandem.sending import Reason, Refused, Rules, SendMode, Sent
from tests.unit.sending.builders import NOW, SENDER, a_content, a_send, a_template, a_text
from tests.unit.sending.test_flow import World

ABROAD = Rules(SendMode.LIVE, SENDER, countries=frozenset({"+1", "+63"}))


@pytest.mark.parametrize("number", ["+12025550123", "+639171234567"])
def test_a_text_goes_to_a_country_on_the_list(number: str) -> None:
    send = a_text(address=number)

    assert isinstance(World(send).deliver(send, ABROAD), Sent)


@pytest.mark.parametrize("number", ["+34612345678", "+6421234567"])
def test_a_text_to_any_other_country_is_refused_and_never_reserved(number: str) -> None:
    send = a_text(address=number)
    world = World(send)

    assert world.deliver(send, ABROAD) == Refused(Reason.COUNTRY_NOT_ALLOWED)
    assert (world.provider.accepted, world.pace.taken) == ([], [])
    assert world.told() == ["message_refused"]


def test_without_a_list_and_for_mails_there_is_no_country() -> None:
    send = a_text(address="+34612345678")

    assert isinstance(World(send).deliver(send), Sent)
    assert isinstance(World(a_send()).deliver(a_send(), ABROAD), Sent)


@pytest.mark.parametrize(("letters", "leaves"), [(160, True), (161, False)])
def test_a_text_of_more_segments_than_the_stack_pays_for_is_refused_before_it_takes_a_place(
    letters: int, leaves: bool
) -> None:
    world = World(a_text())
    world.contents.items[7] = a_content(thanks=a_template(sms="a" * letters))

    outcome = world.deliver(a_text(), Rules(SendMode.LIVE, SENDER, most_segments=1))

    assert isinstance(outcome, Sent if leaves else Refused)
    if not leaves:
        assert outcome == Refused(Reason.TOO_EXPENSIVE, "2 segments, more than 1")
        assert world.pace.taken == []


def test_a_transactional_text_says_so_to_its_provider() -> None:
    for transactional in (True, False):
        send = a_text(transactional=transactional, not_after=NOW + timedelta(hours=1))
        world = World(send)
        world.deliver(send)

        assert world.provider.accepted[0].transactional is transactional
