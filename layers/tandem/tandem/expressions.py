"""CEL behind one file. Nothing else knows which library evaluates expressions.

An expression is checked against the variables of its language when it is published; evaluated, it answers a value or
an error, and never raises.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, Final


class Kind(StrEnum):
    """The type of a variable or of a value."""

    STRING = "string"
    INT = "int"
    DOUBLE = "double"
    BOOL = "bool"
    TIMESTAMP = "timestamp"
    STRINGS = "list of strings"
    MAP = "map"
    ANY = "any"


_CALLED: Final = {str: "string", int: "int", float: "double", dict: "map", list: "list", type(None): "null"}
_NAME: Final = re.compile(r"\b[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression came to. `error` is empty unless it could not be told."""

    value: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the kind of the value, ANY where only the data tells; or what is wrong."""

    kind: Kind = Kind.ANY
    problem: str = ""


class Language:
    """The variables that expressions may use, by name. Expressions are compiled once."""

    def __init__(self, variables: Mapping[str, Kind]) -> None:
        self.variables = variables
        self._compiled: dict[str, Any] = {}

    @cached_property
    def _environment(self) -> Any:
        return _cel().NewEnv(variables={name: _types()[kind] for name, kind in self.variables.items()})

    def check(self, source: str) -> Checked:
        """Whether an expression can be evaluated at all, and to what."""
        try:
            checked = self._environment.compile(source)
        except RuntimeError as error:
            problem = str(error).splitlines()[0].removeprefix("INVALID_ARGUMENT: ERROR: ").removeprefix("<input>:")
            return Checked(problem=f"{problem}{self._nearest(source)}")
        kind = checked.return_type()
        return Checked(
            next((name for name, known in _types().items() if known == kind and name is not Kind.MAP), Kind.ANY)
        )

    def bind(self, values: Mapping[str, Any]) -> "Bound":
        """The values of one moment, made ready once for all expressions. What has no value is left out."""
        return Bound(self, self._environment.Activation({name: _to_cel(value) for name, value in values.items()}))

    def compiled(self, source: str) -> Any:
        """The library's own form of a checked expression."""
        found = self._compiled.get(source)
        if found is None:
            found = self._compiled[source] = self._environment.compile(source)
        return found

    def _nearest(self, source: str) -> str:
        """A hint for each dotted name in the source that is no variable here, but looks like one."""
        names = [name for name in _NAME.findall(source) if name not in self.variables]
        hints = [near for name in names for near in get_close_matches(name, self.variables, n=1)]
        return f"; did you mean {' or '.join(dict.fromkeys(hints))}?" if hints else ""


class Bound:
    """A language with the values of one moment. An expression that is asked again is not evaluated again."""

    __slots__ = ("_activation", "_answers", "language")

    def __init__(self, language: Language, activation: Any) -> None:
        self.language = language
        self._activation = activation
        self._answers: dict[str, Answer] = {"true": Answer(True)}

    def evaluate(self, source: str) -> Answer:
        """The answer of a checked expression."""
        answer = self._answers.get(source)
        if answer is None:
            answer = self._answers[source] = self._evaluated(source)
        return answer

    def _evaluated(self, source: str) -> Answer:
        compiled = self.language.compiled(source)
        try:
            return _answer(compiled.eval(self._activation))
        except RuntimeError as error:  # all but one error are values: this one is of an expression that ran too long
            return Answer(error=str(error).splitlines()[0].removeprefix("INTERNAL: "))

    def holds(self, source: str) -> Answer:
        """A condition's answer: what is neither true nor false is an error."""
        answer = self.evaluate(source)
        if answer.error or isinstance(answer.value, bool):
            return answer
        kind = type(answer.value)
        return Answer(error=f"is {_CALLED.get(kind, kind.__name__)}, not true or false")


def _answer(result: Any) -> Answer:
    value = result.plain_value()
    if (
        isinstance(value, str) and result.type() == _cel().Type.ERROR
    ):  # asking for the type costs more than the evaluation
        return Answer(error=value.splitlines()[0])
    return Answer(value)


@cache
def _cel() -> Any:
    """The library, loaded with the first expression: who only reads a customer needs none."""
    from cel_expr_python import cel  # noqa: PLC0415

    return cel


@cache
def _types() -> Mapping[Kind, Any]:
    known = _cel().Type
    return {
        Kind.STRING: known.STRING,
        Kind.INT: known.INT,
        Kind.DOUBLE: known.DOUBLE,
        Kind.BOOL: known.BOOL,
        Kind.TIMESTAMP: known.TIMESTAMP,
        Kind.STRINGS: known.List(known.STRING),
        Kind.MAP: known.DYN,
        Kind.ANY: known.DYN,
    }


@cache
def names_in(source: str) -> frozenset[str]:
    """The dotted names that an expression may read. One in a text within it is among them: it does no harm."""
    return frozenset(_NAME.findall(source))


def _to_cel(value: Any) -> Any:
    """Decimals (JSON's numbers with a fraction) become doubles: conditions compare, they do not add up money."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: _to_cel(item) for key, item in value.items()}
        case list() | tuple():
            return [_to_cel(item) for item in value]
        case datetime() | _:
            return value
