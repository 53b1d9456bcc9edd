"""DuckDB as the slow brain runs it: no network, no extensions, in UTC, spilling only to the folder it is given."""

from collections.abc import Iterable, Sequence
from itertools import batched
from pathlib import Path
from typing import Any, Final

import duckdb

SQL: Final = Path(__file__).parent / "sql"
AT_ONCE: Final = 2_000


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """An empty database in memory."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(folder),
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def statement(name: str) -> str:
    """The committed SQL of an expression."""
    return (SQL / f"{name}.sql").read_text()


def create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create the table `name` by the committed SQL of that name."""
    connection.execute(f"CREATE TABLE {name} AS {statement(name)}")


def rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """What the committed SQL of that name answers."""
    answer = connection.execute(statement(name))
    columns = [column[0] for column in answer.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, types: Sequence[str], many: Iterable[Sequence[object]]
) -> None:
    """Puts rows into a table of ours: a list a column, some thousands at once (row by row takes a hundred times it)."""
    lists = ", ".join(f"unnest($c{at}::{kind}[])" for at, kind in enumerate(types))
    for chunk in batched(many, AT_ONCE, strict=False):
        columns = zip(*chunk, strict=True)
        connection.execute(
            f"INSERT INTO {table} SELECT {lists}",
            {f"c{at}": list(column) for at, column in enumerate(columns)},
        )


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    """What a query answers as a file. The same rows in the same order are the same bytes."""
    connection.execute(f"COPY ({query}) TO $path (FORMAT parquet)", {"path": str(path)})
    return path
