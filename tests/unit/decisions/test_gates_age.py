"""Validity and age: how long a reason holds, and how old news may be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tandem.decisions import Outcome
from tests.builders import HOUR, MINUTE, NOON
from tests.unit.decisions.contest import ORIGIN, campaign, contender, only, settled

MICROSECOND = timedelta(microseconds=1)
SHORT = campaign(validity="2h", max_age="30m")


@pytest.mark.parametrize(("waited", "outcome"), [(2 * HOUR, Outcome.CHOSEN), (2 * HOUR + MICROSECOND, Outcome.EXPIRED)])
def test_a_reason_holds_to_the_end_of_its_validity(waited: timedelta, outcome: Outcome) -> None:
    origin = replace(ORIGIN, occurred_at=NOON - waited)

    assert only(settled(contender(SHORT, since=NOON - waited, origin=origin))).outcome is outcome


def test_what_expired_says_how_long_it_waited_and_might_have() -> None:
    made = settled(contender(SHORT, since=NOON - 3 * HOUR, origin=replace(ORIGIN, occurred_at=NOON - 3 * HOUR)))

    assert only(made).saw == {"seconds": 10_800, "limit": 7_200}


@pytest.mark.parametrize(
    ("late", "outcome"), [(30 * MINUTE, Outcome.CHOSEN), (30 * MINUTE + MICROSECOND, Outcome.TOO_OLD)]
)
def test_an_event_may_be_as_old_as_its_campaign_says_when_it_is_handled(late: timedelta, outcome: Outcome) -> None:
    assert only(settled(contender(SHORT, origin=replace(ORIGIN, occurred_at=NOON - late)))).outcome is outcome


def test_what_is_too_old_says_how_old_it_was_and_might_have_been() -> None:
    made = settled(contender(SHORT, origin=replace(ORIGIN, occurred_at=NOON - HOUR)))

    assert only(made).saw == {"seconds": 3_600, "limit": 1_800}


def test_the_age_of_a_wait_is_measured_from_when_it_should_have_ended() -> None:
    long_ago = replace(ORIGIN, occurred_at=NOON - 20 * HOUR, due=NOON - MINUTE)

    assert settled(contender(SHORT, origin=long_ago)).chosen


def test_the_time_that_a_candidate_waited_makes_it_no_older() -> None:
    waited = contender(SHORT, since=NOON - HOUR, origin=replace(ORIGIN, occurred_at=NOON - HOUR), arriving=False)

    assert settled(waited).chosen
