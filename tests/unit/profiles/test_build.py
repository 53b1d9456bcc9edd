"""A snapshot says of each customer what a plain Python loop over the same orders says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.attributes.profile import Profile
from tandem.profiles.build import Snapshot, build_snapshot
from tandem.profiles.snapshot import Counts, pack_manifest, read_profiles, unpack_manifest
from tests.unit.profiles import brute_force
from tests.unit.profiles.brute_force import Row, write

AS_OF: Final = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
Build = Callable[[list[Row]], Snapshot]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return lambda rows: build_snapshot(write(rows, tmp_path / "history.csv"), AS_OF, tmp_path)


def order(
    order_id: str, before: timedelta, *, customer: str = "ann", amount: str = "10.00", currency: str = "USD"
) -> Row:
    return Row(customer, order_id, AS_OF - before, Decimal(amount), currency)


def profiles_of(snapshot: Snapshot) -> dict[str, Profile]:
    return {profile.customer_id: profile for profile in read_profiles(snapshot.profiles, AS_OF)}


BEFORE = st.one_of(
    st.sampled_from(
        [
            timedelta(days=days, hours=hours, microseconds=micro)
            for days, hours in ((45, 0), (0, 27), (0, 0), (1, 0), (2, 0))
            for micro in (-1, 0, 1)
        ]
    ),
    st.timedeltas(min_value=timedelta(hours=-2), max_value=timedelta(days=60)),
)
ROWS = st.lists(
    st.builds(
        Row,
        customer_id=st.sampled_from(["ann", "bob", "Zoë", "李", 'o\'neil "x", y']),
        order_id=st.just(""),
        ordered_at=BEFORE.map(lambda before: AS_OF - before),
        amount=st.decimals(min_value=0, max_value=10**6, places=6, allow_nan=False, allow_infinity=False),
        currency=st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"]),
    ),
    max_size=25,
).map(lambda rows: [row._replace(order_id=f"o{number}") for number, row in enumerate(rows)])


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_any_history_gives_what_brute_force_gives(rows: list[Row]) -> None:
    with TemporaryDirectory() as folder:
        snapshot = build_snapshot(write(rows, Path(folder) / "history.csv"), AS_OF, Path(folder))

        found = profiles_of(snapshot)

    assert found == brute_force.profiles(rows, AS_OF)
    assert snapshot.manifest.header.cut_points == brute_force.cut_points(rows, AS_OF)


@settings(max_examples=20, deadline=None)
@given(rows=ROWS, data=st.data())
def test_any_order_of_the_rows_gives_the_same_bytes(rows: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))

    made = []
    for held in (rows, shuffled):
        with TemporaryDirectory() as folder:
            snapshot = build_snapshot(write(held, Path(folder) / "history.csv"), AS_OF, Path(folder))
            made.append((pack_manifest(snapshot.manifest), snapshot.profiles.read_bytes()))

    assert made[0] == made[1]


def test_the_same_order_in_two_rows_counts_once(build: Build) -> None:
    once = order("o1", timedelta(days=1))
    again = once._replace(amount=Decimal("10.0000"))

    snapshot = build([once, again, once])

    assert profiles_of(snapshot)["ann"].frequency == 1
    assert snapshot.manifest.counts == Counts(rows=3, duplicates=2, after_as_of=0, orders=1, customers=1)


def test_an_order_at_as_of_is_left_out_and_counted(build: Build) -> None:
    rows = [order("o1", timedelta(0)), order("o2", timedelta(microseconds=1)), order("o3", timedelta(days=-3))]

    snapshot = build(rows)

    assert profiles_of(snapshot)["ann"].frequency == 1
    assert snapshot.manifest.counts == Counts(rows=3, duplicates=0, after_as_of=2, orders=1, customers=1)


def test_monetary_value_is_floored_and_in_the_currency_of_most_orders(build: Build) -> None:
    rows = [
        order("o1", timedelta(days=1), amount="10.00"),
        order("o2", timedelta(days=1), amount="10.00"),
        order("o3", timedelta(days=1), amount="10.01"),
        order("o4", timedelta(days=1), amount="999", currency="EUR"),
        order("o5", timedelta(days=1), amount="999", currency="EUR", customer="bob"),
    ]

    found = profiles_of(build(rows))

    assert found["ann"].monetary_minor == 1000
    assert found["bob"].monetary_minor == 0


def test_of_currencies_with_as_many_orders_the_first_by_code_is_the_main_one(build: Build) -> None:
    rows = [order("o1", timedelta(days=1), currency="USD"), order("o2", timedelta(days=1), currency="EUR")]

    snapshot = build(rows)

    assert snapshot.manifest.header.cut_points is not None
    assert snapshot.manifest.header.cut_points.currency == "EUR"


def test_an_empty_history_is_a_snapshot_without_profiles_and_cut_points(build: Build) -> None:
    snapshot = build([])

    assert profiles_of(snapshot) == {}
    assert snapshot.manifest.header.cut_points is None
    assert snapshot.manifest.counts == Counts(0, 0, 0, 0, 0)


def test_parquet_with_typed_columns_gives_what_csv_gives(build: Build, tmp_path: Path) -> None:
    rows = [order("17", timedelta(days=1), amount="39.95"), order("18", timedelta(hours=3), amount="0.05")]
    from_csv = build(rows).profiles.read_bytes()
    typed = tmp_path / "history.parquet"
    duckdb.execute(
        "COPY (SELECT customer_id, order_id::INTEGER AS order_id, ordered_at::TIMESTAMPTZ AS ordered_at,"
        " amount::DECIMAL(12, 2) AS amount, currency FROM read_csv($source, all_varchar=true)) TO $target",
        {"source": str(tmp_path / "history.csv"), "target": str(typed)},
    )

    from_parquet = build_snapshot(typed, AS_OF, tmp_path).profiles.read_bytes()

    assert from_parquet == from_csv


def test_a_manifest_is_read_back_as_it_was_written(build: Build) -> None:
    manifest = build([order("o1", timedelta(days=1))]).manifest

    assert unpack_manifest(pack_manifest(manifest)) == manifest
