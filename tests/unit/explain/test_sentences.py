"""A decision in words."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.explain import sentences, verdict
from tandem.customer import Channel, Origin
from tandem.decisions import Candidate, Cause, Decision, Outcome, Seen, decision_document, read_decision
from tandem.playbook import Stops
from tests.builders import HOUR, NOON

NEW_YORK = ZoneInfo("America/New_York")
TOLD: list[tuple[Outcome, Mapping[str, Any], str]] = [
    (Outcome.CHOSEN, {"priority": 200}, "Chosen: reminder by email (priority 200)."),
    (Outcome.STOPPED, {"stopped": "channel email"}, "Not sent: reminder. Stopped by an operator: channel email."),
    (
        Outcome.CART_CLOSED,
        {"cart_id": "c-1", "by": "order", "order_id": "o-7", "ordered_at": NOON - HOUR},
        "Not sent: reminder. Cart c-1 was ordered at 06:00 (order o-7).",
    ),
    (Outcome.CART_CLOSED, {"cart_id": "c-1", "by": "emptied"}, "Not sent: reminder. Cart c-1 is empty."),
    (
        Outcome.EXITED,
        {"journey": "welcome", "why": "order_completed"},
        "Not sent: reminder. The customer left journey welcome: the customer ordered.",
    ),
    (
        Outcome.EXITED,
        {"journey": "cart", "why": "exit: one reminder is enough"},
        "Not sent: reminder. The customer left journey cart: one reminder is enough.",
    ),
    (
        Outcome.SUPERSEDED,
        {"by": "0123456789abcdef"},
        "Not sent: reminder. Something newer asks for reminder too; one message at most comes of both.",
    ),
    (Outcome.WITHDRAWN, {"campaign": "reminder"}, "Not sent: reminder. The playbook has no campaign reminder."),
    (
        Outcome.AUDIENCE,
        {"when": "customer.orders == 1"},
        "Not sent: reminder. It is for customers with customer.orders == 1 (customer.orders was 4).",
    ),
    (
        Outcome.AUDIENCE,
        {"when": "customer.usual_order_minor > 5000\n  && event.properties.gift == true"},
        "Not sent: reminder. It is for customers with customer.usual_order_minor > 5000 && event.properties.gift == "
        "true (customer.usual_order_minor was 25.00 USD and event.properties.gift was no).",
    ),
    (
        Outcome.AUDIENCE,
        {"when": "customer.orders_90d > 2 && customer.last_order_at > start.occurred_at"},
        "Not sent: reminder. It is for customers with customer.orders_90d > 2 && customer.last_order_at > "
        "start.occurred_at (customer.orders_90d was 1 and customer.last_order_at was 06:00 New York).",
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
        Outcome.NO_CONSENT,
        {"purpose": "marketing", "words": {"email": "denied", "sms": "unknown"}},
        "Not sent: reminder. The customer said no to email. The customer never said yes to sms; unknown counts as no.",
    ),
    (
        Outcome.NO_CONSENT,
        {"purpose": "news", "words": {"email": "denied"}},
        "Not sent: reminder. The customer said no to news by email.",
    ),
    (Outcome.NO_CONSENT, {"email": "denied"}, "Not sent: reminder. The customer said no to email."),
    (
        Outcome.SUPPRESSED,
        {"channels": ["email", "sms"]},
        "Not sent: reminder. The customer said no to everything by email or sms.",
    ),
    (
        Outcome.UNREACHABLE,
        {"channels": ["email", "sms"]},
        "Not sent: reminder. No email address or phone number is known.",
    ),
    (
        Outcome.EXPIRED,
        {"seconds": 30 * 3600, "limit": 86400},
        "Not sent: reminder. Its reason arose 30 hours before; it may leave for 1 day only.",
    ),
    (
        Outcome.TOO_OLD,
        {"seconds": 3 * 86400, "limit": 86400},
        "Not sent: reminder. It happened 3 days before it was handled; after 1 day it is no news.",
    ),
    (
        Outcome.HOLDOUT,
        {"of": "everything", "percent": 5.0, "salt": "spring"},
        "Not sent: reminder. One of the 5% of customers who get nothing but transactional messages, to see what "
        "difference it makes.",
    ),
    (
        Outcome.HOLDOUT,
        {"of": "reminder", "percent": 12.5, "salt": "spring"},
        "Not sent: reminder. One of the 12.5% of customers who never get this one, to see what difference it makes.",
    ),
    (
        Outcome.EXCLUDED,
        {"by": "journey refund", "until": NOON + 96 * HOUR},
        "Not sent: reminder. Held back by journey refund until 24 Nov 07:00 New York.",
    ),
    (
        Outcome.EXCLUDED,
        {"by": "journey refund"},
        "Not sent: reminder. Held back by journey refund as long as the customer is in it.",
    ),
    (
        Outcome.CAP,
        {"rule": "weekly", "messages": 3, "limit": 3, "days": 7.0, "free_at": NOON + 96 * HOUR},
        "Not sent: reminder. Already 3 messages in the last 7 days (limit 3, rule weekly). Next possible 24 Nov 07:00 "
        "New York.",
    ),
    (
        Outcome.CAP,
        {
            "rule": "calm",
            "messages": 3,
            "limit": 3,
            "per": "week",
            "free_at": NOON + 65 * HOUR,
            "next_at": NOON + 74 * HOUR,
        },
        "Not sent: reminder. Already 3 messages this week, Monday to Sunday (limit 3, rule calm). Next possible 23 Nov "
        "09:00 New York.",
    ),
    (
        Outcome.CAP,
        {"rule": "never", "messages": 0, "limit": 0, "per": "day"},
        "Not sent: reminder. Already 0 messages today (limit 0, rule never).",
    ),
    (
        Outcome.QUIET_HOURS,
        {"from": "06:00", "to": "09:00", "zone": "America/New_York"},
        "Not sent: reminder. It is dropped in quiet hours, 06:00 to 09:00: it was 07:00 New York.",
    ),
    (
        Outcome.QUIET_HOURS,
        {"from": "06:00", "to": "09:00", "until": NOON + 2 * HOUR, "valid_until": NOON + HOUR},
        "Not sent: reminder. Quiet hours, 06:00 to 09:00, end 09:00 New York; it may leave until 08:00 New York only.",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "priority": 100, "its_priority": 200},
        "Not sent: reminder. second has a higher priority (200 over 100).",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "its_priority": 200, "its_score": 0.0},
        "Not sent: reminder. second has a priority by hand (200).",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "priority": 200, "its_priority": 200, "its_score": 0.0},
        "Not sent: reminder. second has the same priority (200) and comes first by name.",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "priority": 200, "its_score": 0.0, "its_transactional": True},
        "Not sent: reminder. second is transactional and goes first.",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "its_score": 1250.0},
        "Not sent: reminder. second is worth more (12.50 USD over -0.30 USD).",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "its_score": -30.0},
        "Not sent: reminder. second is worth as much and comes first by name.",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "second", "its_score": -50.0},
        "Not sent: reminder. second was tried instead, to learn what it brings (-0.50 USD over -0.30 USD).",
    ),
    (
        Outcome.OUTRANKED,
        {"by": "nothing"},
        "Not sent: reminder. Nothing is better: it costs more than it is expected to bring (-0.30 USD).",
    ),
    (
        Outcome.DEFERRED,
        {"from": "21:00", "to": "09:00", "zone": "America/New_York", "until": NOON + 2 * HOUR},
        "Not yet: reminder. Waits until 09:00 New York: quiet hours 21:00 to 09:00.",
    ),
    (
        Outcome.DEFERRED,
        {"until": NOON + 26 * HOUR, "deferred": "date"},
        "Not yet: reminder. Waits until 21 Nov 09:00 New York: that is its day.",
    ),
    (
        Outcome.DEFERRED,
        {"until": NOON + 17 * HOUR, "over_quota": "email"},
        "Not yet: reminder. Waits until 21 Nov 00:00 New York: the provider's daily quota for email was used up; "
        "decided anew then.",
    ),
    (
        Outcome.STOPPED,
        {"stopped": "breaker email"},
        "Not sent: reminder. The breaker of email is open.",
    ),
    (
        Outcome.WAITING,
        {"until": NOON + HOUR / 6},
        "Not yet: reminder. Waits until 07:10 New York for others to compete with.",
    ),
]
HELD = {"customer.orders": 4, "customer.orders_90d": 1, "customer.usual_order_minor": 2500}


def candidate(outcome: Outcome, saw: Mapping[str, Any], **more: Any) -> Candidate:
    score = -30.0 if outcome is Outcome.OUTRANKED else None
    return Candidate("reminder", outcome, saw, score=score, values={"event.properties": {"gift": False}}, **more)


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
        attributes={**HELD, "customer.last_order_at": NOON - HOUR},
        candidates=candidates,
        campaign=chosen,
        channel=Channel.EMAIL if chosen else None,
    )


@pytest.mark.parametrize(("outcome", "saw", "sentence"), TOLD)
def test_every_outcome_is_a_sentence_in_the_customers_time(
    outcome: Outcome, saw: Mapping[str, Any], sentence: str
) -> None:
    made = decision(candidate(outcome, saw))

    assert sentences(made, zone=NEW_YORK, currency="USD") == (sentence,)


@pytest.mark.parametrize(("outcome", "saw", "sentence"), TOLD)
def test_a_decision_read_from_its_record_says_the_same(outcome: Outcome, saw: Mapping[str, Any], sentence: str) -> None:
    made = read_decision(json.loads(json.dumps(decision_document(decision(candidate(outcome, saw))))))

    assert sentences(made, zone=NEW_YORK, currency="USD") == (sentence,)


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


def test_times_are_told_in_the_zone_that_the_record_has() -> None:
    made = decision(candidate(Outcome.WAITING, {"until": NOON + HOUR}))
    there = replace(made, seen=Seen("ada", NOON, "Europe/Madrid"))

    assert sentences(there, zone=NEW_YORK) == (
        "Not yet: reminder. Waits until 14:00 Madrid for others to compete with.",
    )


def test_what_the_playbook_has_paused_no_operator_has_stopped() -> None:
    made = decision(candidate(Outcome.STOPPED, {"stopped": "journey welcome"}))
    by_hand = Seen("ada", NOON, "UTC", stops=Stops(paused=frozenset({"welcome"})))

    assert "Paused by the playbook: journey welcome." in sentences(replace(made, seen=Seen("ada", NOON, "UTC")))[0]
    assert "Stopped by an operator: journey welcome." in sentences(replace(made, seen=by_hand))[0]


def test_the_chosen_one_says_its_worth_its_variant_who_asked_and_since_when_it_has_waited() -> None:
    asked = Origin("cart_abandoned", "i", NOON - HOUR, journey="cart/c-1")
    made = decision(candidate(Outcome.CHOSEN, {}, since=NOON - HOUR, origin=asked))
    worthy = replace(made.candidates[0], score=1250.0, propensity=0.9)

    assert sentences(replace(made, variant="b", candidates=(worthy,)), zone=NEW_YORK, currency="USD") == (
        "Chosen: reminder by email (worth 12.50 USD, drawn, and 90% likely to be, variant b). "
        "Journey cart (c-1) asks for it. It has waited since 06:00.",
    )
