"""A record and what is decided of it again, side by side: nothing that differs is hidden."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from infra.explain.repeated import side_by_side
from tandem.customer import Channel
from tandem.decisions import Candidate, Cause, Decision, Outcome, Seen, same
from tests.builders import HOUR, NOON

CAPPED = Candidate("thanks", Outcome.CAP, {"rule": "weekly", "messages": 3, "limit": 3, "days": 7.0})
RECORD = Decision(
    id="d1",
    customer_id="ada",
    at=NOON,
    cause=Cause("order_completed", "i", NOON),
    events=("e1",),
    playbook=1,
    snapshot=None,
    attributes={"customer.orders": 4},
    candidates=(Candidate("second", Outcome.CHOSEN, {"priority": 2}), CAPPED),
    campaign="second",
    template="second-low",
    channel=Channel.EMAIL,
    seen=Seen("ada", NOON, "Europe/Madrid"),
)
CHANGES: list[Mapping[str, Any]] = [
    {"campaign": None, "channel": None},
    {"channel": Channel.SMS},
    {"template": "second-high"},
    {"variant": "b"},
    {"candidates": RECORD.candidates[:1]},
    {"candidates": (RECORD.candidates[0], replace(CAPPED, campaign="other"))},
    {"candidates": (RECORD.candidates[0], Candidate("thanks", Outcome.SUPPRESSED, {"channels": ["email"]}))},
    {"at": NOON + HOUR},
    {"policy": 3},
    {"playbook": 2},
    {"snapshot": NOON},
    {"events": ()},
    {"cause": Cause("order_refunded", "i", NOON)},
]


def differing(repeated: Decision) -> list[str]:
    return [line.what for line in side_by_side(RECORD, repeated) if line.differs]


def test_two_that_are_the_same_differ_in_nothing() -> None:
    lines = side_by_side(RECORD, RECORD)

    assert [line.what for line in lines] == ["chosen", "second", "thanks"]
    assert differing(RECORD) == []


@pytest.mark.parametrize("change", CHANGES, ids=" ".join)
def test_whatever_is_not_the_same_is_shown(change: Mapping[str, Any]) -> None:
    repeated = replace(RECORD, **change)

    assert not same(RECORD, repeated)
    assert differing(repeated)


def test_a_gate_that_saw_something_else_is_shown_with_both_sentences() -> None:
    seen = replace(CAPPED, saw={**CAPPED.saw, "messages": 4})
    repeated = replace(RECORD, candidates=(RECORD.candidates[0], seen))
    [line] = [each for each in side_by_side(RECORD, repeated) if each.differs]

    assert line.whys == (
        "Not sent: thanks. Already 3 messages in the last 7 days (limit 3, rule weekly).",
        "Not sent: thanks. Already 4 messages in the last 7 days (limit 3, rule weekly).",
    )
