"""Which of 10 to 10,000 conditions hold, five of them: the index, beside CEL for one condition after another."""

from collections.abc import Callable
from typing import Any, Final

from tandem.expressions import Kind, Language
from tandem.playbook.conditions import Known
from tandem.playbook.index import Index
from tests.bench.report import Report
from tests.bench.timing import turns

COUNTS: Final = (10, 100, 1_000, 10_000)
HOLDING: Final = 5
_CALLS: Final = 200
_LANGUAGE: Final = Language(
    {
        "event.type": Kind.STRING,
        "event.properties": Kind.MAP,
        "customer.orders": Kind.INT,
        "customer.tier": Kind.STRING,
    }
)
_VALUES: Final[dict[str, Any]] = {
    "event.type": "order_completed",
    "event.properties": {"order_id": "o1", "total": "39.95", "currency": "EUR", "category": "books"},
    "customer.orders": 7,
    "customer.tier": "gold",
}


def run() -> list[Report]:
    """Matching, the first matching of a process, and reading the conditions."""
    report = Report(
        f"{HOLDING} of so many conditions hold",
        ("CPU µs", "of 10 conditions", "CEL one by one µs", "index of CEL", "reading ms", "and first time ms"),
        "Budget: from 10 to 10,000 at most 1.3 times",
    )
    works: dict[str, Callable[[], object]] = {}
    for count in COUNTS:
        conditions = _conditions(count)
        index = Index(conditions, _LANGUAGE)
        assert len(index.matching(_known())) == HOLDING == len(_one_by_one(conditions))
        works[f"index {count}"] = _often(index)
        works[f"cel {count}"] = lambda conditions=conditions: _one_by_one(conditions)  # type: ignore[misc]
        works[f"reading {count}"] = lambda conditions=conditions: Index(conditions, _LANGUAGE)  # type: ignore[misc]
        works[f"new {count}"] = lambda conditions=conditions: Index(conditions, _LANGUAGE).matching(_known())  # type: ignore[misc]
    costs = turns(works)
    for count in COUNTS:
        ours, theirs, reading = (
            costs[f"index {count}"] / _CALLS,
            costs[f"cel {count}"],
            costs[f"reading {count}"] / 1000,
        )
        least = costs[f"index {COUNTS[0]}"] / _CALLS
        first = costs[f"new {count}"] / 1000
        report.add(f"{count:,} conditions", ours, ours / least, theirs, ours / theirs, reading, first)
    return [report]


def _conditions(count: int) -> list[str]:
    """Every second one is ruled out by what the customer is, the others by what was bought."""
    every = count // HOLDING
    return [
        _condition(number, f"other {number}", 3 if number % 2 else 30)
        if number % every
        else _condition(number, "books", 3)
        for number in range(count)
    ]


def _condition(number: int, category: str, orders: int) -> str:
    return (
        f"event.type == 'order_completed' && event.properties.category == '{category}'"
        f" && customer.orders >= {orders} && customer.tier in ['gold', 'tier {number % 7}']"
    )


def _known() -> Known:
    return Known(_LANGUAGE, lambda name: (_VALUES.get(name), ""))


def _often(index: Index) -> Callable[[], object]:
    def work() -> None:
        for _ in range(_CALLS):
            index.matching(_known())

    return work


def _one_by_one(conditions: list[str]) -> list[int]:
    known = _known()
    return [number for number, source in enumerate(conditions) if known.evaluate(source).holds]
