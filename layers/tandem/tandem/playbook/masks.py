"""Sets of entries as bits of one integer: who passes the tests of one attribute, by its value.

Masks are made when a value first asks for them: reading ten thousand conditions makes lists of numbers alone.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

_BETWEEN: Final = 16  # thresholds from one mask that is kept to the next: of 10,000 entries, each is a kilobyte
_KEPT: Final = 64


def mask_of(entries: Iterable[int], count: int) -> int:
    """The bits of these entries, of `count`."""
    bits = bytearray(count // 8 + 1)
    for entry in entries:
        bits[entry >> 3] |= 1 << (entry & 7)
    return int.from_bytes(bits, "little")


def bits_of(mask: int) -> list[int]:
    """The numbers of the bits that are set, ascending. The highest is found at once, however long the mask."""
    found = []
    while mask:
        highest = mask.bit_length() - 1
        found.append(highest)
        mask ^= 1 << highest
    found.reverse()
    return found


class Equal:
    """Entries, each passed by certain values, of `count` in all."""

    def __init__(self, tests: Sequence[tuple[int, tuple[Any, ...]]], count: int) -> None:
        self._tests = tests
        self._count = count
        self._masks: dict[Any, int] = {}

    def passing(self, value: Any) -> int:
        """Who passes, and who does not ask."""
        if value not in self._entries:
            return self._others
        mask = self._masks.get(value)
        if mask is None:
            mask = self._masks[value] = self._others | mask_of(self._entries[value], self._count)
        return mask

    @cached_property
    def _entries(self) -> dict[Any, list[int]]:
        entries: dict[Any, list[int]] = {}
        for entry, literals in self._tests:
            for literal in literals:
                entries.setdefault(literal, []).append(entry)
        return entries

    @cached_property
    def _others(self) -> int:
        return (1 << self._count) - 1 & ~mask_of((entry for entry, _ in self._tests), self._count)


class Ordered:
    """Entries, each with a threshold that values have to be above, or below, of `count` in all.

    `touches` of a test says that the threshold itself passes.
    """

    def __init__(self, tests: Sequence[tuple[int, Any, bool]], count: int, *, above: bool) -> None:
        self._tests = tests
        self._count = count
        self._above = above
        self._masks: dict[int, int] = {}

    def passing(self, value: Any) -> int:
        """Who passes, and who does not ask."""
        place = bisect_right(self._keys, (value, 0))
        passed = place if self._above else len(self._keys) - place
        mask = self._masks.get(passed)
        if mask is None:
            mask = self._made(passed)
            if len(self._masks) < _KEPT:
                self._masks[passed] = mask
        return mask

    def _made(self, passed: int) -> int:
        """The nearest mask that is kept, and the few entries from there."""
        near = passed // _BETWEEN
        mask = self._steps[near]
        for entry in self._easiest_first[near * _BETWEEN : passed]:
            mask |= 1 << entry
        return mask

    @cached_property
    def _sorted(self) -> list[tuple[Any, int, int]]:
        """A key is at most (value, 0) if and only if the value is above the threshold, or is not below it."""
        return sorted((threshold, touches is not self._above, entry) for entry, threshold, touches in self._tests)

    @cached_property
    def _keys(self) -> list[tuple[Any, int]]:
        return [(threshold, beyond) for threshold, beyond, _ in self._sorted]

    @cached_property
    def _easiest_first(self) -> list[int]:
        entries = [entry for _, _, entry in self._sorted]
        return entries if self._above else entries[::-1]

    @cached_property
    def _steps(self) -> list[int]:
        """Who passes if the first 0, 16, 32, … do."""
        mask = (1 << self._count) - 1 & ~mask_of(self._easiest_first, self._count)
        steps = [mask]
        for start in range(0, len(self._easiest_first), _BETWEEN):
            mask |= mask_of(self._easiest_first[start : start + _BETWEEN], self._count)
            steps.append(mask)
        return steps
