"""Expressions: bounded, and never an exception."""

from typing import Final

from tandem.expressions import Kind, Language

LANGUAGE: Final = Language({"event.properties": Kind.MAP})
NESTED: Final = "event.properties.a.all(x, event.properties.a.all(y, event.properties.a.all(z, x + y + z >= 0)))"


def test_an_expression_that_runs_too_long_answers_an_error() -> None:
    bound = LANGUAGE.bind({"event.properties": {"a": list(range(500))}})

    assert LANGUAGE.check(NESTED).kind is Kind.BOOL
    assert bound.evaluate(NESTED).error.startswith("Iteration budget exceeded")
    assert bound.holds(NESTED).value is None


def test_the_same_expression_over_little_is_answered() -> None:
    assert LANGUAGE.bind({"event.properties": {"a": [1, 2]}}).holds(NESTED).value is True


def test_a_missing_property_is_an_error_too() -> None:
    assert LANGUAGE.bind({"event.properties": {}}).evaluate("event.properties.a").error
