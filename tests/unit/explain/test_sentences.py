"""A decision in words."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.explain import sentences, verdict
from tandem.customer import Channel
from tandem.decisions import Candidate, Cause, Decision, Outcome, decision_document, read_decision
from tests.builders import HOUR, NOON

NEW_YORK = ZoneInfo("America/New_York")
TOLD: list[tuple[Outcome, Mapping[str, Any], str]] = [
    (Outcome.CHOSEN, {"priority": 200}, "Chosen: reminder by email (priority 200)."),
    (
        Outcome.CART_CLOSED,
        {"cart_id": "c-1", "by": "order", "order_id": "o-7", "ordered_at": NOON - HOUR},
        "Not sent: reminder. Cart c-1 was ordered at 06:00 (order o-7).",
    ),
    (Outcome.CART_CLOSED, {"cart_id": "c-1", "by": "emptied"}, "Not sent: reminder. Cart c-1 is empty."),
    (
        Outcome.AUDIENCE,
        {"when": "customer.orders == 1"},
        "Not sent: reminder. It is for customers with customer.orders == 1 (customer.orders was 4).",
    ),
    (
        Outcome.AUDIENCE_ERROR,
        {"when": "profile.orders > 1", "error": "no such attribute"},
        "Not sent: reminder. Whether profile.orders > 1 holds cannot be told for this customer (no such attribute).",
    ),
    (
        Outcome.INCOMPLETE,
        {"when": "customer.orders_90d > 2", "attribute": "customer.orders_90d: no_snapshot_yet"},
        "Not sent: reminder. customer.orders_90d > 2 cannot be told yet: of orders_90d, no snapshot carries its rule "
        "yet; the next one to be loaded will.",
    ),
    (
        Outcome.UNREACHABLE,
        {"channels": ["email", "sms"]},
        "Not sent: reminder. No email address or phone number is known.",
    ),
    (Outcome.NO_CONSENT, {"email": "denied"}, "Not sent: reminder. The customer said no to email."),
    (
        Outcome.NO_CONSENT,
        {"sms": "unknown"},
        "Not sent: reminder. The customer never said yes to sms; unknown counts as no.",
    ),
    (
        Outcome.TOO_OLD,
        {"seconds": 3 * 86400, "limit": 86400},
        "Not sent: reminder. It happened 3 days before it was handled; after 1 day it is no news.",
    ),
    (
        Outcome.CAP,
        {"messages": 3, "limit": 3, "days": 7.0, "free_at": NOON + 96 * HOUR},
        "Not sent: reminder. Already 3 messages in the last 7 days (limit 3); next possible 24 Nov 07:00 New York.",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "priority": 100, "its_priority": 200},
        "Not sent: reminder. second has a higher priority (200 over 100).",
    ),
]


def decision(*candidates: Candidate) -> Decision:
    chosen = next((each.campaign for each in candidates if each.outcome is Outcome.CHOSEN), None)
    return Decision(
        id="d1",
        customer_id="ada",
        at=NOON,
        cause=Cause("order_completed", "i", NOON),
        events=("e1",),
        playbook=1,
        snapshot=None,
        attributes={"customer.orders": 4},
        candidates=candidates,
        campaign=chosen,
        channel=Channel.EMAIL if chosen else None,
    )


@pytest.mark.parametrize(("outcome", "saw", "sentence"), TOLD)
def test_every_outcome_is_a_sentence_in_the_customers_time(
    outcome: Outcome, saw: Mapping[str, Any], sentence: str
) -> None:
    made = decision(Candidate("reminder", outcome, saw))

    assert sentences(made, zone=NEW_YORK) == (sentence,)


@pytest.mark.parametrize(("outcome", "saw", "sentence"), TOLD)
def test_a_decision_read_from_its_record_says_the_same(outcome: Outcome, saw: Mapping[str, Any], sentence: str) -> None:
    made = decision(Candidate("reminder", outcome, saw))

    assert sentences(read_decision(decision_document(made)), zone=NEW_YORK) == (sentence,)


def test_no_outcome_is_without_a_sentence() -> None:
    assert {outcome for outcome, *_ in TOLD} == set(Outcome)


def test_the_chosen_one_is_told_first() -> None:
    made = decision(Candidate("a", Outcome.UNREACHABLE, {"channels": ["sms"]}), Candidate("b", Outcome.CHOSEN, {}))

    assert [sentence.split(":")[0] for sentence in sentences(made)] == ["Chosen", "Not sent"]


def test_a_decision_for_nothing_is_named_after_the_candidate_that_came_furthest() -> None:
    made = decision(Candidate("a", Outcome.CAP), Candidate("b", Outcome.AUDIENCE))

    assert verdict(made) is Outcome.CAP


def test_a_wait_that_ended_long_ago_is_told_as_a_wait() -> None:
    saw = {"seconds": 30 * 3600, "limit": 6 * 3600}
    made = decision(Candidate("reminder", Outcome.TOO_OLD, saw))
    waited = read_decision(
        decision_document(made)
        | {
            "cause": {
                "type": "timer_fired",
                "identity": "i",
                "occurred_at": NOON,
                "timer": "reminder/c-1",
                "cart_id": "c-1",
            }
        }
    )

    assert "The wait ended 30 hours before it was handled; after 6 hours it is no news." in sentences(waited)[0]
