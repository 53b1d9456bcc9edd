"""A snapshot into the table: what the last one loaded does not say, chunk by chunk, then the header, then the news."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from tandem.attributes import SnapshotHeader
from tandem.attributes.profile import MOST_DAYS_OLD
from tandem.errors import BadHistory
from tandem.events.times import to_text
from tandem.profiles.difference import Difference, Row
from tandem.profiles.ports import Snapshots
from tandem.profiles.snapshot import Manifest

USD_A_UNIT: Final = 0.625e-6
TOGETHER_FROM: Final = 5_000  # so many puts travel in transactions: twice the write units, a fifteenth of the CPU
Tell = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many profiles were `written`, how many found with the same `as_of` (`unchanged`) or a later one (`kept`).

    `units` are the write units of all puts, refused ones too.
    """

    written: int = 0
    unchanged: int = 0
    kept: int = 0
    failed: int = 0
    units: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            self.written + other.written,
            self.unchanged + other.unchanged,
            self.kept + other.kept,
            self.failed + other.failed,
            self.units + other.units,
        )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the load of a snapshot is: chunks put and told. The first run settles what it is a difference to.

    `base` is the snapshot whose rows the table has, `since` the one that customers have been told of; None: there was
    none.
    """

    as_of: datetime
    base: datetime | None
    since: datetime | None
    put: int = 0
    told: int = 0
    refreshed: int = 0
    loaded: Loaded = field(default_factory=Loaded)
    finished: bool = False


class Table(Protocol):
    """Where profiles are put. Raises Unavailable."""

    def header(self) -> SnapshotHeader | None:
        """Of the snapshot that was completely loaded last."""

    def put(self, rows: Sequence[Row], *, together: bool) -> Loaded:
        """Puts each row over an older one. `together`: in transactions. Raises Unavailable where some are not put."""

    def put_header(self, header: SnapshotHeader) -> None:
        """Over an older one."""

    def checkpoint(self, as_of: datetime) -> Checkpoint | None:
        """How far the load of this snapshot is."""

    def save(self, checkpoint: Checkpoint) -> None:
        """Remembers it."""


class News(Protocol):
    """Who is told of new profiles."""

    def refreshed(self, snapshot: datetime, customers: Sequence[tuple[str, datetime]]) -> None:
        """Sends `profile_refreshed` to each, with its profile's moment. The same ones again have the same ids."""


@dataclass(frozen=True, slots=True)
class Loader:
    """`used` answers the codes of the rules that campaigns depend on; `tell` is told what is done, and counts."""

    snapshots: Snapshots
    table: Table
    news: News
    used: Callable[[], frozenset[int]]
    clock: Callable[[], datetime]
    tell: Tell = lambda _, __: None

    def load(self, as_of: datetime, folder: Path) -> tuple[Manifest, Checkpoint]:
        """Loads the snapshot of a moment, or goes on where a load was cut off. Raises BadHistory, Unavailable.

        `folder` has room for its profiles.
        """
        manifest = self.snapshots.manifest(as_of)
        if manifest is None:
            raise BadHistory("key", f"there is no snapshot of {to_text(as_of)}")
        self._refuse_old(as_of)
        at = self.table.checkpoint(as_of) or self._begin(manifest)
        if at.finished:
            return manifest, at
        paths = [self.snapshots.fetch(as_of, part.profiles, folder) for part in manifest.parts]
        difference = Difference(paths, at.base)
        at = self._put(difference, at)
        self.table.put_header(manifest.header)
        at = self._refresh(difference, at)
        at = replace(at, finished=True)
        self.table.save(at)
        self.tell("loaded", {**counts(at), "usd": usd(at.loaded.units)})
        return manifest, at

    def _refuse_old(self, as_of: datetime) -> None:
        """The live side may have folded what an older one has in its tail."""
        if self.clock() - as_of > MOST_DAYS_OLD:
            raise BadHistory(
                "as_of", f"the snapshot of {to_text(as_of)} is more than {MOST_DAYS_OLD.days} days old; build a new one"
            )

    def _begin(self, manifest: Manifest) -> Checkpoint:
        """The difference is to the snapshot loaded last, if this one goes back to it; else it is all there is."""
        header = self.table.header()
        since = header.as_of if header else None
        base = since if since in (manifest.as_of, *manifest.chain) else None
        at = Checkpoint(manifest.as_of, base, since)
        self.table.save(at)
        return at

    def _put(self, difference: Difference, at: Checkpoint) -> Checkpoint:
        many, units = difference.sizes()
        together = many > TOGETHER_FROM
        expected = units * 2 if together else units
        self.tell(
            "to be put",
            {
                "profiles": many,
                "base": to_text(at.base) if at.base else None,
                "chunks_done": at.put,
                "units": expected,
                "usd": usd(expected),
            },
        )
        for rows in islice(difference.chunks(), at.put, None):
            at = replace(at, loaded=at.loaded + self.table.put(rows, together=together), put=at.put + 1)
            self.table.save(at)
            self.tell("put so far", counts(at))
        return at

    def _refresh(self, difference: Difference, at: Checkpoint) -> Checkpoint:
        """The first snapshot of all tells nobody: there is none that it differs from."""
        codes = self.used() if at.since and at.since < at.as_of else frozenset()
        if at.since is None or not codes:
            return at
        for customers in islice(difference.changed(at.since, codes), at.told, None):
            self.news.refreshed(at.as_of, customers)
            at = replace(at, told=at.told + 1, refreshed=at.refreshed + len(customers))
            self.table.save(at)
        return at


def counts(at: Checkpoint) -> dict[str, Any]:
    """What was put and told, as JSON."""
    loaded = at.loaded
    return {
        "written": loaded.written,
        "unchanged": loaded.unchanged,
        "kept": loaded.kept,
        "units": loaded.units,
        "refreshed": at.refreshed,
    }


def usd(units: int) -> float:
    """What so many write units cost, in US$."""
    return round(units * USD_A_UNIT, 6)
