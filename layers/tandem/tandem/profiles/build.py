"""A snapshot: the last one ⊕ what was received since, partition by partition."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from tandem.archive import ArchiveReader
from tandem.attributes import Ruleset, SnapshotHeader
from tandem.attributes.profile import TAIL
from tandem.customer.tombstone import is_erased
from tandem.errors import BadHistory
from tandem.events import Event, digest
from tandem.events.times import EARLIEST, to_text
from tandem.playbook import Playbook
from tandem.profiles import baskets
from tandem.profiles.advance import starts_over
from tandem.profiles.engine import connect
from tandem.profiles.partition import Before, Task, make_partition
from tandem.profiles.ports import Snapshots
from tandem.profiles.snapshot import Counts, Manifest, Part
from tandem.profiles.spill import Spill
from tandem.profiles.state import FORM

PARTITIONS: Final = 16
Tell = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a run reads: the last snapshot (`last`), the archive from `since` on, and the imports. `anew`: the last
    one's profiles are only compared with."""

    task: Task
    last: Manifest | None
    anew: bool
    since: datetime
    imports: tuple[str, ...]
    read_already: frozenset[str]
    partitions: int

    def before(self, number: int, snapshots: Snapshots, folder: Path) -> Before:
        if self.last is None:
            return Before()
        part = self.last.parts[number]
        state = None if self.anew else snapshots.fetch(self.last.as_of, part.state, folder)
        return Before(state, snapshots.fetch(self.last.as_of, part.profiles, folder))


@dataclass(frozen=True, slots=True)
class _Work:
    """What the partitions of a run share: `gathered` has all their baskets, `done` are the names of files there."""

    spill: Spill
    gathered: duckdb.DuckDBPyConnection
    scratch: duckdb.DuckDBPyConnection
    folder: Path
    done: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Made:
    """A partition's files, its customers, and how many of them are new or changed."""

    part: Part
    customers: int
    changed: int


@dataclass(frozen=True, slots=True)
class Builder:
    """`tell` is told what is done, and counts. Of customers whose tombstones are in `erased` nothing is kept."""

    snapshots: Snapshots
    archive: ArchiveReader
    tell: Tell = lambda _, __: None
    partitions: int = PARTITIONS
    erased: frozenset[str] = frozenset()

    def build(self, as_of: datetime, playbook: Playbook, folder: Path) -> Manifest:
        """The snapshot at `as_of` (aware, UTC, on a quarter hour), published. `folder` has room for what is read.

        A snapshot never changes: one that is there already is the answer. Killed and run again, it goes on where it
        was. Raises BadHistory, Unavailable, and Unreadable.
        """
        imports = self._imports(as_of)
        if there := self.snapshots.manifest(as_of):
            return _same(there, imports)
        plan = self._plan(as_of, playbook.ruleset, imports)
        with (
            TemporaryDirectory(dir=folder) as name,
            Spill(Path(name), plan.partitions) as spill,
            closing(connect(Path(name))) as connection,
            closing(connect(Path(name))) as scratch,
        ):
            events, unfinished = self._read(plan, spill)
            baskets.create_baskets(connection)
            work = _Work(spill, connection, scratch, Path(name), frozenset(self.snapshots.names(as_of)))
            made = [self._partition(plan, number, work) for number in range(plan.partitions)]
            counts = Counts(
                events=events,
                changed=sum(each.changed for each in made),
                customers=sum(each.customers for each in made),
                orders=_orders(connection),
            )
            manifest = Manifest(
                header=SnapshotHeader(
                    as_of=as_of,
                    cut_points=baskets.cut_points(connection, playbook.shop.currency),
                    profiles=counts.customers,
                    codes=frozenset(plan.task.rules.by_code),
                ),
                parts=tuple(each.part for each in made),
                counts=counts,
                playbook=playbook.number,
                form=FORM,
                chain=plan.last.next_chain() if plan.last and not plan.anew else (),
                imports=imports,
                unfinished=unfinished,
            )
        self.snapshots.publish(manifest)
        return self.snapshots.manifest(as_of) or manifest

    def _imports(self, as_of: datetime) -> tuple[str, ...]:
        """All there are, in the order that snapshots have met them: of two that tell of one order the first stands."""
        last = self._last(as_of)
        there = self.archive.imports()
        known = [key for key in (last.imports if last else ()) if key in there]
        return (*known, *sorted(set(there) - set(known)))

    def _plan(self, as_of: datetime, rules: Ruleset, imports: tuple[str, ...]) -> _Plan:
        last = self._last(as_of)
        rules = rules.at(as_of)
        # An import may hold orders that a state has folded: whose copy was received first, only all of them tell.
        anew = last is None or starts_over(last.header.codes, rules, as_of) or not set(imports) <= set(last.imports)
        read_already = frozenset(last.imports) - frozenset(last.unfinished) if last and not anew else frozenset()
        partitions = len(last.parts) if last else self.partitions
        inputs = (
            to_text(as_of),
            last.key if last else "",
            *(part.profiles for part in (last.parts if last else ())),
            str(anew),
            str(rules.number),
            FORM,
            str(partitions),
            *imports,
            *sorted(self.erased),
        )
        self.tell("reading", {"last": to_text(last.as_of) if last else None, "anew": anew, "imports": len(imports)})
        return _Plan(
            task=Task(as_of, rules, digest(*inputs), self.erased),
            last=last,
            anew=anew,
            since=EARLIEST if anew or last is None else last.as_of - TAIL,
            imports=imports,
            read_already=read_already,
            partitions=partitions,
        )

    def _last(self, as_of: datetime) -> Manifest | None:
        """The last finished one before. What another release left in another form is as good as none."""
        for moment in reversed(self.snapshots.moments()):
            if moment < as_of and (manifest := self._readable(moment)):
                return manifest
        return None

    def _readable(self, moment: datetime) -> Manifest | None:
        try:
            manifest = self.snapshots.manifest(moment)
        except BadHistory as error:
            self.tell("passed over", {"snapshot": to_text(moment), "why": str(error)})
            return None
        return manifest if manifest and manifest.form == FORM else None

    def _read(self, plan: _Plan, spill: Spill) -> tuple[int, tuple[str, ...]]:
        """Spills all that may be new: how many events, and the imports that hold later ones too."""
        events, unfinished = 0, set[str]()
        for key, event in self._events(plan):
            if event.received_at >= plan.task.as_of:
                unfinished.add(key)
            elif plan.task.rules.hears(event.type) and not is_erased(event.customer_id, self.erased):
                spill.add(event)
                events += 1
        return events, tuple(sorted(unfinished))

    def _events(self, plan: _Plan) -> Iterator[tuple[str, Event]]:
        for key in plan.imports:
            if key not in plan.read_already:
                yield from ((key, event) for event in self.archive.read_import(key))
        yield from (("", event) for event in self.archive.read(plan.since, plan.task.as_of))

    def _partition(self, plan: _Plan, number: int, work: _Work) -> _Made:
        """A partition's files, made where they are not there yet."""
        as_of = plan.task.as_of
        with TemporaryDirectory(dir=work.folder) as name:
            folder = Path(name)
            part = plan.task.found(number, work.done)
            if part:
                profiles = self.snapshots.fetch(as_of, part.profiles, folder)
            else:
                part = make_partition(
                    work.scratch,
                    plan.task,
                    number,
                    work.spill.groups(number),
                    before=plan.before(number, self.snapshots, folder),
                    folder=folder,
                )
                profiles = folder / part.profiles
                self.snapshots.put(as_of, folder / part.state)
                self.snapshots.put(as_of, profiles)
            made = _Made(part, *_collect(work.gathered, profiles, as_of))
        told = {"number": number + 1, "of": plan.partitions, "customers": made.customers, "changed": made.changed}
        self.tell("partition", told)
        return made


def _same(made: Manifest, imports: tuple[str, ...]) -> Manifest:
    if missing := set(imports) - set(made.imports):
        listed = ", ".join(sorted(missing))
        raise BadHistory(
            "as_of", f"there is a snapshot of {to_text(made.as_of)} without {listed}; choose a later moment"
        )
    return made


def _collect(connection: duckdb.DuckDBPyConnection, path: Path, as_of: datetime) -> tuple[int, int]:
    columns = ", ".join(baskets.COLUMNS)
    connection.execute(
        f"INSERT INTO baskets SELECT customer_id, {columns} FROM read_parquet($path) WHERE orders IS NOT NULL",  # noqa: S608
        {"path": str(path)},
    )
    found: tuple[int, int] = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE as_of = $as_of) FROM read_parquet($path)",
        {"path": str(path), "as_of": int(as_of.timestamp())},
    ).fetchall()[0]
    return found


def _orders(connection: duckdb.DuckDBPyConnection) -> int:
    [(orders,)] = connection.execute("SELECT coalesce(sum(orders), 0) FROM baskets").fetchall()
    return int(orders)
