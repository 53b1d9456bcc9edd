"""A function killed at one of its AWS calls: before the call was made, or after it was carried out.

What a killed process knew is gone, so killed after a call is killed before the next one: `PLACES` of a function's
calls are all that a second kill can differ by. The tests of single kills compare both sides.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import Any, Literal

When = Literal["before", "after"]
Point = tuple[int, When]


class Killed(BaseException):
    """Nothing in the code may catch it, as nothing can catch the end of a process."""


def points(calls: Sequence[str]) -> list[Point]:
    """Before and after each call."""
    return [(number, when) for number in range(len(calls)) for when in ("before", "after")]


def places(calls: Sequence[str]) -> list[Point]:
    """Points of which no two are the same state: before anything, and after each call."""
    return [(0, "before"), *((number, "after") for number in range(len(calls)))]


def pairs(calls: Sequence[str]) -> list[tuple[Point, Point]]:
    """The first delivery is killed at the one, the next at the other: the full square."""
    return list(product(places(calls), places(calls)))


def band(calls: Sequence[str]) -> list[tuple[Point, Point]]:
    """Of those the ones by the diagonal: the next delivery gets as far as the first, or one call further."""
    at = places(calls)
    return [*zip(at, at, strict=True), *pairwise(at)]


class Killer:
    """Counts the AWS calls of some clients and kills at one of them. Calls are counted from 0.

    `only` are the names of the calls that count; all of them where it is empty.
    """

    def __init__(self, clients: Iterable[Any], only: Iterable[str] = ()) -> None:
        self.calls: list[str] = []
        self._only = frozenset(only)
        self._counts = True
        self._at: int | None = None
        self._when: When = "before"
        for client in clients:
            client.meta.events.register("before-call", self._before)
            client.meta.events.register("after-call", self._after)

    def arm(self, at: int, when: When) -> None:
        """Kills at the call with this number, counted from now."""
        self.calls, self._at, self._when = [], at, when

    def disarm(self) -> None:
        """Lets every call pass."""
        self.calls, self._at = [], None

    def _before(self, model: Any, **_: Any) -> None:
        self._counts = not self._only or model.name in self._only
        if self._counts:
            self.calls.append(model.name)
            self._kill("before")

    def _after(self, **_: Any) -> None:
        if self._counts:
            self._kill("after")

    def _kill(self, when: When) -> None:
        if self._at == len(self.calls) - 1 and self._when == when:
            raise Killed
