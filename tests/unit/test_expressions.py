"""Expressions: what is looked up without the library says what the library would say."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.expressions import Answer, Kind, Language, names_in

LANGUAGE = Language({"event.properties": Kind.MAP, "line": Kind.MAP, "customer.orders": Kind.INT})
KEYS = ("a", "b", "has", "_x1")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(max_size=3) | st.decimals(-9, 9, places=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)


def by_the_library(source: str, values: dict[str, Any]) -> Answer:
    """The same in brackets is no plain path."""
    return LANGUAGE.bind(values).evaluate(f"({source})")


@given(DOCUMENTS, st.lists(st.sampled_from(KEYS), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_a_plain_path_is_what_the_library_says_it_is(
    document: dict[str, Any], keys: list[str], asks: bool, of_line: bool
) -> None:
    root = "line" if of_line else "event.properties"
    path = ".".join([root, *keys])
    source = f"has({path})" if asks else path

    assert LANGUAGE.bind({root: document}).evaluate(source) == by_the_library(source, {root: document})


@pytest.mark.parametrize("source", ["line.a", "has(line.a)", "event.properties.a.b"])
def test_where_there_is_no_line_nothing_is_known_of_it(source: str) -> None:
    answer = LANGUAGE.bind({}).evaluate(source)

    assert answer.error
    assert answer == by_the_library(source, {})


def test_a_value_that_is_known_later_is_seen_by_who_asks_for_it() -> None:
    values: dict[str, Any] = {"line": {"a": Decimal("1.5")}}
    bound = LANGUAGE.bind(values)
    assert bound.evaluate("line.a > 1.0").value is True

    values["customer.orders"] = 3

    assert bound.evaluate("customer.orders * 2").value == 6


@pytest.mark.parametrize("source", ["customer .orders == 2", "customer. orders == 2", "customer.\n  orders == 2"])
def test_a_name_may_be_written_with_space_around_its_dot(source: str) -> None:
    assert names_in(source) == {"customer.orders"}
    assert LANGUAGE.bind({"customer.orders": 2}).evaluate(source) == Answer(True)
