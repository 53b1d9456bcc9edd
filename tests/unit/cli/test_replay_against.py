"""`tandem replay FILE --playbook A --against B`: what a changed copy of the starter playbook does otherwise. No AWS."""

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from infra.cli.files import SAMPLES, STARTER
from tests.unit.cli.typed import Typed, typed

WEEK = str(SAMPLES / "busy-week.jsonl")


def changed(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """A copy of the starter playbook in which, file by file, one text takes the place of another."""
    copytree(STARTER, folder)
    for name, old, new in changes:
        file = folder / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    return folder


CAP = ("playbook.yaml", "id: weekly, messages: 3", "id: weekly, messages: 2")
LATER = ("journeys/welcome.yaml", "wait: 30m", "wait: 2h")
NO_PRIORITY = ("campaigns/second-order.yaml", "priority: 200\n", "")


def against(second: Path, out: Path, *more: str) -> Typed:
    return typed("replay", WEEK, "--against", str(second), "--out", str(out), *more)


def lines(answer: Typed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.out.splitlines()]


def test_the_tables_tell_who_gets_something_else_and_why(tmp_path: Path) -> None:
    answer = against(changed(tmp_path / "b", CAP, LATER, NO_PRIORITY), tmp_path / "page.html")

    told = " ".join(answer.out.split())
    assert answer.code == 0
    assert "cap weekly changed" in told
    assert "no longer 4 4 ada, ben, carmen and dolores" in told
    assert "B cap post-purchase 3" in told
    assert "17 Nov 2026 12:05 no longer: post-purchase by email B: Not sent: post-purchase. Already 2 messages" in told
    assert "other campaign: second-order by email → post-purchase by email" in told
    assert "16 Nov 2026 08:30 → 10:00 other time: welcome-1 by email" in told


def test_the_page_is_where_it_was_asked_for_and_its_path_is_told(tmp_path: Path) -> None:
    out = tmp_path / "new" / "page.html"
    answer = against(changed(tmp_path / "b", CAP), out)

    assert f"The page: {out}" in answer.out
    assert "<title>4 messages fewer</title>" in out.read_text()


def test_without_a_path_the_page_lies_in_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = typed("replay", WEEK, "--against", str(STARTER))

    assert "The page: out/replay-against.html" in answer.out
    assert (tmp_path / "out/replay-against.html").exists()


def test_two_playbooks_that_say_the_same_change_nothing(tmp_path: Path) -> None:
    answer = against(changed(tmp_path / "b"), tmp_path / "page.html")

    assert answer.code == 0
    assert "otherwise in B  nothing" in answer.out
    assert "Nothing changes: every message is the same" in answer.out
    assert "<h1>Nothing changes</h1>" in (tmp_path / "page.html").read_text()


def test_every_line_of_json_is_a_difference_with_both_sides_and_the_reason(tmp_path: Path) -> None:
    answer = typed("replay", WEEK, "--json", "--against", str(changed(tmp_path / "b", CAP)))

    found = lines(answer)
    assert {(each["change"], each["reason"], each["told_by"]) for each in found} == {("no_longer", "cap", "b")}
    assert {each["customer_id"] for each in found} == {"ada", "ben", "carmen", "dolores"}
    assert all(each["a"]["at"] and each["b"] is None and "limit 2" in each["why"] for each in found)


def test_the_other_way_round_those_who_no_longer_get_it_newly_do(tmp_path: Path) -> None:
    lower = changed(tmp_path / "b", CAP)
    there = lines(typed("replay", WEEK, "--json", "--against", str(lower)))
    back = lines(typed("replay", WEEK, "--json", "--playbook", str(lower), "--against", str(STARTER)))

    assert {each["change"] for each in back} == {"newly"}
    assert [(each["customer_id"], each["b"]["at"]) for each in back] == [
        (each["customer_id"], each["a"]["at"]) for each in there
    ]
    assert {each["told_by"] for each in back} == {"a"}


def test_only_so_many_customers_are_listed_as_were_asked_for(tmp_path: Path) -> None:
    answer = against(changed(tmp_path / "b", CAP), tmp_path / "page.html", "--customers", "1")

    assert "\nada\n" in answer.out
    assert "\nben\n" not in answer.out
    assert "and 3 customers more" in answer.out


def test_events_that_are_refused_are_named_and_the_rest_is_compared(tmp_path: Path) -> None:
    stdin = f"{{oops\n{Path(WEEK).read_text()}"
    answer = typed("replay", "-", "--against", str(STARTER), "--out", str(tmp_path / "page.html"), stdin=stdin)

    assert "line 1: the event: is not JSON" in answer.out
    assert "19 of 4 customers" in answer.out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--against", "nowhere"), "there is no folder nowhere"),
        (("--against", "live"), "there is no deployed stack named tandem"),
        (("--playbook", "3", "--against", str(STARTER)), "there is no deployed stack named tandem"),
        (("--out", "page.html"), "--out is for the page of --against"),
        (("--against", str(STARTER), "--out", "/"), "/ cannot be written"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(words: tuple[str, ...], problem: str) -> None:
    answer = typed("replay", WEEK, *words)

    assert answer.code == 2
    assert problem in answer.err


def test_a_playbook_with_a_defect_is_not_compared(tmp_path: Path) -> None:
    broken = changed(tmp_path / "b", ("campaigns/second-order.yaml", "category: promotion", "category: 7"))
    answer = against(broken, tmp_path / "page.html")

    assert answer.code == 2
    assert "campaigns/second-order.yaml" in answer.err
    assert not (tmp_path / "page.html").exists()
