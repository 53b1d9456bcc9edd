"""Partial aggregates: for each function a commutative monoid. Every partial is JSON data, and equal ones look equal.

`one` makes the partial of a single value, `plus` combines two, `result` tells what a partial comes to. `minus` exists
where a refund can be taken back. A partial that was never made is None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from tandem.attributes.rules import Function, Rule
from tandem.expressions import Kind

EXACT_TO: Final = 1_000  # different values: distinct counts end there, weights give up
DAY_MS: Final = 86_400_000
TOO_MANY: Final = "too_many"  # the partial of weights over more values than that; whatever is added, it stays
Partial = Any


@dataclass(frozen=True, slots=True)
class Single:
    """One value of one event: `at` in milliseconds since 1970, `identity` breaks ties."""

    value: Any
    at: int
    identity: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Monoid:
    """`plus` and `result` are told the rule, for its `n`; `result` also the moment of reading in milliseconds."""

    one: Callable[[Single], Partial]
    plus: Callable[[Partial, Partial, Rule], Partial]
    result: Callable[[Partial, Rule, int], Any]
    minus: Callable[[Partial, Partial], Partial] | None = None


def plus(rule: Rule, one: Partial, other: Partial) -> Partial:
    """The partial of both; None is neutral."""
    if one is None or other is None:
        return other if one is None else one
    return MONOIDS[rule.function].plus(one, other, rule)


def minus(rule: Rule, partial: Partial, other: Partial) -> Partial:
    """The partial without the other, for a function that can take values back."""
    undo = MONOIDS[rule.function].minus
    if undo is None:
        raise TypeError(f"{rule.function} takes nothing back")
    return undo(partial, other)


def result(rule: Rule, partial: Partial, now_ms: int) -> Any:
    """What the partial comes to: a value, or None where there is none. A sum or count of nothing is 0, a list empty."""
    if partial is None:
        return () if rule.value_kind is Kind.STRINGS else _OF_NOTHING.get(rule.function)
    return MONOIDS[rule.function].result(partial, rule, now_ms)


_OF_NOTHING: Final[Mapping[Function, Any]] = {
    Function.SUM: 0,
    Function.COUNT: 0,
    Function.DISTINCT: 0,
    Function.EVER: False,
}


def _key(single: Single) -> list[Any]:
    return [single.at, single.identity, single.value]


def _digest(value: Any) -> str:
    return sha256(f"{type(value).__name__}:{value}".encode()).hexdigest()[:16]


def _fewest(one: list[str], other: list[str], _: Rule) -> list[str]:
    """The smallest digests of both: which they are does not depend on the order of adding."""
    return sorted({*one, *other})[:EXACT_TO]


def _latest(one: dict[str, Any], other: dict[str, Any], rule: Rule) -> dict[str, Any]:
    """Each value with the last time it was seen; the n last seen stay."""
    merged = dict(one)
    for value, seen in other.items():
        merged[value] = max(merged.get(value, seen), seen)
    newest = sorted(merged.items(), key=lambda item: (item[1], item[0]), reverse=True)[: rule.n]
    return dict(sorted(newest))


def _weights(one: Any, other: Any, _: Rule | None = None, sign: int = 1) -> Any:
    if TOO_MANY in (one, other):
        return TOO_MANY
    merged = dict(one)
    for value, weight in other.items():
        merged[value] = merged.get(value, 0) + sign * weight
    return dict(sorted(merged.items())) if len(merged) <= EXACT_TO else TOO_MANY


def _top(partial: Any, rule: Rule, _: int) -> Any:
    if partial == TOO_MANY:
        return None
    best = sorted((-weight, value) for value, weight in partial.items() if weight > 0)[: rule.n]
    values = tuple(value for _, value in best)
    return values if rule.n > 1 else next(iter(values), None)


def _average(partial: list[int], _: Rule, __: int) -> int | None:
    """Rounded down, as an amount in minor units has no half."""
    return partial[0] // partial[1] if partial[1] else None


def _newest(one: list[int], other: list[int], rule: Rule) -> list[int]:
    """The latest different moments: one more than the gaps between them."""
    return sorted({*one, *other})[-rule.n - 1 :]


def _median_gap(partial: list[int], _: Rule, __: int) -> int | None:
    """Of two in the middle what lies between them, rounded down, as each gap is."""
    gaps = sorted((later - earlier) // DAY_MS for earlier, later in pairwise(partial))
    middle = len(gaps) // 2
    return (gaps[middle] + gaps[-middle - 1]) // 2 if gaps else None


_WEIGHTED: Final = Monoid(
    one=lambda single: {single.value: single.weight},
    plus=_weights,
    minus=lambda partial, other: _weights(partial, other, sign=-1),
    result=_top,
)
MONOIDS: Final[Mapping[Function, Monoid]] = {
    Function.SUM: Monoid(
        one=lambda single: single.value,
        plus=lambda one, other, _: one + other,
        minus=lambda partial, other: partial - other,
        result=lambda partial, *_: partial,
    ),
    Function.COUNT: Monoid(
        one=lambda _: 1,
        plus=lambda one, other, _: one + other,
        minus=lambda partial, other: partial - other,
        result=lambda partial, *_: partial,
    ),
    Function.AVERAGE: Monoid(
        one=lambda single: [single.value, 1],
        plus=lambda one, other, _: [one[0] + other[0], one[1] + other[1]],
        minus=lambda partial, other: [partial[0] - other[0], partial[1] - other[1]],
        result=_average,
    ),
    Function.MIN: Monoid(
        one=lambda single: single.value,
        plus=lambda one, other, _: min(one, other),
        result=lambda partial, *_: partial,
    ),
    Function.MAX: Monoid(
        one=lambda single: single.value,
        plus=lambda one, other, _: max(one, other),
        result=lambda partial, *_: partial,
    ),
    Function.FIRST: Monoid(
        one=_key,
        plus=lambda one, other, _: min(one, other),
        result=lambda partial, *_: partial[2],
    ),
    Function.LAST: Monoid(
        one=_key,
        plus=lambda one, other, _: max(one, other),
        result=lambda partial, *_: partial[2],
    ),
    Function.DISTINCT: Monoid(
        one=lambda single: [_digest(single.value)],
        plus=_fewest,
        result=lambda partial, *_: len(partial),
    ),
    Function.LATEST: Monoid(
        one=lambda single: {single.value: [single.at, single.identity]},
        plus=_latest,
        result=lambda partial, *_: tuple(
            sorted(partial, key=lambda value: (partial[value], value), reverse=True),
        ),
    ),
    Function.MOST_FREQUENT: _WEIGHTED,
    Function.TOP: _WEIGHTED,
    Function.EVER: Monoid(
        one=lambda _: 1,
        plus=lambda one, other, _: 1,
        result=lambda *_: True,
    ),
    Function.DAYS_SINCE: Monoid(
        one=lambda single: single.at,
        plus=lambda one, other, _: max(one, other),
        result=lambda partial, _, now_ms: max(0, now_ms - partial) // DAY_MS,
    ),
    Function.MEDIAN_GAP: Monoid(
        one=lambda single: [single.at],
        plus=_newest,
        result=_median_gap,
    ),
}
