"""Exclusions: a campaign or a journey holds others back for a time, and the gate says which one and until when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tandem.decisions import Outcome
from tandem.playbook import Journey, Playbook
from tests.builders import DAY, HOUR, NOON
from tests.unit.decisions.contest import ORIGIN, campaign, contender, free, only, seen, sent, settled

OFFER = campaign("offer", category="promotion")
MICROSECOND = timedelta(microseconds=1)


def apology(**excludes: Any) -> Playbook:
    return free(campaigns=(campaign("apology", excludes={"for": "7d", **excludes}), OFFER))


def refund(**excludes: Any) -> Playbook:
    journey = Journey.model_validate(
        {
            "id": "refund",
            "start": {"event": "order_refunded"},
            "steps": [{"wait": "7d"}],
            "excludes": {"for": "1d", **excludes},
        }
    )
    return free(campaigns=(OFFER,), journeys=(journey,))


@pytest.mark.parametrize("what", [{"categories": ["promotion"]}, {"campaigns": ["offer"]}, {"everything": True}])
def test_a_campaign_holds_others_back_for_a_time_after_it_was_chosen(what: dict[str, Any]) -> None:
    said = sent("s1", NOON - DAY, campaign="apology")

    candidate = only(settled(contender(OFFER), at=seen(sends=(said,)), shop=apology(**what)))

    assert candidate.outcome is Outcome.EXCLUDED
    assert candidate.saw == {"by": "campaign apology", "until": NOON + 6 * DAY}


@pytest.mark.parametrize(("ago", "outcome"), [(7 * DAY, Outcome.CHOSEN), (7 * DAY - MICROSECOND, Outcome.EXCLUDED)])
def test_an_exclusion_ends_with_its_time(ago: timedelta, outcome: Outcome) -> None:
    said = sent("s1", NOON - ago, campaign="apology")

    assert only(settled(contender(OFFER), at=seen(sends=(said,)), shop=apology(everything=True))).outcome is outcome


@pytest.mark.parametrize("what", [{"categories": ["service"]}, {"campaigns": ["thanks"]}])
def test_what_it_does_not_name_goes_on(what: dict[str, Any]) -> None:
    said = sent("s1", NOON - DAY, campaign="apology")

    assert settled(contender(OFFER), at=seen(sends=(said,)), shop=apology(**what)).chosen


def test_a_campaign_never_holds_itself_back() -> None:
    shop = apology(everything=True)
    said = sent("s1", NOON - DAY, campaign="apology")

    assert settled(contender(shop.by_id["apology"]), at=seen(sends=(said,)), shop=shop).chosen


def test_a_message_that_certainly_did_not_leave_holds_nothing_back() -> None:
    refused = sent("s1", NOON - DAY, campaign="apology", sent_at=None, refused="bounced")

    assert settled(contender(OFFER), at=seen(sends=(refused,)), shop=apology(everything=True)).chosen


def test_a_journey_under_way_holds_others_back_without_an_end() -> None:
    candidate = only(
        settled(contender(OFFER), at=seen(journeys=(("refund", None),)), shop=refund(categories=["promotion"]))
    )

    assert candidate.outcome is Outcome.EXCLUDED
    assert candidate.saw == {"by": "journey refund"}


@pytest.mark.parametrize(("ago", "outcome"), [(23 * HOUR, Outcome.EXCLUDED), (DAY, Outcome.CHOSEN)])
def test_a_journey_that_is_over_holds_others_back_for_its_time(ago: timedelta, outcome: Outcome) -> None:
    at = seen(journeys=(("refund", NOON - ago),))

    assert only(settled(contender(OFFER), at=at, shop=refund(everything=True))).outcome is outcome


def test_a_journey_does_not_hold_back_what_it_says_itself() -> None:
    asked = contender(OFFER, origin=replace(ORIGIN, journey="refund/o1"), arriving=False)

    assert settled(asked, at=seen(journeys=(("refund", None),)), shop=refund(everything=True)).chosen


def test_a_transactional_message_passes_exclusions() -> None:
    receipt = campaign("receipt", transactional=True)

    assert settled(contender(receipt), at=seen(journeys=(("refund", None),)), shop=refund(everything=True)).chosen
