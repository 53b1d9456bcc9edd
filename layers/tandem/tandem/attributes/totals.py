"""Orders and revenue as a partial aggregate: a commutative monoid, a currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Sum(NamedTuple):
    """How many orders, and what they came to in minor units."""

    orders: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """`by_currency` maps an ISO 4217 code to its Sum. `Totals()` is the neutral element."""

    by_currency: Mapping[str, Sum] = field(default_factory=dict)

    def __add__(self, other: "Totals") -> "Totals":
        merged = dict(self.by_currency)
        for currency, more in other.by_currency.items():
            held = merged.get(currency, Sum(0, 0))
            merged[currency] = Sum(held.orders + more.orders, held.revenue_minor + more.revenue_minor)
        return Totals(merged)

    @property
    def orders(self) -> int:
        """Orders in every currency."""
        return sum(held.orders for held in self.by_currency.values())

    def of(self, currency: str) -> Sum:
        """Orders and revenue in one currency."""
        return self.by_currency.get(currency, Sum(0, 0))


def total(amounts: Iterable[tuple[str, int]]) -> Totals:
    """The Totals of single orders, each a currency and an amount in minor units."""
    held: dict[str, Sum] = {}
    for currency, minor in amounts:
        orders, revenue = held.get(currency, Sum(0, 0))
        held[currency] = Sum(orders + 1, revenue + minor)
    return Totals(held)
