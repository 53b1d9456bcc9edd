"""The conversion of CDNOW's orders keeps every fact of the data set that the demo and the tests rely on."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

import pytest

from infra.demo.cdnow import Order, ordered_at, orders, write_history

DATA: Final = Path(__file__).parents[2] / "data" / "cdnow_master.txt"
NIGHT: Final = date(1997, 3, 18)


@pytest.fixture(scope="module")
def held() -> list[Order]:
    return list(orders(DATA))


def test_every_row_is_an_order_of_its_own(held: list[Order]) -> None:
    content = Counter((order.customer_id, order.day, order.cds, order.amount) for order in held)

    assert len(held) == len({order.order_id for order in held}) == 69_659
    assert len({order.customer_id for order in held}) == 23_570
    assert sum(times - 1 for times in content.values()) == 255
    assert sum(order.amount == 0 for order in held) == 80
    assert held[2] == Order(3, "00002", date(1997, 1, 12), 5, Decimal("77.00"))


def test_the_18_march_has_468_orders_of_453_customers_and_294_first_ones(held: list[Order]) -> None:
    before = {order.customer_id for order in held if order.day < NIGHT}
    of_the_day = [order for order in held if order.day == NIGHT]
    customers = {order.customer_id for order in of_the_day}

    assert len(of_the_day) == 468
    assert len(customers) == 453
    assert len(customers - before) == 294


def test_every_order_stays_on_its_day_when_history_is_moved_by_days(held: list[Order]) -> None:
    shift = timedelta(days=10_840)

    assert all(ordered_at(order).date() == order.day for order in held)
    assert all(ordered_at(order, shift) - ordered_at(order) == shift for order in held)


def test_a_written_history_says_what_the_data_says(held: list[Order], tmp_path: Path) -> None:
    write_history(islice(held, 3), tmp_path / "history.csv")

    with (tmp_path / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["order_id"] for row in rows] == ["1", "2", "3"]
    assert rows[2]["customer_id"] == "00002"
    assert rows[2]["amount"] == "77.00"
    assert rows[2]["currency"] == "USD"
    assert datetime.fromisoformat(rows[2]["ordered_at"]) == ordered_at(held[2]).astimezone(UTC)
