"""The decision itself: variants, the window of what is sent, what a record keeps, and what goes on waiting."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tandem.customer import Origin
from tandem.decisions import Outcome, decide, decision_document, read_decision
from tandem.playbook import Campaign
from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.decisions.contest import CAUSE, ORIGIN, campaign, contender, free, only, outcomes, seen, settled


def two_ways(**changes: Any) -> Campaign:
    ways = [{"id": "a", "content": "way-a", "weight": 3}, {"id": "b", "content": "way-b"}]
    return campaign(content=None, variants=ways, **changes)


def test_each_customer_always_gets_the_same_variant() -> None:
    people = [f"c{number}" for number in range(50)]

    first, later = (
        [settled(contender(two_ways()), at=seen(customer_id=each, seed=seed)).decision.variant for each in people]
        for seed in ("monday", "friday")
    )

    assert first == later
    assert set(first) == {"a", "b"}


def test_variants_are_shared_out_by_their_weights() -> None:
    counted = Counter(
        settled(contender(two_ways()), at=seen(customer_id=f"c{number}")).decision.variant for number in range(2000)
    )

    assert counted["a"] / 2000 == pytest.approx(0.75, abs=0.03)


def test_who_gets_which_variant_of_one_campaign_says_nothing_of_another() -> None:
    people = [f"c{number}" for number in range(200)]

    one, other = (
        [settled(contender(two_ways(id=name)), at=seen(customer_id=each)).decision.variant for each in people]
        for name in ("one", "other")
    )

    assert one != other


def test_a_variants_words_are_the_decisions_template() -> None:
    decision = settled(contender(two_ways())).decision

    assert decision.template == f"way-{decision.variant}"


def test_a_message_may_leave_from_now_to_the_end_of_its_validity_which_began_when_it_arose() -> None:
    waited = contender(campaign(validity="6h"), since=NOON - HOUR, arriving=False)

    made = settled(waited)

    assert made.chosen
    assert (made.chosen.not_before, made.chosen.not_after) == (NOON, NOON + 5 * HOUR)


def test_a_campaign_that_the_playbook_lost_is_withdrawn() -> None:
    lost = replace(contender(campaign()), campaign=None)

    assert outcomes(settled(lost)) == {"thanks": Outcome.WITHDRAWN}
    assert only(settled(lost)).saw == {"campaign": "thanks"}


def test_no_candidate_at_all_is_a_decision_for_nothing() -> None:
    made = settled()

    assert (made.chosen, made.decision.campaign, made.decision.candidates) == (None, None, ())


def test_the_same_arguments_make_the_same_decision_with_the_same_id() -> None:
    assert settled(contender(campaign())) == settled(contender(campaign()))


def test_a_decision_names_what_its_conditions_asked_for() -> None:
    asking = campaign(audience="customer.orders > 1 && event.properties.coupon == 'X'")
    values = {"customer.orders": 2, "event.properties": {"coupon": "X", "card": "4111"}, "customer.locale": "en"}

    decision = settled(contender(asking, values=values)).decision

    assert decision.attributes == {"customer.orders": 2}
    assert decision.values == {"event.properties": {"coupon": "X"}}  # of what was sent, what is named


def test_a_record_keeps_no_more_of_an_event_than_a_message_holds() -> None:
    asking = campaign(audience="event.properties.note.size() > 5")
    values = {"event.properties": {"note": "x" * 100_000}}

    decision = settled(contender(asking, values=values)).decision

    assert (decision.values, decision.is_cut, decision.campaign) == ({}, True, asking.id)


def test_a_candidate_of_another_origin_than_the_cause_keeps_it_without_its_lines() -> None:
    other = Origin("cart_abandoned", "cart", NOON - MINUTE, due=NOON - MINUTE, cart_id="c1", lines=())

    made = settled(contender(campaign("a")), contender(campaign("b"), origin=other))

    assert [each.origin for each in made.decision.candidates] == [None, other]
    assert made.decision.cause == CAUSE


def test_a_record_is_read_back_as_it_was_written() -> None:
    decision = settled(contender(campaign()), contender(campaign("b", audience="false")), at=seen(seed="s")).decision

    document = json.loads(json.dumps(decision_document(decision)))

    assert read_decision(document) == decision


def test_a_record_leaves_out_what_is_not_said() -> None:
    document = decision_document(settled(contender(campaign())).decision)

    assert {"incomplete", "variant", "policy"} & document.keys() == set()
    assert {"campaign", "v", "seen"} <= document.keys()


def test_what_the_first_release_recorded_is_read() -> None:
    first = {
        "id": "d1",
        "customer_id": "ada",
        "at": "2026-11-20T12:00:00Z",
        "cause": {"type": "order_completed", "identity": "x", "occurred_at": "2026-11-20T12:00:00Z"},
        "events": ["e1"],
        "playbook": 1,
        "snapshot": None,
        "attributes": {"customer.orders": 1},
        "candidates": [{"campaign": "thanks", "outcome": "chosen", "saw": {"priority": 100}}],
        "campaign": "thanks",
        "template": "thanks-low",
        "channel": "email",
        "v": 1,
    }

    read = read_decision(first)

    assert (read.v, read.campaign, read.seen) == (1, "thanks", None)
    assert outcomes_of(read.candidates) == ["chosen"]


def outcomes_of(candidates: Any) -> list[str]:
    return [str(each.outcome) for each in candidates]


def test_those_that_only_wait_are_told_of_and_wait_on() -> None:
    patient = contender(campaign("patient"), origin=replace(ORIGIN, identity="other"))
    waiting = replace(patient, waiting=replace(patient.waiting, until=NOON + DAY))

    made = decide([contender(campaign())], CAUSE, seen(), free(), patient=[waiting])

    assert outcomes(made) == {"thanks": Outcome.CHOSEN, "patient": Outcome.WAITING}
    assert made.waiting == (waiting.waiting,)
