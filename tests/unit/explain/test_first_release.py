"""Decisions as the first release recorded them (tests/data/decisions-v1.jsonl, with its sentences): read, and told."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.explain import sentences, timeline
from tandem.decisions import decision_document, read_decision

RECORDS = Path(__file__).parents[2] / "data" / "decisions-v1.jsonl"
DOCUMENTS: list[dict[str, Any]] = [json.loads(line) for line in RECORDS.read_text().splitlines()]
NEW_YORK = ZoneInfo("America/New_York")


def outcomes(document: dict[str, Any]) -> str:
    return " ".join(each["outcome"] for each in document["candidates"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=outcomes)
def test_it_is_told_in_the_words_of_then(document: dict[str, Any]) -> None:
    then = tuple(each.replace("; next possible", ". Next possible") for each in document["sentences"])

    assert sentences(read_decision(document), zone=NEW_YORK) == then


@pytest.mark.parametrize("document", DOCUMENTS, ids=outcomes)
def test_it_stands_in_a_timeline(document: dict[str, Any]) -> None:
    told, *_ = timeline(None, None, [read_decision(document)], {}, currency="USD")

    assert told.decision_id == document["id"]
    assert told.details[-1].startswith("Known at that moment: tier unknown, orders ")


@pytest.mark.parametrize("document", DOCUMENTS, ids=outcomes)
def test_it_is_kept_as_it_was(document: dict[str, Any]) -> None:
    again = decision_document(read_decision(document))

    assert again["v"] == 1
    assert read_decision(again) == read_decision(document)
