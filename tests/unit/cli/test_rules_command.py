"""`tandem rules test`: rules over a file of events, value by value. No AWS."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import DAY, HOUR, NOON, envelope
from tests.unit.cli.typed import Typed, typed
from tests.unit.publish.folders import folder_with

RULES = """\
attributes:
  - attribute: spent_minor
    on: order_completed
    function: sum
    value: { money: total, currency: USD }
  - attribute: today_minor
    on: order_completed
    function: sum
    value: { money: total, currency: USD }
    window: today
  - attribute: categories
    on: order_completed
    when: has(line.category)
    function: latest
    each_line: line.category
    n: 2
    refunds: ignore
  - { attribute: doubled_minor, derived: customer.spent_minor * 2 }
"""


def order(order_id: str, at: datetime, total: str, *, customer: str = "ada", **more: Any) -> str:
    received = more.pop("received", None)
    properties = {"order_id": order_id, "total": total, "currency": "USD", **more}
    event = envelope("order_completed", f"e-{order_id}", at, properties, customer)
    return json.dumps(event | ({"received_at": received.isoformat()} if received else {}))


def refund(order_id: str, at: datetime, total: str) -> str:
    properties = {"order_id": order_id, "total": total, "currency": "USD"}
    return json.dumps(envelope("order_refunded", f"r-{order_id}", at, properties))


def tried(folder: Path, events: list[str], *words: str) -> Typed:
    playbook = folder_with(folder, RULES)
    return typed("rules", "test", "-", "--playbook", str(playbook), *words, stdin="\n".join(events))


def cells(answer: Typed, start: str) -> list[list[str]]:
    """The rows that hold a text, cell by cell."""
    return [[cell for cell in line.split("  ") if cell.strip()] for line in answer.out.splitlines() if start in line]


def test_each_event_tells_what_it_added_and_the_value_then(tmp_path: Path) -> None:
    events = [order("1", NOON, "30.00"), order("2", NOON + HOUR, "12.50")]
    answer = tried(tmp_path, events, "--attribute", "spent_minor")

    told = [[cell.strip() for cell in row[-3:]] for row in cells(answer, "order_completed")]
    assert answer.code == 0
    assert told[1:] == [["spent_minor", "30.00 USD", "30.00 USD"], ["spent_minor", "12.50 USD", "42.50 USD"]]
    assert "sum of total in USD on order_completed, less refunds" in answer.out


def test_a_refund_takes_back(tmp_path: Path) -> None:
    events = [order("1", NOON, "30.00"), refund("1", NOON + HOUR, "10.00")]
    answer = tried(tmp_path, events, "--attribute", "spent_minor")

    [row] = cells(answer, "takes back")
    assert row[-1].strip() == "20.00 USD"


def test_a_repetition_counts_once_and_is_told(tmp_path: Path) -> None:
    answer = tried(tmp_path, [order("1", NOON, "30.00"), order("1", NOON, "30.00", received=NOON + HOUR)])

    assert "the same again: counts once" in answer.out
    assert [row[1].strip() for row in cells(answer, "spent_minor ")][-1] == "30.00 USD"


def test_what_is_too_late_for_the_live_side_is_told(tmp_path: Path) -> None:
    events = [order("1", NOON, "30.00"), order("2", NOON - 46 * DAY, "9.00", received=NOON + HOUR)]
    answer = tried(tmp_path, events, "--attribute", "spent_minor")

    assert "over 45 days late: the next snapshot counts it" in answer.out


def test_what_a_rule_leaves_out_is_told_with_its_reason(tmp_path: Path) -> None:
    answer = tried(tmp_path, [order("1", NOON, "30.00", currency="EUR")], "--attribute", "spent_minor")

    assert "left out: it was in another currency" in answer.out
    assert "spent_minor: 1 event left out: it was in another currency" in answer.out


def test_a_condition_that_does_not_hold_is_told_of_the_attribute_that_was_asked_for(tmp_path: Path) -> None:
    answer = tried(tmp_path, [order("1", NOON, "30.00")], "--attribute", "categories")

    assert "nothing: its when does not hold" in answer.out


def test_at_the_end_every_value_is_told_computed_ones_too(tmp_path: Path) -> None:
    lines = [{"product_id": str(number), "category": name} for number, name in enumerate(("rock", "jazz", "folk"))]
    answer = tried(tmp_path, [order("1", NOON, "30.00", products=lines)])

    table = answer.out[answer.out.index("At 20 Nov") :]
    assert [line.split() for line in table.splitlines()[2:6]] == [
        ["spent_minor", "30.00", "USD"],
        ["today_minor", "30.00", "USD"],
        ["categories", "rock,", "jazz"],
        ["doubled_minor", "60.00", "USD"],
    ]


def test_the_time_and_the_zone_move_a_calendar_window(tmp_path: Path) -> None:
    events = [order("1", NOON, "30.00")]
    evening = (NOON + 8 * HOUR).isoformat()
    here = tried(tmp_path, events, "--attribute", "today_minor", "--at", evening)
    there = tried(tmp_path, events, "--attribute", "today_minor", "--at", evening, "--zone", "Asia/Tokyo")

    assert cells(here, "today_minor ")[-1][-1].strip() == "30.00 USD"
    assert cells(there, "today_minor ")[-1][-1].strip() == "0.00 USD"
    assert "Tokyo" in there.out


def test_what_was_received_later_is_left_out(tmp_path: Path) -> None:
    events = [order("1", NOON, "30.00"), order("2", NOON + DAY, "12.50")]
    answer = tried(tmp_path, events, "--attribute", "spent_minor", "--at", NOON.isoformat())

    assert cells(answer, "spent_minor ")[-1][-1].strip() == "30.00 USD"


def test_each_customer_is_told_alone(tmp_path: Path) -> None:
    events = [order("1", NOON, "30.00"), order("2", NOON, "12.50", customer="ben")]
    both, one = tried(tmp_path, events), tried(tmp_path, events, "--customer", "ben")

    assert [line for line in both.out.splitlines() if line in {"ada", "ben"}] == ["ada", "ben"]
    assert "30.00" not in one.out


def test_of_many_bad_events_a_screenful_is_named_and_the_rest_counted(tmp_path: Path) -> None:
    answer = tried(tmp_path, ["not json"] * 15)

    assert answer.code == 1
    assert answer.out.count("is not JSON") == 12
    assert "and 3 more" in answer.out


def test_bad_events_are_named_and_the_others_tried(tmp_path: Path) -> None:
    answer = tried(tmp_path, ["{oops", order("1", NOON, "30.00")])

    assert answer.code == 1
    assert "line 1: the event: is not JSON" in answer.out
    assert "30.00 USD" in answer.out


MISTAKES = {
    "attribute": (("--attribute", "spend_minor"), "did you mean spent_minor?"),
    "customer": (("--customer", "nobody"), "the file has no event of nobody"),
    "time": (("--at", "soon"), "--at soon is no time"),
    "zone": (("--zone", "Mars"), "--zone Mars is no IANA time zone"),
}


@pytest.mark.parametrize(("words", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_what_cannot_work_is_said_in_a_sentence(words: tuple[str, ...], problem: str, tmp_path: Path) -> None:
    answer = tried(tmp_path, [order("1", NOON, "30.00")], *words)

    assert answer.code == 2
    assert problem in answer.err


def test_a_bad_playbook_is_named_before_anything_is_tried(tmp_path: Path) -> None:
    playbook = folder_with(tmp_path, RULES.replace("sum", "smu", 1))
    answer = typed("rules", "test", "-", "--playbook", str(playbook), stdin=order("1", NOON, "1.00"))

    assert answer.code == 2
    assert "did you mean sum?" in answer.err
