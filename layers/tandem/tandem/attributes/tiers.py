"""Basket-value tiers: where a customer's average order lies among all customers'."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    """What every customer needs of the last completely loaded snapshot, also one without a profile.

    `codes` are the rules it carries.
    """

    as_of: datetime
    cut_points: CutPoints | None
    profiles: int
    codes: frozenset[int] = frozenset()
