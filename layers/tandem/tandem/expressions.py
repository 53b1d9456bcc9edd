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
_PATH: Final = re.compile(
    r"(?P<has>has\()?(?P<root>event\.properties|start\.properties|line)(?P<keys>(?:\.[a-zA-Z_][a-zA-Z0-9_]*)+)(?(has)\))"
)
_DOT: Final = re.compile(r"\s*\.\s*")
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
        self._needs: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _environment(self) -> Any:
        return _cel().NewEnv(variables={name: _types()[kind] for name, kind in self.variables.items()})

    def check(self, source: str) -> Checked:
        """Whether an expression can be evaluated at all, and to what."""
        try:
            checked = self._environment.compile(source)
        except RuntimeError as error:
            return Checked(problem=f"{_in_words(str(error))}{self._nearest(source)}")
        kind = checked.return_type()
        return Checked(
            next((name for name, known in _types().items() if known == kind and name is not Kind.MAP), Kind.ANY)
        )

    def bind(self, values: Mapping[str, Any]) -> "Bound":
        """The values of one moment. What has no value is left out; a value may still be added before it is needed."""
        return Bound(self, values)

    def activation(self, values: Mapping[str, Any]) -> Any:
        """The library's own form of values."""
        return self._environment.Activation({name: _to_cel(value) for name, value in values.items()})

    def needs(self, source: str) -> tuple[str, ...]:
        """The variables that an expression may read: those that are written in it."""
        found = self._needs.get(source)
        if found is None:
            tight = _tight(source)
            found = self._needs[source] = tuple(name for name in self.variables if name in tight)
        return found

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
    """A language with the values of one moment. An expression that is asked again is not evaluated again.

    Handing values to the library costs more than an evaluation, so each expression gets only what it reads, and a
    plain path (`line.category`, or whether there is one) is looked up without the library.
    """

    __slots__ = ("_activations", "_answers", "_values", "language")

    def __init__(self, language: Language, values: Mapping[str, Any]) -> None:
        self.language = language
        self._values = values
        self._activations: dict[tuple[str, ...], Any] = {}
        self._answers: dict[str, Answer] = {"true": Answer(True)}

    def evaluate(self, source: str) -> Answer:
        """The answer of a checked expression."""
        answer = self._answers.get(source)
        if answer is None:
            path = _path_of(source)
            answer = self._looked_up(path) if path else None
            answer = self._answers[source] = answer or self._evaluated(source)
        return answer

    def _looked_up(self, path: "_Path") -> Answer | None:
        """None where only the library knows."""
        found = self._values.get(path.root)
        for still, key in enumerate(path.keys, 1 - len(path.keys)):
            if not isinstance(found, Mapping):
                return None
            if key not in found:
                return Answer(False) if path.asks and not still else None
            found = found[key]
        return Answer(True) if path.asks else Answer(found) if isinstance(found, str | bool | int) else None

    def _evaluated(self, source: str) -> Answer:
        try:
            compiled = self.language.compiled(source)
        except RuntimeError as error:  # checked in another language: a journey's former version may name what is gone
            return Answer(error=_in_words(str(error)))
        needs = self.language.needs(source)
        activation = self._activations.get(needs)
        if activation is None:
            known = {name: self._values[name] for name in needs if name in self._values}
            activation = self._activations[needs] = self.language.activation(known)
        try:
            return _answer(compiled.eval(activation))
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
    # Asking for the type costs as much as an evaluation, and only what looks like a text may be an error.
    if isinstance(value, str) and result.type() == _cel().Type.ERROR:
        return Answer(error=value.splitlines()[0])
    return Answer(value)


def _in_words(message: str) -> str:
    """The library's first complaint, and where: the line and column of the expression."""
    problem = message.splitlines()[0].removeprefix("INVALID_ARGUMENT: ERROR: ").removeprefix("<input>:")
    problem = problem.partition(" expecting ")[0].replace(" (in container '')", "").replace("'<EOF>'", "the end")
    return f"{problem}; equal is written ==" if "token recognition error at: '=" in problem else problem


@dataclass(frozen=True, slots=True)
class _Path:
    """`line.category` or `event.properties.coupon`, or with `asks` whether there is one."""

    root: str
    keys: tuple[str, ...]
    asks: bool


@cache
def _path_of(source: str) -> _Path | None:
    found = _PATH.fullmatch(source)
    if found is None:
        return None
    keys = tuple(found["keys"].split(".")[1:])
    return _Path(found["root"], keys, asks=bool(found["has"]))


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
    return frozenset(_NAME.findall(_tight(source)))


def _tight(source: str) -> str:
    """A name may be written with spaces or lines between its parts."""
    return _DOT.sub(".", source)


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
