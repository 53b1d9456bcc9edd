"""Files of events, and events made ready."""

import json
from pathlib import Path

import pytest

from infra.cli.files import SAMPLES
from infra.replay.event_file import EventText, event_texts
from infra.replay.prepare import prepare
from infra.replay.snapshot import read_snapshot
from tandem.errors import BadHistory
from tests.builders import DAY, HOUR, MINUTE, NOON, envelope


def line(**changes: object) -> str:
    order = envelope("order_completed", "e1", NOON, {"order_id": "o1", "total": "30.00", "currency": "USD"})
    return json.dumps({**order, **changes})


def test_an_object_an_array_and_lines_hold_the_same_events() -> None:
    one, two = line(), line(event_id="e2")
    array, lines = f"[\n{one},\n{two}\n]", f"{one}\n\n{two}\n"

    assert event_texts(array) == [EventText(2, one), EventText(3, two)]
    assert event_texts(lines) == [EventText(1, one), EventText(3, two)]
    assert event_texts(json.dumps(json.loads(one), indent=2))[0].line == 1


def test_numbers_stay_as_they_were_written() -> None:
    text = '[{"total": 39.90, "big": 12345678901234567890.123}]'

    assert event_texts(text)[0].text == '{"total": 39.90, "big": 12345678901234567890.123}'


def test_a_missing_time_and_now_are_the_moment_of_sending() -> None:
    undated = json.dumps({key: value for key, value in json.loads(line()).items() if key != "occurred_at"})
    ready, _ = prepare(
        event_texts(f"{undated}\n{line(occurred_at='now')}\n{line(occurred_at='now-2h')}"), now=NOON, live=True
    )

    assert [json.loads(each.text)["occurred_at"] for each in ready] == [
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00Z",
        "2026-11-20T10:00:00Z",
    ]


def test_every_bad_event_is_named_with_its_line_and_field() -> None:
    bad = [
        line(properties={"order_id": "o1", "currency": "USD"}),
        line(),
        "{oops",
        line(type="order_complete"),
        line(type="timer_fired", properties={"timer": "a/b", "armed_for": "2026-11-20T12:00:00Z"}),
        line(occurred_at="yesterday"),
        '{"v": 1, "v": 2}',
    ]
    ready, defects = prepare(event_texts("\n".join(bad)), now=NOON, live=True)

    assert [(each.line, each.field, each.reason) for each in defects] == [
        (1, "properties.total", "missing"),
        (3, "", "not_json"),
        (4, "type", "unknown_type"),
        (5, "type", "wrong_door"),
        (6, "occurred_at", "not_iso_8601"),
        (7, "v", "duplicate_key"),
    ]
    assert [each.line for each in ready] == [2]
    assert str(defects[0]) == "line 1: properties.total: is missing"
    assert str(defects[2]) == "line 4: type: is no type there is; did you mean order_completed?"


def test_a_broken_array_says_where() -> None:
    _, defects = prepare(event_texts(f"[\n{line()},\n{{oops"), now=NOON, live=True)

    assert [(each.line, each.reason) for each in defects] == [(3, "not_json")]


@pytest.mark.parametrize("start", ["", "[\n"], ids=["lines", "array"])
@pytest.mark.parametrize("poison", ['{"a":' * 100_000, '{"a": ' + "9" * 5000 + "}", '"text"', "NaN"])
def test_poison_is_a_defect_and_never_a_crash(start: str, poison: str) -> None:
    ready, defects = prepare(event_texts(f"{start}{poison}"), now=NOON, live=True)

    assert (len(ready), len(defects)) == (0, 1)


def test_a_replayed_event_is_received_when_the_file_says_or_else_when_it_occurred() -> None:
    said = line(received_at=(NOON + HOUR).isoformat())
    ready, _ = prepare(event_texts(f"{line()}\n{said}"), now=NOON + DAY, live=False)

    assert [each.arrival.received_at for each in ready] == [NOON, NOON + HOUR]


def test_an_event_of_the_day_after_tomorrow_is_refused_live_and_replayed() -> None:
    text = event_texts(line(occurred_at=(NOON + 2 * DAY).isoformat()))

    assert [each.reason for each in prepare(text, now=NOON, live=True)[1]] == ["in_the_future"]
    assert len(prepare(text, now=NOON, live=False)[0]) == 1


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json*")), ids=lambda path: path.name)
def test_every_sample_is_good(path: Path) -> None:
    ready, defects = prepare(event_texts(path.read_text()), now=NOON + 5 * DAY + MINUTE, live=True)

    assert ready
    assert not defects


def test_a_snapshot_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadHistory, match=r"snapshot\.json"):
        read_snapshot(tmp_path, ())
