"""The stop switch: it comes before every other gate, and says what is stopped."""

from dataclasses import replace
from typing import Any

import pytest

from tandem.customer import Channel
from tandem.decisions import Outcome
from tandem.decisions.repeat import repeat, same
from tandem.playbook import Stops
from tests.unit.decisions.contest import ORIGIN, campaign, contender, free, only, seen, settled

JOURNEY = replace(ORIGIN, journey="cart/c1")


@pytest.mark.parametrize(
    ("stops", "what"),
    [
        (Stops(everything=True), "everything"),
        (Stops(campaigns={"thanks"}), "campaign thanks"),
        (Stops(paused={"cart"}), "journey cart"),
        (Stops(ended={"cart"}), "journey cart"),
        (Stops(channels={"email", "sms"}), "channel email"),
        (Stops(breakers={"email": "too many bounces", "sms": ""}), "breaker email"),
    ],
)
def test_what_is_stopped_is_not_said(stops: Stops, what: str) -> None:
    candidate = only(settled(contender(campaign(), origin=JOURNEY), at=seen(stops=stops, words={})))

    assert candidate.outcome is Outcome.STOPPED
    assert candidate.saw == {"stopped": what}


@pytest.mark.parametrize("stops", [Stops(campaigns={"other"}), Stops(paused={"other"}), Stops(ended={"c1"})])
def test_what_is_stopped_elsewhere_holds_nothing_back(stops: Stops) -> None:
    assert settled(contender(campaign(), origin=JOURNEY), at=seen(stops=stops)).chosen


def test_a_channel_that_is_stopped_leaves_the_other() -> None:
    assert settled(contender(campaign()), at=seen(stops=Stops(channels={"email"}))).decision.channel is Channel.SMS


def test_a_transactional_message_is_stopped_too() -> None:
    made = settled(contender(campaign(transactional=True)), at=seen(stops=Stops(everything=True)))

    assert only(made).outcome is Outcome.STOPPED


@pytest.mark.parametrize("stops", [Stops(channels={"email"}), Stops(breakers={"email": "too many bounces"})])
@pytest.mark.parametrize(
    "known",
    [
        {"words": {"email": "granted"}},
        {"words": {"email": "granted", "sms": "granted", "sms/all": "denied"}},
        {"reached": (Channel.EMAIL,)},
    ],
    ids=["no yes", "a no to everything", "no number"],
)
def test_a_stop_is_the_reason_where_the_only_way_to_somebody_is_stopped(stops: Stops, known: dict[str, Any]) -> None:
    made = settled(contender(campaign()), at=seen(stops=stops, **known))

    assert only(made).outcome is Outcome.STOPPED
    assert only(made).saw["stopped"].endswith(" email")
    assert same(repeat(made.decision, free(campaigns=(campaign(),))), made.decision)


def test_a_stop_is_not_the_reason_where_nobody_could_be_written_to_anyway() -> None:
    nobody = seen(stops=Stops(channels={"email"}), words={"sms": "granted"}, reached=(Channel.EMAIL,))

    assert only(settled(contender(campaign()), at=nobody)).outcome is Outcome.UNREACHABLE
