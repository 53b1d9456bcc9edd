"""Values as JSON data. Pydantic would do it, and costs the cold start of `trigger` 30 ms to get ready."""

from collections.abc import Callable, Mapping, Set
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

_PLAIN = frozenset({str, int, float, bool, type(None)})


def jsonable(value: Any) -> Any:
    """A dataclass as a mapping without what equals its default, a moment as ISO 8601 in UTC, a set as a sorted list."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(value):
        held = ((name, getattr(value, name), default) for name, default in _FIELDS(kind))
        return {name: jsonable(each) for name, each, default in held if each != default}
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case str():  # of an enumeration
            return str(value)
        case Mapping():
            return {str(key): jsonable(each) for key, each in value.items()}
        case Set():
            return sorted(jsonable(each) for each in value)
        case list() | tuple():
            return [jsonable(each) for each in value]
        case _:
            return value


def _fields_of(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The names of a dataclass's fields, each with its default."""
    return tuple((each.name, _default(each)) for each in fields(kind))


_FIELDS: Callable[[Any], tuple[tuple[str, Any], ...]] = cache(_fields_of)


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default  # MISSING equals nothing
