"""Consent, suppression and reach: asked of each channel in the campaign's order, and the first left over is used."""

import pytest

from tandem.customer import Channel
from tandem.decisions import Outcome
from tests.unit.decisions.contest import campaign, contender, only, seen, settled


def test_unknown_consent_is_no_and_the_gate_says_what_was_known() -> None:
    candidate = only(settled(contender(campaign()), at=seen(words={"sms": "denied"})))

    assert candidate.outcome is Outcome.NO_CONSENT
    assert candidate.saw == {"purpose": "marketing", "words": {"email": "unknown", "sms": "denied"}}


def test_a_yes_to_marketing_is_no_yes_to_another_purpose() -> None:
    candidate = only(settled(contender(campaign(purpose="news", channels=["email"]))))

    assert candidate.outcome is Outcome.NO_CONSENT
    assert candidate.saw == {"purpose": "news", "words": {"email": "unknown"}}


def test_a_yes_to_its_purpose_is_enough_where_marketing_was_refused() -> None:
    made = settled(contender(campaign(purpose="news")), at=seen(words={"email": "denied", "email/news": "granted"}))

    assert made.decision.channel is Channel.EMAIL


def test_a_no_to_everything_suppresses_what_was_agreed_to() -> None:
    made = settled(
        contender(campaign(purpose="news", channels=["email"])),
        at=seen(words={"email/news": "granted", "email/all": "denied"}),
    )

    assert only(made).outcome is Outcome.SUPPRESSED
    assert only(made).saw == {"channels": ["email"]}


def test_a_no_to_everything_on_one_channel_leaves_the_other() -> None:
    made = settled(contender(campaign()), at=seen(words={"email": "granted", "sms": "granted", "email/all": "denied"}))

    assert made.decision.channel is Channel.SMS


def test_a_yes_to_everything_is_no_yes_to_marketing() -> None:
    made = settled(contender(campaign()), at=seen(words={"email/all": "granted"}))

    assert only(made).outcome is Outcome.NO_CONSENT


def test_allowed_without_an_address_is_unreachable_on_the_channels_that_were_allowed() -> None:
    made = settled(contender(campaign()), at=seen(reached=(Channel.SMS,), words={"email": "granted"}))

    assert only(made).outcome is Outcome.UNREACHABLE
    assert only(made).saw == {"channels": ["email"]}


@pytest.mark.parametrize(("channels", "used"), [(["email", "sms"], "email"), (["sms", "email"], "sms")])
def test_the_campaigns_order_of_channels_is_the_order_of_preference(channels: list[str], used: str) -> None:
    assert settled(contender(campaign(channels=channels))).decision.channel == used


@pytest.mark.parametrize(
    ("words", "outcome"),
    [({}, Outcome.NO_CONSENT), ({"email": "granted", "email/all": "denied"}, Outcome.SUPPRESSED)],
)
def test_a_transactional_message_does_not_pass_consent_or_suppression(words: dict[str, str], outcome: Outcome) -> None:
    receipt = campaign(transactional=True, channels=["email"])

    assert only(settled(contender(receipt), at=seen(words=words))).outcome is outcome
