"""`tandem replay`: who would get what, and who drops out when the playbook changes. No AWS."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from infra.cli.files import SAMPLES, STARTER
from tests.builders import NOON, STANDARD, envelope, profile
from tests.unit.cli.snapshot_files import snapshot_of
from tests.unit.cli.typed import typed

WEEK = str(SAMPLES / "busy-week.jsonl")


def playbook_with_cap(tmp_path: Path, messages: int) -> str:
    folder = tmp_path / f"cap-{messages}"
    copytree(STARTER, folder)
    head = folder / "playbook.yaml"
    head.write_text(head.read_text().replace("messages: 3", f"messages: {messages}"))
    return str(folder)


def chosen(*words: str) -> list[tuple[str, str]]:
    answer = typed("replay", WEEK, "--json", *words)
    decisions = [json.loads(line) for line in answer.out.splitlines()]
    return [(each["customer_id"], each["at"]) for each in decisions if each["campaign"]]


def test_it_tells_who_gets_what_and_who_is_held_back_by_the_cap() -> None:
    answer = typed("replay", WEEK)

    assert answer.code == 0
    assert "post-purchase" in answer.out
    assert "Already 3 messages in the last 7 days (limit 3, rule weekly). Next possible 23" in answer.out
    assert "ada, ben and carmen" in answer.out


def test_a_lower_cap_drops_those_beyond_it_and_nobody_else(tmp_path: Path) -> None:
    three = chosen("--playbook", playbook_with_cap(tmp_path, 3))
    two = chosen("--playbook", playbook_with_cap(tmp_path, 2))

    dropped = sorted(set(three) - set(two))
    assert [customer for customer, _ in dropped] == ["ada", "ben", "carmen", "dolores"]
    assert set(two) < set(three)


def test_the_same_file_twice_gives_the_same_lines() -> None:
    assert typed("replay", WEEK, "--json") == typed("replay", WEEK, "--json")


def test_every_line_of_json_is_a_decision_with_its_sentences() -> None:
    lines = typed("replay", WEEK, "--json").out.splitlines()

    assert all(json.loads(line)["sentences"] for line in lines)
    assert all({"id", "customer_id", "candidates"} <= json.loads(line).keys() for line in lines)


def test_as_many_customers_are_listed_as_asked_for() -> None:
    assert "and 3 customers more" in typed("replay", WEEK, "--customers", "1").out
    assert "more" not in typed("replay", WEEK, "--customers", "all").out


def test_bad_events_are_named_and_the_others_replayed() -> None:
    good = (SAMPLES / "order.json").read_text().replace("\n", " ")
    answer = typed("replay", "-", stdin=f"{{oops\n{good}\n")

    assert answer.code == 0
    assert "line 1: the event: is not JSON" in answer.out
    assert "1 of 1 customer" in answer.out


def test_the_profiles_of_a_snapshot_give_the_tier(tmp_path: Path) -> None:
    snapshot_of(tmp_path, profile(orders=2, revenue_minor=50_000))
    answer = typed("replay", str(SAMPLES / "order.json"), "--profiles", str(tmp_path))

    assert "1 found, as of 20 Nov 2026 00:00 UTC" in answer.out
    assert "tier high" in answer.out


def test_a_playbook_that_was_not_published_has_no_rule_that_profiles_carry(tmp_path: Path) -> None:
    snapshot_of(tmp_path, replace(profile(), codes=STANDARD | {101}, parts={101: {0: 7}}))
    viewed = json.dumps(envelope("product_viewed", "v1", NOON, {"product_id": "lp-glass"}))
    answer = typed("replay", "-", "--json", "--profiles", str(tmp_path), stdin=viewed)

    [decision] = [json.loads(line) for line in answer.out.splitlines()]
    assert [each["outcome"] for each in decision["candidates"]] == ["incomplete"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("nowhere.json",), "there is no file nowhere.json"),
        ((WEEK, "--playbook", "nowhere"), "there is no folder nowhere"),
        ((WEEK, "--profiles", "nowhere"), "snapshot.json"),
        ((WEEK, "--until", "soon"), "--until soon is no time"),
        ((WEEK, "--customers", "few"), "--customers few is neither a number nor all"),
        (("-",), "- holds no event"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(words: tuple[str, ...], problem: str) -> None:
    answer = typed("replay", *words)

    assert answer.code == 2
    assert problem in answer.err
