"""From a history file to a snapshot's files, on the local disk."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import duckdb

from tandem.attributes.tiers import CutPoints, SnapshotHeader
from tandem.errors import BadHistory
from tandem.profiles.engine import connect, create, create_parameters, rows, statement
from tandem.profiles.history import read_history
from tandem.profiles.snapshot import Counts, Manifest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A finished run: what its manifest will say, and where its file of profiles lies."""

    manifest: Manifest
    profiles: Path


def build_snapshot(history: Path, as_of: datetime, folder: Path) -> Snapshot:
    """The snapshot at `as_of` of a CSV or Parquet file, its Parquet file put into `folder`. Raises BadHistory.

    The same orders in any order of rows end in the same bytes; the file's name is made from its content.
    """
    with closing(connect(folder)) as connection:
        create_parameters(connection, as_of)
        read_history(connection, history)
        create(connection, "lines")
        _refuse_problems(connection)
        create(connection, "orders")
        _refuse_conflicts(connection)
        profiles = _write_profiles(connection, folder)
        counts = Counts(**rows(connection, "counts")[0])
        cuts = [CutPoints(**row) for row in rows(connection, "cut_points")]
    header = SnapshotHeader(as_of, cuts[0] if cuts else None, counts.customers)
    return Snapshot(Manifest(header, profiles.name, counts), profiles)


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


def _write_profiles(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    path = folder / "profiles.parquet"
    connection.execute(f"COPY ({statement('profiles')}) TO $path (FORMAT parquet)", {"path": str(path)})
    with path.open("rb") as file:
        content = _digest(file.read())
    return path.rename(folder / f"profiles-{content}.parquet")


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
