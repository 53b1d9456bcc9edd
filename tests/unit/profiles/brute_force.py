"""The slow brain's definitions once more, in plain Python over a list of orders: what a build is compared with."""

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tandem.attributes import CutPoints, Profile
from tandem.attributes.profile import LISTED_FOR
from tandem.attributes.windows import to_ms
from tandem.events import order_identity
from tandem.events.money import to_minor
from tandem.events.times import to_text

CURRENCY = "USD"
QUARTER_MS = 900_000


class Row(NamedTuple):
    """A line of an order history."""

    customer_id: str
    order_id: str
    ordered_at: datetime
    amount: Decimal
    currency: str = CURRENCY

    @property
    def minor(self) -> int:
        return to_minor(self.amount, self.currency)


class Said(NamedTuple):
    """What a profile says, as far as an order history tells: `today` are the quarter hours of the last 26 hours,
    as long ago as today can have begun in any zone."""

    orders: int
    basket_orders: int
    revenue_minor: int
    today: dict[int, int]
    first_order_at: int
    last_order_at: int
    listed: frozenset[str]
    figures: dict[str, Any]


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


def profiles(rows: Iterable[Row], as_of: datetime) -> dict[str, Said]:
    """What every customer's profile says."""
    by_customer: defaultdict[str, list[Row]] = defaultdict(list)
    for row in included(rows, as_of):
        by_customer[row.customer_id].append(row)
    return {customer: _said(held, as_of) for customer, held in by_customer.items()}


def _said(rows: list[Row], as_of: datetime) -> Said:
    values = [row.minor for row in rows if row.currency == CURRENCY]
    last = max(row.ordered_at for row in rows)
    return Said(
        orders=len(rows),
        basket_orders=len(values),
        revenue_minor=sum(values),
        today=_today(rows, as_of),
        first_order_at=min(to_ms(row.ordered_at) for row in rows),
        last_order_at=to_ms(last),
        listed=frozenset(order_identity(row.order_id) for row in rows if row.ordered_at >= as_of - LISTED_FOR),
        figures={
            "frequency": len(rows),
            "monetary_minor": sum(values) // len(values) if values else 0,
            "last_order_at": to_text(last.replace(microsecond=last.microsecond // 1000 * 1000)),
        },
    )


def _today(rows: list[Row], as_of: datetime) -> dict[int, int]:
    sums: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        grain = to_ms(row.ordered_at) // QUARTER_MS
        if row.currency == CURRENCY and grain >= _oldest(as_of):
            sums[grain] += row.minor
    return dict(sums)


def _oldest(as_of: datetime) -> int:
    return to_ms(as_of - timedelta(hours=26)) // QUARTER_MS


def said(profile: Profile) -> Said:
    """What a built profile says, by the standard rules' codes."""
    parts = profile.parts
    return Said(
        orders=parts[1][0],
        basket_orders=parts.get(2, {}).get(0, 0),
        revenue_minor=parts.get(3, {}).get(0, 0),
        today={grain: minor for grain, minor in parts.get(4, {}).items() if grain >= _oldest(profile.as_of)},
        first_order_at=parts[5][0],
        last_order_at=parts[6][0],
        listed=profile.listed,
        figures=dict(profile.figures),
    )


def cut_points(rows: Iterable[Row], as_of: datetime) -> CutPoints | None:
    """The terciles of basket value, by nearest rank, rounded up."""
    baskets: defaultdict[str, list[int]] = defaultdict(list)
    for row in included(rows, as_of):
        if row.currency == CURRENCY:
            baskets[row.customer_id].append(row.minor)
    if not baskets:
        return None
    values = sorted(Fraction(sum(held), len(held)) for held in baskets.values())
    third, two_thirds = (values[math.ceil(Fraction(part * len(values), 3)) - 1] for part in (1, 2))
    return CutPoints(CURRENCY, math.ceil(third), math.ceil(two_thirds))
