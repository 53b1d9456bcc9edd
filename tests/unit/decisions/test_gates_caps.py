"""Caps: what counts, for how long, in whose calendar, and what a full one says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tandem.customer import Channel, SendEntry
from tandem.decisions import Candidate, Outcome
from tandem.playbook import Cap
from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.decisions.contest import campaign, contender, free, only, seen, sent, settled

WEEKLY = Cap(id="weekly", messages=1, within=timedelta(days=7))
MICROSECOND = timedelta(microseconds=1)
WEEK_AGO = NOON - 7 * DAY


def told(*caps: Cap, sends: tuple[SendEntry, ...] = (), now: datetime = NOON, zone: str = "UTC") -> Candidate:
    return only(
        settled(contender(campaign(), since=now), at=seen(sends=sends, now=now, zone=zone), shop=free(caps=caps))
    )


@pytest.mark.parametrize(
    ("left", "outcome"),
    [(WEEK_AGO - MICROSECOND, Outcome.CHOSEN), (WEEK_AGO, Outcome.CHOSEN), (WEEK_AGO + MICROSECOND, Outcome.CAP)],
)
def test_a_message_frees_its_slot_exactly_at_the_end_of_the_window(left: datetime, outcome: Outcome) -> None:
    assert told(WEEKLY, sends=(sent("s1", left),)).outcome is outcome


def test_a_full_cap_says_its_rule_how_many_it_counted_and_when_a_slot_is_free() -> None:
    sends = tuple(sent(f"s{day}", WEEK_AGO + day * DAY) for day in (-1, 1, 2, 3))

    assert told(replace_messages(2), sends=sends).saw == {
        "rule": "weekly",
        "messages": 3,
        "limit": 2,
        "days": 7.0,
        "free_at": datetime(2026, 11, 22, 12, tzinfo=UTC),
    }


def replace_messages(messages: int) -> Cap:
    return WEEKLY.model_copy(update={"messages": messages})


def test_a_cap_of_nothing_sends_nothing_and_never_has_a_slot() -> None:
    assert told(replace_messages(0)).saw == {"rule": "weekly", "messages": 0, "limit": 0, "days": 7.0}


def test_a_message_of_which_nothing_is_known_counts_as_now() -> None:
    pending = sent("s1", NOON - 8 * DAY, sent_at=None, not_after=NOON + DAY)

    candidate = told(WEEKLY, sends=(pending,))

    assert candidate.outcome is Outcome.CAP
    assert candidate.saw["free_at"] == NOON + 7 * DAY


def test_a_message_of_which_nothing_is_known_counts_at_most_at_its_last_moment() -> None:
    lost = sent("s1", NOON - 9 * DAY, sent_at=None, not_after=NOON - 7 * DAY)

    assert told(WEEKLY, sends=(lost,)).outcome is Outcome.CHOSEN


def test_a_message_counts_when_it_left_and_not_when_it_was_decided() -> None:
    late = sent("s1", NOON - 8 * DAY, sent_at=NOON - 6 * DAY)

    assert told(WEEKLY, sends=(late,)).saw["free_at"] == NOON + DAY


def test_a_message_that_certainly_did_not_leave_counts_nowhere() -> None:
    refused = sent("s1", NOON - DAY, sent_at=None, refused="bounced")

    assert told(WEEKLY, sends=(refused,)).outcome is Outcome.CHOSEN


def test_a_withdrawn_message_keeps_its_slot_until_it_is_known_that_it_did_not_leave() -> None:
    withdrawn = sent("s1", NOON - DAY, sent_at=None, withdrawn="ordered")

    assert told(WEEKLY, sends=(withdrawn,)).outcome is Outcome.CAP
    assert told(WEEKLY, sends=(replace(withdrawn, refused="withdrawn"),)).outcome is Outcome.CHOSEN


def test_a_transactional_message_takes_no_slot_and_needs_none() -> None:
    receipt = sent("s1", NOON - DAY, is_free=True)
    full = sent("s2", NOON - DAY)
    transactional = contender(campaign(transactional=True))

    assert told(WEEKLY, sends=(receipt,)).outcome is Outcome.CHOSEN
    assert settled(transactional, at=seen(sends=(full,)), shop=free(caps=(WEEKLY,))).chosen


@pytest.mark.parametrize(
    ("about", "entry", "outcome"),
    [
        ({"campaigns": ("thanks",)}, {}, Outcome.CAP),
        ({"campaigns": ("thanks",)}, {"campaign": "other"}, Outcome.CHOSEN),
        ({"campaigns": ("other",)}, {"campaign": "other"}, Outcome.CHOSEN),
        ({"categories": ("promotion",)}, {"category": "promotion"}, Outcome.CAP),
        ({"categories": ("promotion",)}, {"category": "service"}, Outcome.CHOSEN),
        ({"categories": ("service",)}, {"category": "service"}, Outcome.CHOSEN),
        ({}, {"campaign": "other", "category": "service", "channel": Channel.SMS}, Outcome.CAP),
    ],
)
def test_a_cap_counts_and_holds_for_what_it_names(
    about: dict[str, Any], entry: dict[str, Any], outcome: Outcome
) -> None:
    cap = WEEKLY.model_copy(update=about)
    offer = contender(campaign(category="promotion"))

    made = settled(offer, at=seen(sends=(sent("s1", NOON - DAY, **entry),)), shop=free(caps=(cap,)))

    assert only(made).outcome is outcome


def test_a_channel_whose_cap_is_full_leaves_the_other() -> None:
    cap = WEEKLY.model_copy(update={"channels": (Channel.EMAIL,)})

    made = settled(contender(campaign()), at=seen(sends=(sent("s1", NOON - DAY),)), shop=free(caps=(cap,)))

    assert made.decision.channel is Channel.SMS


def test_of_several_full_caps_the_first_is_told() -> None:
    monthly = Cap(id="monthly", messages=1, per="month")

    assert told(monthly, WEEKLY, sends=(sent("s1", NOON - DAY),)).saw["rule"] == "monthly"


def test_channels_that_two_caps_hold_back_one_by_one_leave_none() -> None:
    mails = Cap(id="mails", messages=0, per="day", channels=(Channel.EMAIL,))
    texts = Cap(id="texts", messages=0, per="day", channels=(Channel.SMS,))

    assert told(mails, texts).outcome is Outcome.CAP


def test_where_a_channel_never_has_a_slot_the_other_one_says_when_it_has() -> None:
    mails = Cap(id="mails", messages=0, per="day", channels=(Channel.EMAIL,))
    texts = Cap(id="texts", messages=1, within=timedelta(days=7), channels=(Channel.SMS,))

    candidate = told(mails, texts, sends=(sent("s1", NOON - DAY, channel=Channel.SMS),))

    assert candidate.saw == {"rule": "mails", "messages": 0, "limit": 0, "per": "day", "next_at": NOON + 6 * DAY}


def madrid(month: int, day: int, hour: int = 0) -> datetime:
    """That hour of 2026 in Madrid."""
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Europe/Madrid")).astimezone(UTC)


@pytest.mark.parametrize(
    ("per", "now", "begins", "following"),
    [
        ("day", madrid(11, 20, 12), madrid(11, 20), madrid(11, 21)),
        ("week", madrid(11, 20, 12), madrid(11, 16), madrid(11, 23)),
        ("month", madrid(11, 20, 12), madrid(11, 1), madrid(12, 1)),
        ("day", madrid(3, 29, 12), madrid(3, 29), madrid(3, 30)),  # a day of 23 hours
        ("week", madrid(10, 25, 12), madrid(10, 19), madrid(10, 26)),  # a week with one of 25
    ],
)
def test_a_calendar_window_begins_at_local_midnight_and_frees_its_slots_at_the_next(
    per: str, now: datetime, begins: datetime, following: datetime
) -> None:
    cap = Cap.model_validate({"id": "calendar", "messages": 1, "per": per})

    inside = told(cap, sends=(sent("s1", begins),), now=now, zone="Europe/Madrid")
    before = told(cap, sends=(sent("s1", begins - MICROSECOND),), now=now, zone="Europe/Madrid")

    assert inside.saw == {"rule": "calendar", "messages": 1, "limit": 1, "per": per, "free_at": following}
    assert before.outcome is Outcome.CHOSEN


@pytest.mark.parametrize(
    ("zone", "outcome"),
    [("Pacific/Kiritimati", Outcome.CHOSEN), ("Europe/Madrid", Outcome.CAP), ("America/Los_Angeles", Outcome.CHOSEN)],
)
def test_whether_two_moments_are_of_one_day_depends_on_the_customers_zone(zone: str, outcome: Outcome) -> None:
    half_past_seven, noon = NOON - 4 * HOUR - 30 * MINUTE, NOON  # 21:30 and 02:00 in Kiritimati, 23:30 and 04:00 in LA

    assert (
        told(Cap(messages=1, per="day"), sends=(sent("s1", half_past_seven),), zone=zone, now=noon).outcome is outcome
    )
