"""Conditions: CEL behind one file. Nothing else knows which library evaluates them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from cel_expr_python import cel

from tandem.playbook.vocabulary import ON_CART, ON_EVENT, Kind, Variable

_TYPES: Final = {
    Kind.STRING: cel.Type.STRING,
    Kind.INT: cel.Type.INT,
    Kind.TIMESTAMP: cel.Type.TIMESTAMP,
    Kind.MAP: cel.Type.DYN,
}
Values = Mapping[str, str | int | datetime | Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds. One that errs does not, and `error` says why (empty otherwise)."""

    holds: bool
    error: str = ""


def check(source: str, *, cart: bool) -> str:
    """What is wrong with a condition of a campaign started by a cart (or else an event); empty if nothing."""
    try:
        checked = _environment(cart).compile(source)
    except RuntimeError as error:
        problem = str(error).splitlines()[0].removeprefix("INVALID_ARGUMENT: ERROR: ").removeprefix("<input>:")
        return f"{problem}{_nearest(source, cart)}"
    kind = checked.return_type()
    if kind not in (cel.Type.BOOL, cel.Type.DYN):
        return f"is {kind.name().lower()}, and a condition must be true or false"
    return ""


class Known:
    """What conditions can see at one moment, made ready once for all of them.

    Variables without a value are left out of `values`. `cart` tells which variables there are at all.
    """

    def __init__(self, values: Values, *, cart: bool) -> None:
        self._cart = cart
        data = {name: _to_cel(value) for name, value in values.items()}
        self._activation = _environment(cart).Activation(data)

    def evaluate(self, source: str) -> Verdict:
        """The verdict of a checked condition."""
        if source == "true":
            return Verdict(True)
        return _verdict(_compiled(source, self._cart).eval(self._activation))


def _verdict(result: Any) -> Verdict:
    if result.type() == cel.Type.BOOL:
        return Verdict(bool(result.value()))
    if result.type() == cel.Type.ERROR:
        return Verdict(False, str(result.value()).splitlines()[0])
    return Verdict(False, f"is {result.type().name().lower()}, not true or false")


@cache
def _environment(cart: bool) -> Any:
    variables: Mapping[str, Variable] = ON_CART if cart else ON_EVENT
    return cel.NewEnv(variables={name: _TYPES[variable.kind] for name, variable in variables.items()})


@cache
def _compiled(source: str, cart: bool) -> Any:
    return _environment(cart).compile(source)


def _to_cel(value: Any) -> Any:
    """Decimals (JSON's numbers with a fraction) become doubles: conditions compare, they do not add up money."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: _to_cel(item) for key, item in value.items()}
        case list() | tuple():
            return [_to_cel(item) for item in value]
        case _:
            return value


def _nearest(source: str, cart: bool) -> str:
    """A hint for each dotted name in the source that is no variable here, but looks like one."""
    known = ON_CART if cart else ON_EVENT
    names = [name for name in re.findall(r"[a-z_]+\.[a-z_]+", source) if name not in known]
    hints = [near for name in names for near in get_close_matches(name, known, n=1)]
    return f"; did you mean {' or '.join(hints)}?" if hints else ""
