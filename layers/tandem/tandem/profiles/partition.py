"""One partition of a snapshot: customers with new events go one step on, the others' rows are carried over as bytes."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from itertools import chain
from pathlib import Path
from typing import Any, Final

import duckdb

from tandem.attributes import Profile, Rule, Ruleset
from tandem.attributes.stored import pack_profile, unpack_profile
from tandem.customer.tombstone import is_erased
from tandem.events import Event
from tandem.profiles import baskets
from tandem.profiles.advance import Advanced, State, advance
from tandem.profiles.engine import insert, write_parquet
from tandem.profiles.snapshot import Part
from tandem.profiles.state import pack_state, unpack_state

MOST_BYTES: Final = 256 * 1024  # of a profile: DynamoDB refuses an item of 400 KB, and one would stop the whole load
Codes = Mapping[int, int]
_STATES: Final = {"customer_id": "VARCHAR", "state": "BLOB"}
_PROFILES: Final = {
    "customer_id": "VARCHAR",
    "as_of": "BIGINT",
    "document": "BLOB",
    "changed": "VARCHAR",
    **dict(zip(baskets.COLUMNS, baskets.TYPES, strict=True)),
}


@dataclass(frozen=True, slots=True)
class Task:
    """What all partitions of a run have in common. `rules` are those that it carries; `plan` names its inputs.

    Customers whose tombstones are in `erased` are in no file of it.
    """

    as_of: datetime
    rules: Ruleset
    plan: str
    erased: frozenset[str] = frozenset()

    def part(self, number: int, content: str) -> Part:
        """The names of a partition's files: what they are made of, and what is in them."""
        name = f"{number:02}-{self.plan}-{content}.parquet"
        return Part(f"state-{name}", f"profiles-{name}")

    def found(self, number: int, names: Iterable[str]) -> Part | None:
        """The files of a partition that a run with the same inputs has already written, among these names."""
        held = set(names)
        start = f"profiles-{number:02}-{self.plan}-"
        parts = [Part(name.replace("profiles", "state", 1), name) for name in sorted(held) if name.startswith(start)]
        return next((part for part in parts if part.state in held), None)


@dataclass(frozen=True, slots=True)
class Before:
    """The files of the same partition in the last snapshot. Without `state` everything is computed anew."""

    state: Path | None = None
    profiles: Path | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A profile that is known. `changed` says when the partials of which rule changed last (seconds since 1970)."""

    profile: Profile
    changed: Codes


def make_partition(
    connection: duckdb.DuckDBPyConnection,
    task: Task,
    number: int,
    groups: Iterator[Mapping[str, list[Event]]],
    *,
    before: Before,
    folder: Path,
) -> Part:
    """Writes the partition's two files into `folder`. Where nothing was received they are the last ones as they are."""
    first = next(groups, None)
    gone = _gone(connection, task, before)
    if first is None and before.state and before.profiles and not gone:
        return _named(task, number, before.state, before.profiles, folder)
    rules = baskets.basket_rules(task.rules)
    _create(connection, "states", _STATES)
    _create(connection, "profiles", _PROFILES)
    for group in chain([first] if first else [], groups):
        _advance(connection, task, group, before, rules)
    if before.profiles and not before.state:
        _leave_empty(connection, task, before.profiles, gone)
    old = before.profiles if before.state else None
    state = write_parquet(connection, _merged("states", before.state, gone), folder / "states")
    profiles = write_parquet(connection, _merged("profiles", old, gone), folder / "profiles")
    return _named(task, number, state, profiles, folder)


def _leave_empty(connection: duckdb.DuckDBPyConnection, task: Task, old: Path, gone: Collection[str]) -> None:
    """Who had a profile and is in none of the rules any more gets an empty one: the table still has the old one."""
    found = connection.execute(
        "SELECT customer_id FROM read_parquet($path) WHERE customer_id NOT IN (SELECT customer_id FROM profiles)",
        {"path": str(old)},
    ).fetchall()
    codes = frozenset(task.rules.by_code)
    as_of = int(task.as_of.timestamp())
    insert(
        connection,
        "profiles",
        list(_PROFILES.values()),
        (
            (
                customer_id,
                as_of,
                pack_profile(Profile(customer_id, task.as_of, codes=codes)),
                _pack_changed(dict.fromkeys(codes, as_of)),
                *(None,) * len(baskets.COLUMNS),
            )
            for (customer_id,) in found
            if customer_id not in gone
        ),
    )


def _named(task: Task, number: int, state: Path, profiles: Path, folder: Path) -> Part:
    content = sha256()
    for path in (state, profiles):
        with path.open("rb") as file:
            content.update(file_digest(file, "sha256").digest())
    part = task.part(number, content.hexdigest()[:16])
    state.rename(folder / part.state)
    profiles.rename(folder / part.profiles)
    return part


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({listed})")


def _gone(connection: duckdb.DuckDBPyConnection, task: Task, before: Before) -> frozenset[str]:
    """The erased ones among the last snapshot's customers. Where nobody ever was, nothing is read."""
    paths = [path for path in (before.state, before.profiles) if path] if task.erased else []
    query = "SELECT customer_id FROM read_parquet($path)"
    rows = (row for path in paths for row in connection.execute(query, {"path": str(path)}).fetchall())
    return frozenset(customer_id for (customer_id,) in rows if is_erased(customer_id, task.erased))


def _merged(table: str, before: Path | None, gone: Collection[str]) -> str:
    """The new rows, and those of customers without one as they were; without those who are gone."""
    if before is None:
        return f"SELECT * FROM {table} ORDER BY customer_id"  # noqa: S608 - our own names
    old = _quoted(str(before))
    out = f" AND customer_id NOT IN ({', '.join(map(_quoted, sorted(gone)))})" if gone else ""
    return (
        f"SELECT * FROM {table} UNION ALL SELECT * FROM read_parquet({old})"  # noqa: S608
        f" WHERE customer_id NOT IN (SELECT customer_id FROM {table}){out} ORDER BY customer_id"
    )


def _quoted(text: str) -> str:
    """A text as SQL writes it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _advance(
    connection: duckdb.DuckDBPyConnection,
    task: Task,
    events: Mapping[str, list[Event]],
    before: Before,
    rules: tuple[Rule, ...],
) -> None:
    customers = sorted(events)
    states = _states(connection, before.state, customers)
    known = _known(connection, before.profiles, customers)
    made: dict[str, Advanced] = {}
    for customer_id in customers:
        row = known.get(customer_id)
        done = advance(
            customer_id,
            states.get(customer_id, State()),
            events[customer_id],
            task.rules,
            as_of=task.as_of,
            before=row.profile if row else None,
        )
        if done:
            made[customer_id] = done
    insert(
        connection, "states", list(_STATES.values()), ((each, pack_state(done.state)) for each, done in made.items())
    )
    held = {each: basket for each, done in made.items() if (basket := baskets.basket_of(done.profile, rules))}
    as_of = int(task.as_of.timestamp())
    insert(
        connection,
        "profiles",
        list(_PROFILES.values()),
        (
            (
                profile.customer_id,
                as_of,
                packed(profile),
                _pack_changed(_changed(made[profile.customer_id], known.get(profile.customer_id), as_of)),
                *(held[profile.customer_id].row() if profile.customer_id in held else (None,) * len(baskets.COLUMNS)),
            )
            for profile in baskets.with_figures(connection, (done.profile for done in made.values()), held)
        ),
    )


def packed(profile: Profile) -> bytes:
    """Its bytes. One that is too large (a bot's) carries no rule: what it would say is incomplete until it fits."""
    data = pack_profile(profile)
    if len(data) <= MOST_BYTES:
        return data
    return pack_profile(Profile(profile.customer_id, profile.as_of, figures=profile.figures))


def _changed(done: Advanced, row: _Row | None, as_of: int) -> Codes:
    changed = {code: at for code, at in row.changed.items() if code in done.profile.codes} if row else {}
    return changed | dict.fromkeys(done.changed, as_of)


def _pack_changed(changed: Codes) -> str:
    by_moment: dict[int, list[int]] = {}
    for code, at in sorted(changed.items()):
        by_moment.setdefault(at, []).append(code)
    return json.dumps({str(at): codes for at, codes in sorted(by_moment.items())}, separators=(",", ":"))


def unpack_changed(text: str) -> Codes:
    """When the partials of which rule changed last (seconds since 1970)."""
    return {code: int(at) for at, codes in json.loads(text).items() for code in codes}


def _states(connection: duckdb.DuckDBPyConnection, path: Path | None, customers: list[str]) -> dict[str, State]:
    found = _rows(connection, path, "customer_id, state", customers)
    return {customer_id: unpack_state(customer_id, data) for customer_id, data in found}


def _known(connection: duckdb.DuckDBPyConnection, path: Path | None, customers: list[str]) -> dict[str, _Row]:
    found = _rows(connection, path, "customer_id, document, changed", customers)
    return {
        customer_id: _Row(unpack_profile(customer_id, document), unpack_changed(changed))
        for customer_id, document, changed in found
    }


def _rows(
    connection: duckdb.DuckDBPyConnection, path: Path | None, columns: str, customers: list[str]
) -> list[tuple[Any, ...]]:
    if path is None:
        return []
    query = f"SELECT {columns} FROM read_parquet($path) WHERE customer_id IN (SELECT unnest($customers::VARCHAR[]))"  # noqa: S608
    return connection.execute(query, {"path": str(path), "customers": customers}).fetchall()
