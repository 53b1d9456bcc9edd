"""The decisions' table and its memory twin keep the same promises."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.record.app import run
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.memory_decisions import MemoryDecisions
from tandem.customer import Record, effect_document
from tandem.decisions import Cause, Decision, Reached, decision_document, reached_document, read_decision
from tandem.decisions.ports import Recordable, Records
from tests.builders import DAY, HOUR, NOON

FIRST, SECOND = "a" * 16, "b" * 16


def decision(name: str = FIRST, at: timedelta = timedelta(0), customer: str = "ada") -> Decision:
    cause = Cause("order_completed", "c" * 16, NOON)
    return Decision(name, customer, NOON + at, cause, ("e1",), 1, None, {"customer.orders": 1}, ())


def reached(after: timedelta, name: str = "d" * 16, of: Decision | None = None, campaign: str = "thanks") -> Reached:
    """An order reaches the goal of a decision's candidate."""
    made = of or decision()
    at = NOON + after
    one = f"{made.id}{campaign}{name}"
    return Reached(one, made.customer_id, made.id, campaign, made.at, "order_completed", name, at, "e9")


@pytest.fixture(params=["memory", "aws"])
def records(request: pytest.FixtureRequest) -> Iterator[Records]:
    if request.param == "memory":
        yield MemoryDecisions()
    else:
        request.getfixturevalue("shop")
        yield DecisionTable(boto3.client("dynamodb"), "decisions")


def delivered(records: Records, *told: Recordable) -> Any:
    """What `record` answers to a batch of these."""
    return run({"Records": [{"messageId": each.id, "body": body(each)} for each in told]}, records)


def body(told: Recordable) -> str:
    document = decision_document(told) if isinstance(told, Decision) else reached_document(told)
    return json.dumps(effect_document(Record(told.id, told.customer_id, document, NOON + DAY)))


def test_decisions_are_read_oldest_first_and_found_by_their_id(records: Records) -> None:
    later, first = decision(SECOND, DAY), decision()

    assert delivered(records, later, first, decision("f" * 16, customer="bob")) == {"batchItemFailures": []}

    assert list(records.of("ada")) == [first, later]
    assert (records.find(SECOND), records.find("0" * 16)) == (later, None)


ORDERS: Sequence[tuple[int, ...]] = ((0, 1, 2), (2, 1, 0), (1, 1, 0, 2, 2), (0, 2, 1))


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_of_the_goals_of_a_candidate_the_earliest_counts_in_whatever_order_they_come(
    records: Records, order: tuple[int, ...]
) -> None:
    goals = [reached(2 * DAY), reached(HOUR, "1" * 16), reached(HOUR, "2" * 16)]
    told: list[Recordable] = [goals[place] for place in order]

    delivered(records, *told[:1])
    delivered(records, decision(), *told[1:])

    assert records.reached("ada") == (goals[1],)
    assert list(records.of("ada")) == [decision()]


def test_each_candidate_of_a_decision_has_its_own_goal(records: Records) -> None:
    goals = (reached(HOUR, campaign="news"), reached(2 * HOUR), reached(2 * DAY, of=decision(SECOND, DAY)))

    delivered(records, *goals)

    assert records.reached("ada") == goals
    assert (list(records.of("ada")), records.find("d" * 16 + "news")) == ([], None)


def test_a_goal_of_another_customer_is_not_hers(records: Records) -> None:
    delivered(records, reached(HOUR, of=decision(customer="bob")))

    assert records.reached("ada") == ()


def test_a_release_without_goals_refuses_the_message_so_that_it_comes_back() -> None:
    with pytest.raises(ValueError, match="validation error"):  # as `record` of that release reads it
        read_decision(json.loads(body(reached(HOUR)))["document"])
