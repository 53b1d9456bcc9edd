"""`record` killed at its calls, once and twice in a row; then its messages come ten times more.

What it is handed: decisions of one customer, the goals that they reached, one of who was erased, and what is no record.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import boto3
import pytest

from functions.record import app
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.decisions import Reached, reached_document
from tests.aws.killing import Killed, Killer, Point, pairs, points
from tests.aws.shop_world import Shop
from tests.aws.test_record import old
from tests.builders import HOUR, NOON

AGAIN = 10
CALLS = ["BatchGetItem", "BatchWriteItem", "BatchWriteItem"]  # who was erased; 25 records, and the others
DECISIONS = 24


@pytest.fixture
def table(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[DecisionTable]:
    """The function's own."""
    monkeypatch.setenv("DECISIONS_TABLE", "decisions")
    monkeypatch.setenv("TOMBSTONES_TABLE", "tombstones")
    TombstoneTable(boto3.client("dynamodb"), "tombstones").put("gone", NOON)
    app.table.cache_clear()
    yield app.table()
    app.table.cache_clear()


def batch(customer: str) -> dict[str, Any]:
    decision = {**old()[0], "customer_id": customer}
    documents: list[Any] = [{**decision, "id": f"{customer}-{number}"} for number in range(DECISIONS)]
    documents += [reached(documents[0], name, at) for name, at in (("o2", HOUR), ("o1", HOUR / 2), ("o2", HOUR))]
    documents += [{**decision, "id": f"{customer}-gone", "customer_id": "gone"}, {"id": "no record"}]
    bodies = [json.dumps({"v": 1, "kind": "record", "document": each}) for each in documents]
    return {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


def reached(decision: dict[str, Any], order: str, after: Any) -> dict[str, Any]:
    return reached_document(
        Reached(
            id=f"{decision['id']}-{order}",
            customer_id=decision["customer_id"],
            decision=decision["id"],
            campaign="thanks",
            decided_at=datetime.fromisoformat(decision["at"]),
            event="order_completed",
            identity=order,
            reached_at=datetime.fromisoformat(decision["at"]) + after,
        )
    )


def keeps_all_once(table: DecisionTable, killer: Killer, customer: str, killed_at: Sequence[Point]) -> None:
    """Killed at these points in turn, then delivered again."""
    messages = batch(customer)
    undone = {"itemIdentifier": f"m{len(messages['Records']) - 1}"}
    for at, when in killed_at:
        killer.arm(at, when)
        with pytest.raises(Killed):
            app.handler(messages, None)
    killer.disarm()
    for _ in range(AGAIN):
        assert app.handler(messages, None) == {"batchItemFailures": [undone]}

    assert sorted(each.id for each in table.of(customer)) == sorted(f"{customer}-{each}" for each in range(DECISIONS))
    assert [each.identity for each in table.reached(customer)] == ["o1"], killed_at
    assert list(table.of("gone")) == []


def test_these_are_all_the_calls_there_are(table: DecisionTable) -> None:
    killer = Killer([table.client])

    app.handler(batch("c"), None)

    assert killer.calls == CALLS


@pytest.mark.kill_points("record", "single")
def test_killed_anywhere_and_delivered_again_ten_times_each_is_recorded_once(table: DecisionTable) -> None:
    killer = Killer([table.client])
    for number, point in enumerate(points(CALLS)):
        keeps_all_once(table, killer, f"c{number}", [point])


@pytest.mark.kill_points("record", "pairs")
def test_killed_twice_in_a_row_each_is_recorded_once(table: DecisionTable) -> None:
    killer = Killer([table.client])
    for number, pair in enumerate(pairs(CALLS)):
        keeps_all_once(table, killer, f"c{number}", pair)
