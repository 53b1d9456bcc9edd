"""The steps of a journey as a plan to read."""

from typing import Any

import pytest

from infra.publish.step_words import plan
from tandem.playbook import Journey

STEPS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "a wait": ([{"wait": "36h"}], ["wait 36 hours"]),
    "days": ([{"wait": {"days": "customer.gap"}}], ["wait customer.gap days"]),
    "a time of day": ([{"wait": {"until": "09:00"}}], ["wait until 09:00, local time"]),
    "days of the week": (
        [{"wait": {"until": "09:00", "on": ["monday", "friday"]}}],
        ["wait until 09:00 on monday or friday, local time"],
    ),
    "an event": (
        [{"wait": {"event": "order_delivered", "when": "a ==\n 1", "within": "2d"}, "otherwise": [{"exit": "late"}]}],
        ["wait for order_delivered where a == 1, at most 2 days", "if it does not come:", "  end: late"],
    ),
    "a quiet cart": ([{"wait": {"cart_quiet": "2h"}}], ["wait until the cart has been quiet for 2 hours"]),
    "a branch": (
        [{"branch": [{"when": "a", "steps": [{"campaign": "x"}]}, {"when": "b"}], "otherwise": [{"exit": "no"}]}],
        ["if a:", "  campaign x", "else if b:", "  go on", "otherwise:", "  end: no"],
    ),
    "a split": (
        [{"split": [{"weight": 1, "steps": [{"campaign": "x"}]}, {"weight": 3}], "id": "half"}],
        ["for 25% of customers:   [half]", "  campaign x", "for 75% of customers:", "  go on"],
    ),
    "variables": ([{"set": {"a": 1, "b": "journey.a + 1"}}], ["set a = 1, b = journey.a + 1"]),
    "an id": ([{"campaign": "x", "id": "first"}], ["campaign x   [first]"]),
}


@pytest.mark.parametrize(("steps", "lines"), STEPS.values(), ids=STEPS)
def test_a_step_reads_as_a_sentence(steps: list[dict[str, Any]], lines: list[str]) -> None:
    journey = Journey.model_validate({"id": "a", "start": {"event": "order_completed"}, "steps": steps})

    assert [str(line) for line in plan(journey)] == lines
