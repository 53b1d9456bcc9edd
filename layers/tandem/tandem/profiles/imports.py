"""History that is imported becomes events: `order_completed`, received when they occurred."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Protocol

import duckdb

from tandem.archive import ArchiveReader, Imports, Line
from tandem.archive.keys import import_key
from tandem.archive.lines import moment_text
from tandem.errors import BadHistory
from tandem.events import digest
from tandem.events.money import to_major
from tandem.events.times import EARLIEST
from tandem.profiles.engine import connect, create, rows
from tandem.profiles.history import read_history

AT_ONCE: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ORDERS: Final = (
    "SELECT customer_id, order_id, epoch_us(ordered_at), currency, minor FROM orders ORDER BY ordered_at, order_id"
)


class Archive(ArchiveReader, Imports, Protocol):
    """The archive as the slow brain needs it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """`rows` of the history = `duplicates` (the same order again) + `orders`."""

    rows: int
    duplicates: int
    orders: int
    customers: int


@dataclass(frozen=True, slots=True)
class Imported:
    """An import: its key, what was counted, and whether it is new."""

    key: str
    counts: Counts
    new: bool

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"key": self.key, "new": self.new, **asdict(self.counts)}


def import_history(history: Path, archive: Archive, folder: Path) -> Imported:
    """The orders of a CSV or Parquet file, as an import of the archive. Raises BadHistory, and Unavailable.

    The same orders, in any order of rows, are the same import, which is written once. `folder` is for what DuckDB
    spills.
    """
    with closing(connect(folder)) as connection:
        connection.execute("CREATE TABLE parameters AS SELECT $earliest AS earliest", {"earliest": EARLIEST})
        read_history(connection, history)
        create(connection, "lines")
        _refuse_problems(connection)
        create(connection, "orders")
        _refuse_conflicts(connection)
        counts = Counts(**rows(connection, "counts")[0])
        name = _name(connection)
        new = import_key(name) not in archive.imports()
        if new:
            archive.write_import(name, _lines(connection))
    return Imported(import_key(name), counts, new)


def _name(connection: duckdb.DuckDBPyConnection) -> str:
    content = sha256()
    for line in _lines(connection):
        content.update(line.message.encode())
    return f"history-{content.hexdigest()[:32]}"


def _lines(connection: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    answer = connection.execute(_ORDERS)
    while found := answer.fetchmany(AT_ONCE):
        yield from (_line(*row) for row in found)


def _line(customer_id: str, order_id: str, ordered_at: int, currency: str, minor: int) -> Line:
    moment = _EPOCH + timedelta(microseconds=ordered_at)
    event = {
        "v": 1,
        "event_id": digest("history", order_id),
        "type": "order_completed",
        "customer_id": customer_id,
        "occurred_at": moment_text(moment),
        "properties": {"order_id": order_id, "total": f"{to_major(minor, currency):f}", "currency": currency},
    }
    return Line(moment, json.dumps(event, separators=(",", ":"), ensure_ascii=False))


def _refuse_problems(connection: duckdb.DuckDBPyConnection) -> None:
    found = sorted(rows(connection, "problems"), key=lambda row: (row["problem"], row["row"]))
    said = {
        problem: _told([row["row"] for row in held], held[0]["times"])
        for problem, group in groupby(found, key=lambda row: str(row["problem"]))
        for held in [list(group)]
    }
    if said:
        first, *others = said
        column, _, problem = first.partition(": ")
        more = "".join(f"; {other} {said[other]}" for other in others)
        raise BadHistory(column, f"{problem} {said[first]}{more}")


def _refuse_conflicts(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "conflicts")
    if found:
        told = _told([row["row"] for row in found], found[0]["times"])
        raise BadHistory("order_id", f"the same one with different content {told}")


def _told(numbers: list[int], times: int) -> str:
    listed = ", ".join(str(number) for number in numbers)
    return f"in row {listed}" if times == 1 else f"in {times} rows ({listed}{', …' if times > len(numbers) else ''})"
