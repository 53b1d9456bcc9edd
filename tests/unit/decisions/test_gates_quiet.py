"""Quiet hours: what falls into them waits until they end or is dropped, by the customer's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tandem.customer import Channel
from tandem.decisions import Made, Outcome
from tandem.playbook import QuietHours
from tests.builders import HOUR, MINUTE, NOON
from tests.unit.decisions.contest import campaign, contender, free, only, seen, settled

NIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def quiet(begin: str = "21:00", end: str = "09:00", **more: Any) -> QuietHours:
    return QuietHours.model_validate({"from": begin, "to": end, **more})


def decided(*hours: QuietHours, now: datetime = NIGHT, zone: str = "UTC", **changes: Any) -> Made:
    return settled(contender(campaign(**changes), since=now), at=seen(now=now, zone=zone), shop=free(quiet_hours=hours))


def test_what_falls_into_quiet_hours_waits_until_they_end() -> None:
    made = decided(quiet())

    assert only(made).outcome is Outcome.DEFERRED
    assert only(made).saw == {"from": "21:00", "to": "09:00", "zone": "UTC", "until": MORNING}
    assert [(each.until, each.deferred, each.since) for each in made.waiting] == [(MORNING, "quiet_hours", NIGHT)]


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (NIGHT.replace(hour=21) - MICROSECOND, Outcome.CHOSEN),
        (NIGHT.replace(hour=21), Outcome.DEFERRED),
        (MORNING - MICROSECOND, Outcome.DEFERRED),
        (MORNING, Outcome.CHOSEN),
    ],
)
def test_quiet_hours_begin_at_their_first_instant_and_are_over_at_their_last(now: datetime, outcome: Outcome) -> None:
    assert only(decided(quiet(), now=now)).outcome is outcome


def test_the_hours_are_those_of_the_customers_zone() -> None:
    assert decided(quiet(), now=NIGHT, zone="America/New_York").chosen  # six in the evening
    assert only(decided(quiet(), now=NOON + 2 * HOUR, zone="Asia/Manila")).saw["until"] == NOON + 13 * HOUR


def test_what_is_dropped_in_quiet_hours_is_over() -> None:
    made = decided(quiet(then="drop"))

    assert only(made).outcome is Outcome.QUIET_HOURS
    assert only(made).saw == {"from": "21:00", "to": "09:00", "zone": "UTC"}
    assert made.waiting == ()


@pytest.mark.parametrize(
    ("playbooks", "campaigns", "outcome"),
    [("drop", "defer", Outcome.DEFERRED), ("defer", "drop", Outcome.QUIET_HOURS), ("drop", None, Outcome.QUIET_HOURS)],
)
def test_a_campaign_may_say_otherwise_than_the_playbook(
    playbooks: str, campaigns: str | None, outcome: Outcome
) -> None:
    assert only(decided(quiet(then=playbooks), quiet_hours=campaigns)).outcome is outcome


def test_what_would_expire_while_it_waits_is_dropped_and_says_so() -> None:
    candidate = only(decided(quiet(), validity="9h"))

    assert candidate.outcome is Outcome.QUIET_HOURS
    assert candidate.saw["until"] == MORNING
    assert candidate.saw["valid_until"] == NIGHT + 9 * HOUR


def test_what_is_still_valid_at_the_very_end_waits() -> None:
    assert only(decided(quiet(), validity="10h")).outcome is Outcome.DEFERRED


def test_a_channel_that_is_quiet_leaves_the_other() -> None:
    assert decided(quiet(channels=["email"])).decision.channel is Channel.SMS


def test_where_all_channels_are_quiet_it_waits_for_the_first_that_is_not() -> None:
    made = decided(quiet("21:00", "09:00", channels=["sms"]), quiet("22:00", "06:00", channels=["email"]))

    assert only(made).saw["until"] == MORNING.replace(hour=6)


def test_quiet_hours_that_follow_upon_each_other_are_waited_for_together() -> None:
    made = decided(quiet("21:00", "06:00"), quiet("05:00", "09:00"))

    assert only(made).saw["until"] == MORNING


def test_hours_that_are_always_quiet_are_never_waited_for() -> None:
    made = decided(quiet("00:00", "12:00"), quiet("12:00", "00:00"))

    assert only(made).outcome is Outcome.QUIET_HOURS
    assert made.waiting == ()


def test_a_transactional_message_leaves_at_any_hour() -> None:
    assert decided(quiet(), transactional=True).chosen


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        # The clock jumps from two to three on 29 March: 21:00 to 09:00 is eleven hours.
        (datetime(2026, 3, 28, 22, tzinfo=UTC), "Europe/Madrid", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        # And back on 25 October: thirteen.
        (datetime(2026, 10, 24, 22, tzinfo=UTC), "Europe/Madrid", datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)
def test_over_a_clock_change_they_end_by_the_wall_clock(now: datetime, zone: str, until: datetime) -> None:
    assert only(decided(quiet(), now=now, zone=zone)).saw["until"] == until


def test_a_message_may_leave_only_until_its_channel_falls_quiet() -> None:
    (evening, validity) = (NIGHT.replace(hour=20), "14h")

    made = decided(quiet(channels=["email"]), now=evening, validity=validity)
    free_of_it = decided(now=evening, validity=validity)

    assert made.chosen
    assert free_of_it.chosen
    assert made.chosen.not_after == NIGHT.replace(hour=21) - MICROSECOND
    assert free_of_it.chosen.not_after == evening + 14 * HOUR


def test_a_transactional_message_may_leave_in_quiet_hours_to_the_end_of_its_validity() -> None:
    made = decided(quiet(), now=NIGHT - 3 * HOUR, transactional=True, validity="12h")

    assert made.chosen
    assert made.chosen.not_after == NIGHT + 9 * HOUR


def test_a_full_cap_is_told_before_quiet_hours_defer() -> None:
    shop = free(quiet_hours=(quiet(),), caps=({"messages": 0, "per": "day"},))

    made = settled(contender(campaign(), since=NIGHT), at=seen(now=NIGHT + MINUTE), shop=shop)

    assert only(made).outcome is Outcome.CAP
