"""Basket-value tiers: where a customer's average order lies among all customers'."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandem.attributes.totals import Sum


class Tier(StrEnum):
    """`unknown` (no order yet, or no snapshot) is treated as medium wherever content is chosen by tier."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CutPoints:
    """A snapshot's terciles of basket value (revenue / orders), in minor units of `currency`, both inclusive below.

    basket value <= low_max is low, <= medium_max is medium, above is high.
    """

    currency: str
    low_max: int
    medium_max: int


@dataclass(frozen=True, slots=True)
class SnapshotHeader:
    """What every customer needs of the last completely loaded snapshot, also one without a profile."""

    as_of: datetime
    cut_points: CutPoints | None
    profiles: int


def tier_of(totals: Sum, cut_points: CutPoints | None) -> Tier:
    """The tier of merged totals in the cut points' currency. Exact: compares revenue with limit times orders."""
    if cut_points is None or totals.orders == 0:
        return Tier.UNKNOWN
    if totals.revenue_minor <= cut_points.low_max * totals.orders:
        return Tier.LOW
    if totals.revenue_minor <= cut_points.medium_max * totals.orders:
        return Tier.MEDIUM
    return Tier.HIGH
