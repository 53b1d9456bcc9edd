"""DuckDB as the slow brain runs it: no network, no extensions, in UTC, spilling only to the folder it is given."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from tandem.attributes.profile import LISTED_FOR, RECENT_FOR
from tandem.events.times import EARLIEST

SQL: Final = Path(__file__).parent / "sql"


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


def create_parameters(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
    """The one row `parameters` with the moments that depend on `as_of`."""
    connection.execute(
        "CREATE TABLE parameters AS SELECT $earliest AS earliest, $as_of AS as_of,"
        " $listed_from AS listed_from, $recent_from AS recent_from",
        {
            "earliest": EARLIEST,
            "as_of": as_of,
            "listed_from": as_of - LISTED_FOR,
            "recent_from": as_of - RECENT_FOR,
        },
    )


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
