"""A snapshot into the table: what the last one loaded does not say, chunk by chunk, then the header, then the news."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tandem.attributes.profile import MOST_DAYS_OLD
from tandem.customer.tombstone import is_erased
from tandem.errors import BadHistory
from tandem.events.times import to_text
from tandem.profiles.checkpoint import Checkpoint
from tandem.profiles.difference import Difference
from tandem.profiles.ports import News, Snapshots, Table
from tandem.profiles.snapshot import Manifest

USD_A_UNIT: Final = 0.625e-6
TOGETHER_FROM: Final = 5_000  # so many puts travel in transactions: twice the write units, a fifteenth of the CPU
Tell = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Loader:
    """`used` answers the codes of the rules that campaigns and journeys depend on, None where any change is news;
    `tell` is told what is done, and counts. `erased` answers the tombstones: those customers' profiles are not put, and
    they are not told."""

    snapshots: Snapshots
    table: Table
    news: News
    used: Callable[[], frozenset[int] | None]
    clock: Callable[[], datetime]
    tell: Tell = lambda _, __: None
    erased: Callable[[], frozenset[str]] = frozenset

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
        erased = self.erased()
        at = self._put(difference, at, erased)
        self.table.put_header(manifest.header)
        at = self._refresh(difference, at, erased)
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

    def _put(self, difference: Difference, at: Checkpoint, erased: frozenset[str]) -> Checkpoint:
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
            held = [row for row in rows if not is_erased(row.customer_id, erased)]
            at = replace(at, loaded=at.loaded + self.table.put(held, together=together), put=at.put + 1)
            self.table.save(at)
            self.tell("put so far", counts(at))
        return at

    def _refresh(self, difference: Difference, at: Checkpoint, erased: frozenset[str]) -> Checkpoint:
        """The first snapshot of all tells nobody: there is none that it differs from."""
        codes = self.used() if at.since and at.since < at.as_of else frozenset()
        if at.since is None or codes == frozenset():
            return at
        for customers in islice(difference.changed(at.since, codes), at.told, None):
            told = [each for each in customers if not is_erased(each[0], erased)]
            self.news.refreshed(at.as_of, told)
            at = replace(at, told=at.told + 1, refreshed=at.refreshed + len(told))
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
