"""The SQL that runs is the SQL that the expressions say, and it counts money as the fast brain does."""

from decimal import Decimal
from pathlib import Path

import duckdb
import ibis
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra import sql
from tandem.events.money import DECIMALS, to_minor
from tandem.profiles.engine import create
from tandem.profiles.expressions import EXPRESSIONS


def test_the_committed_sql_is_what_ibis_generates_now() -> None:
    assert sql.stale() == []


def test_a_changed_a_missing_and_a_left_over_file_are_stale(tmp_path: Path) -> None:
    sql.write(tmp_path)
    (tmp_path / "lines.sql").write_text("SELECT 1")
    (tmp_path / "orders.sql").unlink()
    (tmp_path / "old.sql").write_text("SELECT 1")

    assert sql.stale(tmp_path) == ["lines.sql", "old.sql", "orders.sql"]
    sql.write(tmp_path)
    assert sql.stale(tmp_path) == []


@pytest.mark.parametrize("name", sorted(EXPRESSIONS))
def test_every_expression_compiles_for_spark_too(name: str) -> None:
    assert "SELECT" in ibis.to_sql(EXPRESSIONS[name](), dialect="pyspark")


def minor_in_sql(amount: str, currency: str) -> int:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE history AS SELECT 1 AS row, 'c' AS customer_id, 'o' AS order_id,"
            " '2026-11-21T00:00:00Z' AS ordered_at, $amount AS amount, $currency AS currency",
            {"amount": amount, "currency": currency},
        )
        create(connection, "lines")
        create(connection, "orders")
        found: tuple[int] = connection.execute("SELECT minor FROM orders").fetchall()[0]
    return found[0]


AMOUNTS = st.one_of(
    st.decimals(min_value=0, max_value=10**11, allow_nan=False, allow_infinity=False),
    st.builds(Decimal, st.from_regex(r"[0-9]{1,9}\.[0-9]{0,3}50{0,9}", fullmatch=True)),
)


@settings(max_examples=150, deadline=None)
@given(amount=AMOUNTS, currency=st.sampled_from(["USD", "EUR", "XXX", *sorted(DECIMALS)]))
@example(Decimal("0.125"), "USD")
@example(Decimal("0.135"), "USD")
@example(Decimal("0.125000000000000000000000001"), "USD")
@example(Decimal("0.5"), "JPY")
@example(Decimal("1.5"), "JPY")
@example(Decimal("39.949999999999996"), "USD")
@example(Decimal(999999999999999), "JPY")
def test_an_amount_in_sql_is_to_minor_of_it(amount: Decimal, currency: str) -> None:
    assert minor_in_sql(f"{amount:f}", currency) == to_minor(amount, currency)


@pytest.mark.parametrize(("amount", "minor"), [("7.", 700), (".5", 50), ("007.10", 710), ("0", 0), ("0.00", 0)])
def test_amounts_are_read_as_people_write_them(amount: str, minor: int) -> None:
    assert minor_in_sql(amount, "USD") == minor
