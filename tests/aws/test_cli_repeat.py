"""`tandem repeat` against moto: a decision is found by its id and comes out the same from its record."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import boto3
import pytest

from infra.cli.files import STARTER
from tandem.adapters.decision_table import DecisionTable
from tandem.decisions import Candidate, Cause, Decision, Outcome, Reached
from tests.aws.cli_world import an_order, session
from tests.aws.shop_world import Shop
from tests.builders import DAY, NOON, envelope
from tests.unit.cli.typed import Typed, typed


def table() -> DecisionTable:
    return DecisionTable(boto3.client("dynamodb"), "decisions")


@pytest.fixture
def decision(shop: Shop) -> Decision:
    """An order of somebody who has said yes to email, as `record` keeps the decision."""
    known = {"email": "ada@example.com", "consents": {"email": True}}
    shop.receive(envelope("customer_identified", "i1", NOON - DAY, known))
    shop.receive(an_order())
    [made] = [each for each in shop.records() if each.campaign]
    table().put([made])
    return made


def repeated(decision: Decision, *words: str) -> Typed:
    return typed("repeat", decision.id, *words, session=session())


def test_a_decision_is_found_by_its_id_and_repeated_from_its_record(decision: Decision) -> None:
    answer = repeated(decision)

    assert answer.code == 0
    assert "The same." in answer.out
    assert "Not sent: post-purchase. second-order has a higher priority (200 over 100)." in answer.out
    assert "an order" in answer.out


def test_for_machines_both_are_json(decision: Decision) -> None:
    told = json.loads(repeated(decision, "--json").out)

    assert told["same"] is True
    assert told["recorded"] == told["repeated"]
    assert told["recorded"]["id"] == decision.id


def test_a_record_that_does_not_repeat_itself_is_shown_with_what_differs(decision: Decision) -> None:
    first, *others = decision.candidates
    forged = replace(decision, candidates=(replace(first, outcome=Outcome.CHOSEN, saw={}), *others), variant="b")
    table().put([forged])
    answer = repeated(decision)

    assert answer.code == 1
    assert "Not the same: chosen" in answer.out


def test_another_playbook_tells_what_it_would_have_made_of_it(decision: Decision, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    copytree(STARTER, folder)
    campaign = folder / "campaigns" / "second-order.yaml"
    campaign.write_text(campaign.read_text().replace("customer.orders == 1", "customer.orders == 2"))
    answer = repeated(decision, "--playbook", str(folder))

    assert answer.code == 1
    assert "recorded: Chosen: second-order by email (priority 200)." in answer.out
    assert "repeated: Not sent: second-order. It is for customers with customer.orders == 2" in answer.out


def test_an_id_that_nobody_knows_is_said_in_a_sentence(shop: Shop) -> None:
    answer = typed("repeat", "0000000000000000", session=session())

    assert answer.code == 2
    assert "there is no decision 0000000000000000" in answer.err


def test_a_record_of_the_first_release_is_told_to_be_one(shop: Shop) -> None:
    old = Decision(
        id="d1",
        customer_id="ada",
        at=NOON,
        cause=Cause("order_completed", "i", NOON),
        events=("e1",),
        playbook=1,
        snapshot=None,
        attributes={"customer.orders": 4},
        candidates=(Candidate("thanks", Outcome.NO_CONSENT, {"email": "denied"}),),
        v=1,
    )
    table().put([old])
    answer = repeated(old)

    assert answer.code == 2
    assert "recorded by the first release" in answer.err
    assert "tandem why ada" in answer.err


@pytest.mark.parametrize("command", ["why", "repeat"])
def test_a_decision_tells_which_goal_it_came_to_and_when(decision: Decision, command: str) -> None:
    goal = ("second-order", decision.at, "order_completed", "i9", decision.at + 3 * DAY)
    table().put([Reached("g1", "ada", decision.id, *goal)])

    answer = typed(command, "ada" if command == "why" else decision.id, session=session())

    assert "Goal reached: second-order, order_completed 3 days after the decision (" in answer.out
