"""Partials of every function are a commutative monoid, so no order and no grouping of events can matter."""

from functools import reduce
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.attributes.functions import EXACT_TO, MONOIDS, TOO_MANY, Single, minus, plus, result
from tandem.attributes.rules import SUBTRACTABLE, Function, Rule
from tandem.events import EventType
from tandem.expressions import Kind

NUMBERS: Final = (Function.SUM, Function.COUNT, Function.AVERAGE, Function.EVER, Function.DAYS_SINCE)
NOW_MS: Final = 10_000_000_000
HEAVY: Final = (Function.TOP, Function.MOST_FREQUENT)


def rule(function: Function, n: int = 2) -> Rule:
    return Rule("it", 1, (EventType.ORDER_COMPLETED,), function, n=n, kind=Kind.STRING)


@st.composite
def partials(draw: st.DrawFn, function: Function, most: int = 6) -> Any:
    """What some values came to, or nothing; values, moments and identities that are often equal."""
    values: st.SearchStrategy[Any] = (
        st.integers(-5, 5) if function in NUMBERS else st.sampled_from(["a", "b", "c", "d"])
    )
    singles = draw(
        st.lists(
            st.builds(
                Single, values, st.integers(0, 3), st.sampled_from(["x", "y"]), st.integers(0, 3)
            ),
            max_size=most,
        )
    )  # fmt: skip
    made = [MONOIDS[function].one(single) for single in singles]
    return reduce(lambda one, other: plus(rule(function), one, other), made, None)


@pytest.mark.parametrize("function", Function)
@settings(deadline=None, max_examples=100)
@given(st.data())
def test_plus_is_associative_commutative_and_has_nothing_as_neutral(function: Function, data: st.DataObject) -> None:
    a, b, c = (data.draw(partials(function)) for _ in range(3))
    it = rule(function)

    assert plus(it, plus(it, a, b), c) == plus(it, a, plus(it, b, c))
    assert plus(it, a, b) == plus(it, b, a)
    assert plus(it, a, None) == a == plus(it, None, a)


@pytest.mark.parametrize("function", sorted(SUBTRACTABLE))
@settings(deadline=None, max_examples=100)
@given(st.data())
def test_minus_undoes_plus_whatever_is_added_later(function: Function, data: st.DataObject) -> None:
    a, b, c = (data.draw(partials(function)) for _ in range(3))
    it = rule(function)

    without = minus(it, plus(it, a, b), b) if b is not None and a is not None else a

    assert result(it, without, NOW_MS) == result(it, a, NOW_MS)
    assert result(it, plus(it, without, c), NOW_MS) == result(it, plus(it, a, c), NOW_MS)


@pytest.mark.parametrize("function", sorted(set(Function) - SUBTRACTABLE))
def test_a_function_that_takes_nothing_back_says_so(function: Function) -> None:
    it = rule(function)
    if MONOIDS[function].minus is None:
        with pytest.raises(TypeError, match="takes nothing back"):
            minus(it, 1, 1)


def test_distinct_counts_are_exact_to_a_thousand_and_stay_there() -> None:
    it = rule(Function.DISTINCT)
    ones = [MONOIDS[Function.DISTINCT].one(Single(f"v{number}", 0, "x")) for number in range(EXACT_TO + 50)]

    for many in (1, EXACT_TO - 1, EXACT_TO, EXACT_TO + 50):
        partial = reduce(lambda one, other: plus(it, one, other), ones[:many], None)
        assert result(it, partial, NOW_MS) == min(many, EXACT_TO)
        assert reduce(lambda one, other: plus(it, one, other), reversed(ones[:many]), None) == partial


@pytest.mark.parametrize("function", HEAVY)
def test_weights_over_more_than_a_thousand_values_give_up_for_ever(function: Function) -> None:
    it, weigh = rule(function), MONOIDS[function].one
    partial = reduce(
        lambda one, other: plus(it, one, other),
        [weigh(Single(f"v{number}", 0, "x")) for number in range(EXACT_TO + 1)],
        None,
    )

    assert partial == TOO_MANY
    assert plus(it, partial, weigh(Single("v0", 0, "x"))) == TOO_MANY == plus(it, weigh(Single("v0", 0, "x")), partial)
    assert result(it, partial, NOW_MS) is None
