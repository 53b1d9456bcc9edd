"""What becomes of a send of which nobody knows whether it left."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.customer import Delivery
from tandem.sending import Abilities, Status
from tandem.sending.flow import UNDER_WAY
from tandem.sending.settling import (
    MARGIN,
    MOST_ATTEMPTS,
    ON_ITS_WAY,
    Doubt,
    GiveUp,
    Open,
    TryAgain,
    Wait,
    judge,
    pause_after,
)
from tests.unit.sending.builders import NOW, a_send

PATIENCE = timedelta(minutes=30)
MAIL, TEXT, HOOK = Abilities(settles=True), Abilities(), Abilities(idempotent=True)
MINUTE = timedelta(minutes=1)
ORDER = a_send(delivery=Delivery.AT_LEAST_ONCE, transactional=True)


def a_row(**changes: Any) -> Open:
    """A campaign's mail, reserved at NOW."""
    send = a_send()
    row = Open(
        send.id, send.customer_id, send.campaign, send.channel, send.delivery, Status.RESERVED, NOW, send.not_after
    )
    return replace(row, **changes)


def unknown(**changes: Any) -> Open:
    return a_row(**{"status": Status.UNKNOWN, "unknown_at": NOW, **changes})


def wanted(**changes: Any) -> Open:
    """A transactional one of which a copy is better than none."""
    return unknown(**{"delivery": Delivery.AT_LEAST_ONCE, "send": ORDER, **changes})


def test_a_reservation_is_doubted_once_nobody_can_be_at_work_at_it() -> None:
    doubted = NOW + UNDER_WAY

    assert judge(a_row(), MAIL, doubted, PATIENCE) == Wait(doubted + MARGIN)
    assert judge(a_row(), MAIL, doubted + MARGIN, PATIENCE) == Doubt(doubted, due=doubted + MARGIN)


def test_a_mail_is_given_up_when_the_provider_has_had_its_time_to_tell() -> None:
    assert judge(unknown(), MAIL, NOW + PATIENCE - MINUTE, PATIENCE) == Wait(NOW + PATIENCE)
    assert isinstance(judge(unknown(), MAIL, NOW + PATIENCE, PATIENCE), GiveUp)


def test_where_the_provider_tells_nothing_what_is_sent_once_is_given_up_at_once() -> None:
    assert isinstance(judge(unknown(), TEXT, NOW, PATIENCE), GiveUp)


@pytest.mark.parametrize("abilities", [TEXT, HOOK])
def test_where_the_provider_tells_nothing_nothing_is_waited_for(abilities: Abilities) -> None:
    assert judge(wanted(), abilities, NOW, PATIENCE) == TryAgain(ORDER, due=NOW)


def test_what_is_wanted_at_least_once_is_tried_again_when_the_provider_has_had_its_time() -> None:
    assert judge(wanted(), MAIL, NOW + PATIENCE - MINUTE, PATIENCE) == Wait(NOW + PATIENCE)
    assert judge(wanted(), MAIL, NOW + PATIENCE, PATIENCE) == TryAgain(ORDER, due=NOW + PATIENCE)


def test_attempts_are_made_at_growing_distances_and_not_for_ever() -> None:
    pauses = [pause_after(attempts) // MINUTE for attempts in range(1, MOST_ATTEMPTS)]

    assert pauses == [0, 5, 15, 35]
    assert judge(wanted(attempts=3), MAIL, NOW + PATIENCE, PATIENCE) == Wait(NOW + PATIENCE + 15 * MINUTE)
    assert isinstance(judge(wanted(attempts=MOST_ATTEMPTS), MAIL, NOW + PATIENCE, PATIENCE), GiveUp)


def test_without_its_message_nothing_is_tried_again() -> None:
    assert isinstance(judge(wanted(send=None), MAIL, NOW + PATIENCE, PATIENCE), GiveUp)


def test_what_may_be_sent_again_is_tried_in_any_delivery_where_a_copy_does_no_harm() -> None:
    row = unknown(send=a_send())

    assert judge(row, HOOK, NOW, PATIENCE) == TryAgain(a_send(), due=NOW)
    assert isinstance(judge(row, MAIL, NOW + PATIENCE, PATIENCE), GiveUp)


def test_where_a_copy_does_no_harm_the_row_is_open_when_the_message_of_a_killed_worker_comes_back() -> None:
    due = NOW + UNDER_WAY + MARGIN

    assert judge(a_row(), HOOK, due, PATIENCE) == TryAgain(None, due)
    assert judge(a_row(send=ORDER), HOOK, due, PATIENCE) == TryAgain(ORDER, due)
    assert isinstance(judge(a_row(attempts=MOST_ATTEMPTS), HOOK, due, PATIENCE), Doubt)


def test_a_message_that_died_on_its_way_is_queued_again() -> None:
    row = wanted(status=Status.AGAIN, again_at=NOW + MINUTE)

    assert judge(row, MAIL, NOW + ON_ITS_WAY, PATIENCE) == Wait(NOW + MINUTE + ON_ITS_WAY)
    assert judge(row, MAIL, NOW + MINUTE + ON_ITS_WAY, PATIENCE) == TryAgain(ORDER, due=NOW + MINUTE + ON_ITS_WAY)


def test_a_row_that_waits_for_a_message_nobody_holds_is_given_up_when_that_could_not_leave_any_more() -> None:
    row = a_row(status=Status.AGAIN)

    assert judge(row, HOOK, row.not_after, PATIENCE) == Wait(row.not_after + MARGIN)
    assert isinstance(judge(row, HOOK, row.not_after + MARGIN, PATIENCE), GiveUp)


def test_nothing_is_queued_again_days_after_its_window() -> None:
    row = wanted(status=Status.AGAIN, again_at=NOW)

    assert isinstance(judge(row, MAIL, row.last - MINUTE, PATIENCE), TryAgain)
    assert isinstance(judge(row, MAIL, row.last, PATIENCE), GiveUp)


DURATIONS = st.timedeltas(timedelta(), timedelta(days=14))
ROWS = st.builds(
    lambda status, delivery, kept, reserved, window, unknown_at, again_at, attempts: a_row(
        status=status,
        delivery=delivery,
        send=a_send(delivery=delivery) if kept else None,
        reserved_at=NOW + reserved,
        not_after=NOW + window,
        unknown_at=unknown_at and NOW + reserved + unknown_at,
        again_at=again_at and NOW + reserved + again_at,
        attempts=attempts,
    ),
    st.sampled_from([Status.RESERVED, Status.UNKNOWN, Status.AGAIN]),
    st.sampled_from(Delivery),
    st.booleans(),
    DURATIONS,
    DURATIONS,
    st.none() | st.timedeltas(timedelta(), timedelta(hours=1)),
    st.none() | st.timedeltas(timedelta(), timedelta(hours=1)),
    st.integers(1, 9),
)


@settings(max_examples=300)
@given(row=ROWS, abilities=st.sampled_from([MAIL, TEXT, HOOK]), luck=st.lists(st.booleans(), max_size=40))
def test_nothing_stays_open_for_ever_whatever_becomes_of_its_messages(
    row: Open, abilities: Abilities, luck: list[bool]
) -> None:
    now = row.reserved_at
    bound = row.last + PATIENCE + pause_after(MOST_ATTEMPTS) + 2 * ON_ITS_WAY
    for turn in range(1000):
        verdict = judge(row, abilities, now, PATIENCE)
        match verdict:
            case Wait(until):
                assert until > now
                now = until
            case Doubt(at):
                row = replace(row, status=Status.UNKNOWN, unknown_at=at)
            case TryAgain():
                row = replace(row, status=Status.AGAIN, again_at=now)
                is_reserved = turn < len(luck) and luck[turn] and now <= row.not_after  # and it is cut off once more
                if is_reserved:
                    row = replace(row, status=Status.RESERVED, reserved_at=now, attempts=row.attempts + 1)
            case GiveUp():
                break
    else:
        raise AssertionError("it is still open")
    assert now <= bound
