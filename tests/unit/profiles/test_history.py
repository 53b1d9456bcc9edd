"""A history that cannot be trusted is refused, and the error names the column and the rows."""

from pathlib import Path

import duckdb
import pytest

from tandem.adapters.memory_archive import MemoryArchive
from tandem.errors import BadHistory
from tandem.profiles.imports import import_history

HEADER = "customer_id,order_id,ordered_at,amount,currency"
GOOD = "ann,o1,2026-11-01T09:30:00Z,39.95,USD"
LONG = "x" * 257


def refusal(path: Path) -> BadHistory:
    archive = MemoryArchive()
    with pytest.raises(BadHistory) as raised:
        import_history(path, archive, path.parent)
    assert not archive.objects
    return raised.value


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",o2,2026-11-01T09:30:00Z,1,USD", "customer_id", "empty in row 2"),
        ('"",o2,2026-11-01T09:30:00Z,1,USD', "customer_id", "empty in row 2"),
        ("ann,,2026-11-01T09:30:00Z,1,USD", "order_id", "empty in row 2"),
        ('"a\nb",o2,2026-11-01T09:30:00Z,1,USD', "customer_id", "holds a control character in row 2"),
        (f"ann,{LONG},2026-11-01T09:30:00Z,1,USD", "order_id", "longer than 256 characters in row 2"),
        ("ann,o2,2026-11-01T09:30:00,1,USD", "ordered_at", "without a time zone in row 2"),
        ("ann,o2,2026-11-01,1,USD", "ordered_at", "without a time zone in row 2"),
        ("ann,o2,,1,USD", "ordered_at", "not an ISO 8601 time like 2026-11-21T09:30:00Z in row 2"),
        ("ann,o2,1795219200,1,USD", "ordered_at", "not an ISO 8601 time like 2026-11-21T09:30:00Z in row 2"),
        ("ann,o2,2026-02-30T09:30:00Z,1,USD", "ordered_at", "not an ISO 8601 time like 2026-11-21T09:30:00Z in row 2"),
        ("ann,o2,2026-11-01T24:00:00Z,1,USD", "ordered_at", "not an ISO 8601 time like 2026-11-21T09:30:00Z in row 2"),
        ("ann,o2,1970-01-01T00:00:00Z,1,USD", "ordered_at", "before 1995 in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,,USD", "amount", "not an exact decimal like 39.95 in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,.,USD", "amount", "not an exact decimal like 39.95 in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,1e3,USD", "amount", "not an exact decimal like 39.95 in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,NaN,USD", "amount", "not an exact decimal like 39.95 in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,$12,USD", "amount", "not an exact decimal like 39.95 in row 2"),
        ('ann,o2,2026-11-01T09:30:00Z,"1,200.00",USD', "amount", "not an exact decimal like 39.95 in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,-5.00,USD", "amount", "negative (a refund is not an order) in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,10000000000000,JPY", "amount", "too large in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,9999999999999.99,KWD", "amount", "too large in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,1,", "currency", "not an ISO 4217 code in row 2"),
        ("ann,o2,2026-11-01T09:30:00Z,1,DOLLAR", "currency", "not an ISO 4217 code in row 2"),
        ("bob,o1,2026-11-01T09:30:00Z,39.95,USD", "order_id", "the same one with different content in 2 rows (1, 2)"),
        ("ann,o1,2026-11-01T09:30:00Z,39.96,USD", "order_id", "the same one with different content in 2 rows (1, 2)"),
    ],
)
def test_a_bad_row_is_refused_by_column_and_number(row: str, column: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{row}\n")

    assert refusal(path) == BadHistory(column, problem)


def test_many_bad_rows_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    rows = [f"ann,o{number},2026-11-01T09:30:00,1,USD" for number in range(2, 9)]
    path.write_text("\n".join([HEADER, GOOD, *rows, "ann,o9,2026-11-01T09:30:00Z,x,USD"]))

    found = refusal(path)

    assert str(found) == (
        "amount: not an exact decimal like 39.95 in row 9; ordered_at: without a time zone in 7 rows (2, 3, 4, 5, 6, …)"
    )


@pytest.mark.parametrize("column", HEADER.split(","))
def test_a_missing_column_is_named(column: str, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(f"{HEADER.replace(column, 'other')}\n{GOOD}\n")

    assert refusal(path).column == column


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{GOOD},more\n",
        f"{HEADER}\nann,o1\n",
        f'{HEADER}\n"ann,o1,2026-11-01T09:30:00Z,1,USD\n',
        f"{HEADER}\nann,o\udcff,2026-11-01T09:30:00Z,1,USD\n",
    ],
)
def test_a_file_that_is_no_csv_is_refused_whole(content: str, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes(content.encode(errors="surrogateescape"))

    assert refusal(path).column == "history"


@pytest.mark.parametrize("content", ["", "\n"])
def test_a_file_without_a_header_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(content)

    assert refusal(path).column == "customer_id"


def test_other_columns_a_byte_order_mark_and_lower_case_codes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(f"note,{HEADER}\r\nhello,{GOOD.lower().replace('t09', 'T09').replace('z', 'Z')}\r\n", "utf-8-sig")

    imported = import_history(path, MemoryArchive(), tmp_path)

    assert imported.counts.orders == 1


@pytest.mark.parametrize(
    ("cast", "column"),
    [
        ("amount::DOUBLE AS amount", "amount"),
        ("ordered_at::TIMESTAMP AS ordered_at", "ordered_at"),
        ("{'id': customer_id} AS customer_id", "customer_id"),
    ],
)
def test_a_parquet_column_of_a_wrong_type_is_refused(cast: str, column: str, tmp_path: Path) -> None:
    path = tmp_path / "history.parquet"
    (tmp_path / "source.csv").write_text(f"{HEADER}\n{GOOD}\n")
    duckdb.execute(
        f"COPY (SELECT * REPLACE ({cast}) FROM read_csv($source, all_varchar=true)) TO $target",
        {"source": str(tmp_path / "source.csv"), "target": str(path)},
    )

    assert refusal(path).column == column


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.xlsx"
    path.write_bytes(b"PK")

    assert refusal(path) == BadHistory("history", "a file must end in .csv or .parquet, not in '.xlsx'")
