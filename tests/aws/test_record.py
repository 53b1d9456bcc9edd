"""`record` keeps decisions of this release and of the first one: what is read again is what was decided."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.record import app
from infra.cli.files import SAMPLES
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.customer import Channel, SendEntry
from tandem.decisions import decision_document, read_decision
from tandem.playbook import Stops
from tests.aws.shop_world import Shop
from tests.builders import DAY, NOON
from tests.unit.cli.typed import typed

OLD = Path(__file__).parents[1] / "data" / "decisions-v1.jsonl"


@pytest.fixture
def recorder(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[DecisionTable]:
    """The function's table, as its environment names it."""
    monkeypatch.setenv("DECISIONS_TABLE", "decisions")
    monkeypatch.setenv("TOMBSTONES_TABLE", "tombstones")
    app.table.cache_clear()
    yield DecisionTable(boto3.client("dynamodb"), "decisions")
    app.table.cache_clear()


def recorded(*documents: Any) -> Any:
    """The handler's answer to a batch of effects."""
    bodies = [json.dumps({"v": 1, "kind": "record", "document": each}) for each in documents]
    records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    return app.handler({"Records": records}, None)


def old() -> list[dict[str, Any]]:
    return [json.loads(line) for line in OLD.read_text().splitlines()]


def of_now(file: str) -> list[dict[str, Any]]:
    """What the starter playbook decides about the events of a sample."""
    lines = typed("replay", str(SAMPLES / file), "--json").out.splitlines()
    return [{name: part for name, part in json.loads(line).items() if name != "sentences"} for line in lines]


@pytest.mark.parametrize("file", ["busy-week.jsonl", "first-day.jsonl"])
def test_what_is_read_again_is_the_document_that_was_written(recorder: DecisionTable, file: str) -> None:
    documents = of_now(file)
    assert recorded(*documents) == {"batchItemFailures": []}

    kept = {each.id: decision_document(each) for name in sorted(_customers(documents)) for each in recorder.of(name)}
    assert kept == {each["id"]: each for each in documents}


def _customers(documents: list[dict[str, Any]]) -> set[str]:
    return {each["customer_id"] for each in documents}


def test_what_gates_saw_of_stops_sends_and_journeys_is_kept_too(recorder: DecisionTable) -> None:
    first = read_decision(of_now("first-day.jsonl")[0])
    assert first.seen is not None
    sends = (SendEntry("s1", "thanks", Channel.SMS, NOON, NOON + DAY, sent_at=NOON, category="service"),)
    stops = Stops(channels=frozenset({"sms"}), paused=frozenset({"b", "a"}))
    seen = replace(first.seen, sends=sends, stops=stops, journeys=(("refund", NOON), ("cart", None)), seed="s")
    decision = replace(first, seen=seen)
    recorded(decision_document(decision))

    assert recorder.find(decision.id) == decision


def test_records_of_the_first_release_are_kept_as_they_were(recorder: DecisionTable) -> None:
    assert recorded(*old()) == {"batchItemFailures": []}

    kept = [each for name in _customers(old()) for each in recorder.of(name)]
    assert {each.id: each for each in kept} == {each["id"]: read_decision(each) for each in old()}
    assert {each.v for each in kept} == {1}


def test_each_is_found_by_its_id_and_nothing_by_another(recorder: DecisionTable) -> None:
    recorded(*old())

    assert all(recorder.find(each["id"]) == read_decision(each) for each in old())
    assert recorder.find("0000000000000000") is None


def test_what_is_no_decision_is_left_for_the_dead_letters_alone(recorder: DecisionTable) -> None:
    good, other = old()[:2]

    answer = recorded(good, {"id": "x"}, other)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert recorder.find(good["id"]) is not None
    assert recorder.find(other["id"]) is not None


def test_of_an_erased_customer_nothing_is_kept_and_the_message_is_done(recorder: DecisionTable) -> None:
    gone, other = old()[:2]
    gone = {**gone, "customer_id": "gone"}
    TombstoneTable(boto3.client("dynamodb"), "tombstones").put("gone", NOON)

    assert recorded(gone, other) == {"batchItemFailures": []}

    assert list(recorder.of("gone")) == []
    assert recorder.find(other["id"]) is not None
