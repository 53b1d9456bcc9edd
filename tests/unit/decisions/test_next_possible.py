"""When a message that a cap holds back is possible next: caps, quiet hours and the zone together."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from tandem.customer import Channel
from tandem.decisions import Candidate
from tandem.playbook import Cap, QuietHours
from tests.builders import DAY, HOUR, NOON
from tests.unit.decisions.contest import campaign, contender, free, only, seen, sent, settled

WEEKLY = Cap(id="weekly", messages=1, within=timedelta(days=7))
NIGHT = QuietHours(begin=time(21), end=time(9))
LATE = sent("s1", NOON - DAY + 11 * HOUR)  # frees its slot at 23:00 UTC


def told(caps: tuple[Cap, ...], quiet: tuple[QuietHours, ...] = (), **changes: Any) -> Candidate:
    shop = free(caps=caps, quiet_hours=quiet)
    return only(settled(contender(campaign()), at=seen(**{"sends": (LATE,), **changes}), shop=shop))


def test_it_is_when_the_cap_is_free_where_that_is_no_quiet_hour() -> None:
    candidate = told((WEEKLY,))

    assert candidate.saw["free_at"] == datetime(2026, 11, 26, 23, tzinfo=UTC)
    assert "next_at" not in candidate.saw


def test_a_slot_that_is_free_at_night_is_used_in_the_morning_of_the_customer() -> None:
    candidate = told((WEEKLY,), (NIGHT,), zone="Europe/Madrid")

    assert candidate.saw["free_at"] == datetime(2026, 11, 26, 23, tzinfo=UTC)
    assert candidate.saw["next_at"] == datetime(2026, 11, 27, 8, tzinfo=UTC)


def test_another_cap_that_is_full_by_then_counts_too() -> None:
    monthly = Cap(id="monthly", messages=1, per="month")

    assert told((WEEKLY, monthly)).saw["next_at"] == datetime(2026, 12, 1, tzinfo=UTC)


def test_it_is_on_the_channel_that_is_possible_first() -> None:
    for_emails = QuietHours(begin=time(21), end=time(9), channels=(Channel.EMAIL,))
    for_texts = QuietHours(begin=time(21), end=time(7), channels=(Channel.SMS,))

    assert "next_at" not in told((WEEKLY,), (for_emails,)).saw
    assert told((WEEKLY,), (for_emails, for_texts)).saw["next_at"] == datetime(2026, 11, 27, 7, tzinfo=UTC)


def test_a_message_of_which_nothing_is_known_counts_as_of_now_and_not_for_ever() -> None:
    pending = sent("s1", NOON - DAY, sent_at=None, not_after=NOON + 14 * DAY)

    assert told((WEEKLY,), sends=(pending,)).saw["free_at"] == NOON + 7 * DAY


def test_where_a_cap_allows_none_at_all_there_is_no_next_time() -> None:
    nothing = Cap(id="nothing", messages=0, per="day")

    assert told((WEEKLY, nothing)).saw.keys() == {"rule", "messages", "limit", "days"}
