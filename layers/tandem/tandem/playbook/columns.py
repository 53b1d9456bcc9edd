"""All tests of one attribute: which entries its value lets pass, and which only the library can answer."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from math import isnan
from typing import Any, Final

from tandem.playbook.masks import Equal, Ordered, mask_of
from tandem.playbook.terms import EQUAL, LARGEST_INTEGER, Attribute, Test

_LARGEST_IN_CEL: Final = 2**63
_PLAIN: Final = frozenset({bool, float, type(None)})
_UNKNOWN: Final = object()


class _Tests:
    """The tests with literals of one type, by entry. Entries come in ascending order."""

    __slots__ = ("above", "below", "equal")

    def __init__(self) -> None:
        self.equal: list[tuple[int, tuple[Any, ...]]] = []
        self.above: list[tuple[int, Any, bool]] = []
        self.below: list[tuple[int, Any, bool]] = []

    def add(self, entry: int, relation: str, literals: tuple[Any, ...]) -> bool:
        """False for a second test of the kind of one entry, which is not added."""
        kept: list[Any] = self.equal if relation == EQUAL else self.above if relation[0] == ">" else self.below
        if kept and kept[-1][0] == entry:
            return False
        kept.append((entry, literals) if relation == EQUAL else (entry, literals[0], relation[-1] == "="))
        return True

    def entries(self, count: int) -> int:
        """Who asks."""
        return mask_of((test[0] for tests in (self.equal, self.above, self.below) for test in tests), count)

    def masks(self, count: int) -> list[Equal | Ordered]:
        """Who passes, by value."""
        return [
            *([Equal(self.equal, count)] if self.equal else []),
            *([Ordered(self.above, count, above=True)] if self.above else []),
            *([Ordered(self.below, count, above=False)] if self.below else []),
        ]


class Column:
    """All tests of one attribute."""

    def __init__(self, attribute: Attribute) -> None:
        self.attribute = attribute
        self._tests: dict[type, _Tests] = {}
        self._masks: dict[type | None, list[Equal | Ordered]] = {}
        self._unknown: dict[type | None, int] = {}
        self._everyone = 0

    def add(self, entry: int, test: Test) -> bool:
        """False where the library has to answer the test."""
        tests = self._tests.get(test.kind)
        if tests is None:
            tests = self._tests[test.kind] = _Tests()
        return tests.add(entry, test.relation, test.literals)

    def prepare(self, count: int) -> None:
        """Nothing is added any more: there are `count` entries."""
        self._everyone = (1 << count) - 1
        self._masks = {kind: tests.masks(count) for kind, tests in self._tests.items()}
        asking = {kind: tests.entries(count) for kind, tests in self._tests.items()}
        for kind in (None, *asking):
            others = 0
            for other, entries in asking.items():
                others |= entries if other is not kind else 0
            self._unknown[kind] = others

    def answer(self, value: Any, type_of: Callable[[Any, bool], tuple[type | None, Any]]) -> tuple[int, int]:
        """Who passes or cannot be told, and who cannot be told: a test against a literal of another type."""
        attribute = self.attribute
        kind, value = type_of(_followed(attribute, value) if attribute.keys else value, attribute.loose)
        masks = self._masks.get(kind)
        if masks is None:
            return self._everyone, self._unknown[None]
        passing = masks[0].passing(value)
        for mask in masks[1:]:
            passing &= mask.passing(value)
        return passing, self._unknown[kind]


def typed(value: Any, loose: bool) -> tuple[type | None, Any]:
    """The type of literals that a value may be compared with, and the value; no type where the library decides."""
    kind = type(value)
    if kind is str or kind is bool:
        return kind, value
    if kind is int:
        return (float if loose else int) if -LARGEST_INTEGER <= value <= LARGEST_INTEGER else None, value
    if kind is float and not isnan(value):
        return float, value
    if kind is Decimal and loose:  # as the library gets it
        return float, float(value)
    return None, value


def is_plain(value: Any) -> bool:
    """Whether the library takes a variable's value in, and all that is in it. What has no value is plain."""
    return type(value) is datetime or _is_plain_within(value)


def _is_plain_within(value: Any) -> bool:
    kind: type[Any] = type(value)
    if kind in _PLAIN:
        return True
    if kind is str:
        return value.isascii() or _is_text(value)
    if kind is int:
        return bool(-_LARGEST_IN_CEL <= value < _LARGEST_IN_CEL)
    if kind is dict:
        return all(type(key) is str and _is_plain_within(key) and _is_plain_within(item) for key, item in value.items())
    if kind is list or kind is tuple:
        return all(map(_is_plain_within, value))
    return isinstance(value, Decimal) and value.is_finite()


def _is_text(value: str) -> bool:
    """Without a surrogate that stands alone."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _followed(attribute: Attribute, value: Any) -> Any:
    """What lies at the path, or whether anything does; something that has no type where only the library knows."""
    *path, last = attribute.keys
    for key in path:
        if type(value) is not dict or key not in value:
            return _UNKNOWN
        value = value[key]
    if type(value) is not dict:
        return _UNKNOWN
    return last in value if attribute.asks else value.get(last, _UNKNOWN)
