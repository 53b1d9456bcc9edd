"""History that is imported becomes events, received when they occurred: each order once, each history once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tandem.adapters.memory_archive import MemoryArchive
from tandem.events import OrderCompleted, order_identity
from tandem.profiles.imports import Counts, Imported, import_history
from tests.unit.profiles.brute_force import Row, write

AT = datetime(2026, 11, 1, 9, 30, 0, 123456, tzinfo=UTC)
ROWS = [
    Row("ann", "o1", AT, Decimal("39.95")),
    Row("bob", "o2", AT - timedelta(days=400), Decimal("12.5"), "JPY"),
    Row('o\'neil "x", y', "o3", AT, Decimal("0.125"), "KWD"),
]


@pytest.fixture
def archive() -> MemoryArchive:
    return MemoryArchive()


def bring(rows: list[Row], archive: MemoryArchive, folder: Path) -> Imported:
    return import_history(write(rows, folder / "history.csv"), archive, folder)


def test_an_order_becomes_the_event_that_the_door_would_have_brought(archive: MemoryArchive, tmp_path: Path) -> None:
    imported = bring(ROWS, archive, tmp_path)

    found = {event.customer_id: event for event in archive.read_import(imported.key)}
    assert found.keys() == {"ann", "bob", 'o\'neil "x", y'}
    ann = found["ann"]
    assert (ann.type, ann.identity) == ("order_completed", order_identity("o1"))
    assert ann.occurred_at == ann.received_at == AT
    assert ann.body == OrderCompleted("o1", 3995, "USD", (), "", "")


def test_amounts_are_rounded_as_an_events_are(archive: MemoryArchive, tmp_path: Path) -> None:
    imported = bring(ROWS, archive, tmp_path)

    bodies = [event.body for event in archive.read_import(imported.key)]
    totals = {body.order_id: body.total_minor for body in bodies if isinstance(body, OrderCompleted)}
    assert totals == {"o1": 3995, "o2": 12, "o3": 125}


def test_the_same_orders_in_another_order_are_the_same_import_which_is_written_once(
    archive: MemoryArchive, tmp_path: Path
) -> None:
    first = bring(ROWS, archive, tmp_path)
    before = dict(archive.objects)
    archive.down = True  # nothing can be put

    again = bring([*reversed(ROWS), ROWS[0]], archive, tmp_path)

    assert (first.new, again.new) == (True, False)
    assert first.key == again.key
    assert archive.objects == before


def test_the_same_order_in_two_rows_is_one_event(archive: MemoryArchive, tmp_path: Path) -> None:
    again = ROWS[0]._replace(amount=Decimal("39.9500"))

    imported = bring([ROWS[0], again, ROWS[0]], archive, tmp_path)

    assert imported.counts == Counts(rows=3, duplicates=2, orders=1, customers=1)
    assert len(list(archive.read_import(imported.key))) == 1


def test_an_empty_history_is_an_import_of_nothing(archive: MemoryArchive, tmp_path: Path) -> None:
    imported = bring([], archive, tmp_path)

    assert imported.counts == Counts(0, 0, 0, 0)
    assert list(archive.read_import(imported.key)) == []


def test_parquet_with_typed_columns_is_the_same_import_as_csv(archive: MemoryArchive, tmp_path: Path) -> None:
    rows = [Row("ann", "17", AT, Decimal("39.95")), Row("ann", "18", AT, Decimal("0.05"))]
    from_csv = bring(rows, archive, tmp_path)
    typed = tmp_path / "history.parquet"
    duckdb.execute(
        "COPY (SELECT customer_id, order_id::INTEGER AS order_id, ordered_at::TIMESTAMPTZ AS ordered_at,"
        " amount::DECIMAL(12, 2) AS amount, currency FROM read_csv($source, all_varchar=true)) TO $target",
        {"source": str(tmp_path / "history.csv"), "target": str(typed)},
    )

    assert import_history(typed, archive, tmp_path).key == from_csv.key
