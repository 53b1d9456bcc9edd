"""A campaign's condition, and the values that it met."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra.explain.incomplete import incomplete
from infra.explain.rules import as_text
from infra.explain.told import Told
from infra.explain.words import as_moment, listing

_NAME: Final = re.compile(r"\b(?:(?:event|start)\.properties|customer|profile|cart|change|journey)\.\w+")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_MONEY: Final = "_minor"


def not_for(told: Told) -> str:
    """`It is for customers with customer.orders == 1 (customer.orders was 4).`"""
    return f"It is for customers with {_when(told)}{_values(told)}."


def untold(told: Told) -> str:
    """The condition is in error for this customer."""
    return f"Whether {_when(told)} holds cannot be told for this customer ({told.saw['error']})."


def not_yet_told(told: Told) -> str:
    """The condition reads what may not be trusted."""
    return f"{_when(told)} cannot be told yet: {incomplete(str(told.saw['attribute']))}."


def _when(told: Told) -> str:
    """The condition as it is written, without its line breaks."""
    return " ".join(str(told.saw["when"]).split())


def _values(told: Told) -> str:
    """What the condition's names were at that moment; empty where none had a value."""
    held = {
        **told.decision.attributes,
        **dict(_own(told.decision.values)),
        **dict(_own(told.candidate.values)),
    }
    names = [name for name in dict.fromkeys(_NAME.findall(_when(told))) if name in held]
    met = [f"{name} was {_text(held[name], told, told.currency * name.endswith(_MONEY))}" for name in names]
    return f" ({listing(met)})" if met else ""


def _own(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the source sent is kept as a map of its fields."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{field}", each) for field, each in value.items())
        else:
            yield name, value


def _text(value: Any, told: Told, currency: str) -> str:
    """A time is text where it was read from a record."""
    is_time = isinstance(value, str) and _TIME.match(value)
    return as_text(as_moment(value) if is_time else value, currency=currency, zone=told.zone, near=told.decision.at)
