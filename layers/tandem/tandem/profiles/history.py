"""An order history, CSV or Parquet, into the table `history`: text as it was written, rows numbered from 1.

The header is not a row. In CSV each column is text; in Parquet ids may be integers and amounts decimals or integers,
never floats.
"""

import csv
from pathlib import Path
from typing import Final

import duckdb

from tandem.errors import BadHistory

COLUMNS: Final = ("customer_id", "order_id", "ordered_at", "amount", "currency")
_CREATE: Final = (
    "CREATE TABLE history AS SELECT row_number() OVER () AS row,"
    " CAST(customer_id AS VARCHAR) AS customer_id, CAST(order_id AS VARCHAR) AS order_id,"
    " CAST(ordered_at AS VARCHAR) AS ordered_at, CAST(amount AS VARCHAR) AS amount,"
    " CAST(currency AS VARCHAR) AS currency FROM "
)
_CSV: Final = "read_csv($path, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', columns=$columns)"
_PARQUET: Final = "read_parquet($path)"
_DESCRIBE: Final = "DESCRIBE SELECT * FROM read_parquet($path)"
_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_ALLOWED: Final = {
    "customer_id": ("VARCHAR", *_INTEGERS),
    "order_id": ("VARCHAR", *_INTEGERS),
    "ordered_at": ("VARCHAR", "TIMESTAMP WITH TIME ZONE"),
    "amount": ("VARCHAR", "DECIMAL", *_INTEGERS),
    "currency": ("VARCHAR",),
}


def read_history(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Create the table `history` from a file. Raises BadHistory naming the column, or the file."""
    try:
        match path.suffix.lower():
            case ".csv":
                _read_csv(connection, path)
            case ".parquet":
                _read_parquet(connection, path)
            case other:
                raise BadHistory("history", f"a file must end in .csv or .parquet, not in {other!r}")
    except (duckdb.Error, UnicodeDecodeError, csv.Error) as error:
        raise BadHistory("history", f"cannot be read: {str(error).partition('Possible fixes')[0].strip()}") from error


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file), [])
    _check_names(names)
    connection.execute(_CREATE + _CSV, {"path": str(path), "columns": dict.fromkeys(names, "VARCHAR")})


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    described = connection.execute(_DESCRIBE, {"path": str(path)}).fetchall()
    types = {str(name): str(kind) for name, kind, *_ in described}
    _check_names(list(types))
    for column, allowed in _ALLOWED.items():
        _check_type(column, types[column], allowed)
    connection.execute(_CREATE + _PARQUET, {"path": str(path)})


def _check_names(names: list[str]) -> None:
    for column in COLUMNS:
        if names.count(column) != 1:
            found = ", ".join(names) or "nothing"
            raise BadHistory(column, f"must be one column of the history, which has: {found}")


def _check_type(column: str, kind: str, allowed: tuple[str, ...]) -> None:
    if kind.partition("(")[0] in allowed:
        return
    if column == "ordered_at" and kind.startswith("TIMESTAMP"):
        raise BadHistory(column, f"without a time zone in every row ({kind})")
    if kind in ("DOUBLE", "FLOAT"):
        raise BadHistory(column, f"a float ({kind}) in every row; amounts are exact decimals")
    raise BadHistory(column, f"of type {kind}; allowed are {', '.join(allowed)}")
