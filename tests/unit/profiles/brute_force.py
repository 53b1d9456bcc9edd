"""The slow brain's definitions once more, in plain Python over a list of orders: what the SQL is compared with."""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from tandem.attributes.profile import Profile, RecentSum
from tandem.attributes.tiers import CutPoints
from tandem.attributes.totals import total
from tandem.events.identity import order_identity
from tandem.events.money import to_minor


class Row(NamedTuple):
    """A line of an order history."""

    customer_id: str
    order_id: str
    ordered_at: datetime
    amount: Decimal
    currency: str = "USD"

    @property
    def minor(self) -> int:
        return to_minor(self.amount, self.currency)


def write(rows: Iterable[Row], path: Path) -> Path:
    """The rows as a CSV history, microseconds and all."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(Row._fields)
        writer.writerows((*row[:2], row.ordered_at.isoformat(), *row[3:]) for row in rows)
    return path


def included(rows: Iterable[Row], as_of: datetime) -> list[Row]:
    """Each order before `as_of`, once."""
    return [row for row in {row.order_id: row for row in rows}.values() if row.ordered_at < as_of]


def main_currency(rows: list[Row]) -> str:
    used = Counter(row.currency for row in rows)
    return min(used, key=lambda currency: (-used[currency], currency))


def profiles(rows: Iterable[Row], as_of: datetime) -> dict[str, Profile]:
    """Every customer's profile."""
    orders = included(rows, as_of)
    by_customer: defaultdict[str, list[Row]] = defaultdict(list)
    for row in orders:
        by_customer[row.customer_id].append(row)
    currency = main_currency(orders) if orders else ""
    return {customer: _profile(customer, held, as_of, currency) for customer, held in by_customer.items()}


def _profile(customer_id: str, rows: list[Row], as_of: datetime, currency: str) -> Profile:
    recent: Counter[tuple[datetime, str]] = Counter()
    for row in rows:
        if row.ordered_at >= as_of - timedelta(hours=27):
            into = timedelta(minutes=row.ordered_at.minute % 15, seconds=row.ordered_at.second)
            recent[row.ordered_at.replace(microsecond=0) - into, row.currency] += row.minor
    values = [row.minor for row in rows if row.currency == currency]
    last = max(row.ordered_at for row in rows)
    return Profile(
        customer_id=customer_id,
        as_of=as_of,
        totals=total((row.currency, row.minor) for row in rows),
        first_order_at=min(row.ordered_at for row in rows),
        last_order_at=last,
        recency_days=(as_of - last).days,
        frequency=len(rows),
        monetary_minor=sum(values) // len(values) if values else 0,
        listed=frozenset(order_identity(row.order_id) for row in rows if row.ordered_at >= as_of - timedelta(days=47)),
        recent=tuple(RecentSum(*key, recent[key]) for key in sorted(recent)),
    )


def cut_points(rows: Iterable[Row], as_of: datetime) -> CutPoints | None:
    """The terciles of basket value, by nearest rank, rounded up."""
    orders = included(rows, as_of)
    if not orders:
        return None
    currency = main_currency(orders)
    baskets: defaultdict[str, list[int]] = defaultdict(list)
    for row in orders:
        if row.currency == currency:
            baskets[row.customer_id].append(row.minor)
    values = sorted(Fraction(sum(held), len(held)) for held in baskets.values())
    third, two_thirds = (values[math.ceil(Fraction(part * len(values), 3)) - 1] for part in (1, 2))
    return CutPoints(currency, math.ceil(third), math.ceil(two_thirds))
