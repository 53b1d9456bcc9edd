"""Intervals of a rate and of a difference of two rates.

Wilson's score interval (E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22,
1927) and, of a difference, Newcombe's method 10, which is made of two of them (R. G. Newcombe, Interval estimation for
the difference between independent proportions, Statistics in Medicine 17, 1998, pages 873 to 890). Both hold for few
customers and for rates near 0, where the usual formula with the normal distribution does not.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share (or a difference of two), between -1 and 1, and where it lies with 95 % confidence."""

    value: float
    low: float
    high: float


def rate(hits: int, of: int) -> Estimate | None:
    """How many of so many; None of none."""
    if not of:
        return None
    share, square = hits / of, _Z * _Z
    middle = share + square / (2 * of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return Estimate(share, max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))


def difference(one: Estimate, other: Estimate) -> Estimate:
    """How much higher one rate is than the other, of two groups that have nothing to do with each other."""
    apart = one.value - other.value
    down = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Estimate(apart, max(-1.0, apart - down), min(1.0, apart + up))
