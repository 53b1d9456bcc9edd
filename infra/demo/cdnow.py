"""CDNOW's real orders, and an order history made from them.

69,659 orders of 23,570 customers of an online shop, 1 January 1997 to 30 June 1998 (B. Hardie's CDNOW data set). The
data has days, not times of day, and no order ids: an order's id is the number of its row. The times of day are made up.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from tandem.events.times import to_text
from tandem.profiles.history import COLUMNS

CURRENCY: Final = "USD"
_DAY_SECONDS: Final = 86_400
_STRIDE: Final = 7_919  # a prime, so that the rows of a day are spread over it


@dataclass(frozen=True, slots=True)
class Order:
    """A row of the data set; `row` counts from 1, without the header."""

    row: int
    customer_id: str
    day: date
    cds: int
    amount: Decimal

    @property
    def order_id(self) -> str:
        """The order's id, here and in every event made from it."""
        return str(self.row)


def orders(path: Path) -> Iterator[Order]:
    """Every row of the data set, in its order."""
    with path.open(encoding="ascii") as file:
        next(file)
        for row, line in enumerate(file, start=1):
            customer_id, day, cds, amount = line.split()
            yield Order(row, customer_id, date.fromisoformat(day), int(cds), Decimal(amount))


def ordered_at(order: Order, shift: timedelta = timedelta(0)) -> datetime:
    """When an order was made: its day, moved by whole days, and a made-up time of day that its row decides."""
    midnight = datetime.combine(order.day, datetime.min.time(), tzinfo=UTC) + timedelta(days=shift.days)
    return midnight + timedelta(seconds=order.row * _STRIDE % _DAY_SECONDS)


def write_history(found: Iterable[Order], target: Path, shift: timedelta = timedelta(0)) -> None:
    """An order history as CSV, as `build_profiles` reads it, moved by whole days."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for order in found:
            moment = to_text(ordered_at(order, shift))
            writer.writerow((order.customer_id, order.order_id, moment, order.amount, CURRENCY))
