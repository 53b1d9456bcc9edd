"""Chance that stays the same: a number in [0, 1) by a hash, for holdouts, splits, variants and the draw of a policy."""

from collections.abc import Sequence
from typing import Final

from tandem.events import digest

_ALL: Final = 2.0**64


def share(*parts: str) -> float:
    """The same for the same parts, and spread evenly over all customers."""
    return int(digest("share", *parts), 16) / _ALL


def pick(weights: Sequence[int], drawn: float) -> int:
    """Which of the weights a number in [0, 1) falls into."""
    rest = drawn * sum(weights)
    for place, weight in enumerate(weights):
        if rest < weight:
            return place
        rest -= weight
    return max(place for place, weight in enumerate(weights) if weight)
