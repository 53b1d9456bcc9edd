"""`date_reached`, raised once a day from the snapshot that is loaded: all its rows are read, none of the table's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tandem.attributes import SnapshotHeader
from tandem.attributes.stored import unpack_profile
from tandem.customer.tombstone import is_erased
from tandem.errors import BadHistory
from tandem.events.times import to_text
from tandem.profiles.build import Tell
from tandem.profiles.checkpoint import Checkpoint, Dated
from tandem.profiles.dates import Calendar, coming_days
from tandem.profiles.difference import Difference, Row
from tandem.profiles.load import USD_A_UNIT
from tandem.profiles.ports import Door, Snapshots, Table

USD_A_CALL: Final = 0.5e-6


@dataclass(frozen=True, slots=True)
class Raiser:
    """`calendar` answers the dates of the live playbook, None where there is no playbook; `erased` the tombstones."""

    snapshots: Snapshots
    table: Table
    door: Door
    calendar: Callable[[], Calendar | None]
    clock: Callable[[], datetime]
    tell: Tell = lambda _, __: None
    erased: Callable[[], frozenset[str]] = frozenset

    def raise_dates(self, folder: Path) -> Dated:
        """Raises what is due today (UTC) and was not raised yet, from the snapshot that was completely loaded last, or
        goes on where a run was cut off.

        Where no trigger names a date nothing is read. `folder` has room for the snapshot's profiles; those that are
        there are not fetched again. Raises BadHistory, Unavailable, Unreadable.
        """
        calendar = self.calendar()
        header = self.table.header() if calendar and calendar.attributes else None
        if calendar is None or header is None:
            return Dated()
        erased = self.erased()
        today = self.clock().astimezone(UTC).date()
        at = self._begin(header.as_of, " ".join((today.isoformat(), *calendar.attributes)))
        if at.dated.finished:
            return at.dated
        for rows in islice(self._all(header.as_of, folder), at.dated.chunks, None):
            held = [row for row in rows if not is_erased(row.customer_id, erased)]
            at = self._raise(held, at, calendar, header, coming_days(today))
        at = replace(at, dated=replace(at.dated, finished=True))
        self.table.save(at)
        self.tell("dates raised", counts(at.dated))
        return at.dated

    def _begin(self, as_of: datetime, run: str) -> Checkpoint:
        """The checkpoint of the snapshot's load; one of another day, or of other attributes, begins anew."""
        at = self.table.checkpoint(as_of) or Checkpoint(as_of, as_of, as_of, finished=True)
        return at if at.dated.run == run else replace(at, dated=Dated(run))

    def _all(self, as_of: datetime, folder: Path) -> Iterator[list[Row]]:
        manifest = self.snapshots.manifest(as_of)
        if manifest is None:
            raise BadHistory("key", f"there is no snapshot of {to_text(as_of)} any more, and it is the one loaded")
        names = [part.profiles for part in manifest.parts]
        missing = [name for name in names if not (folder / name).is_file()]
        for name in missing:
            self.snapshots.fetch(as_of, name, folder)
        return Difference([folder / name for name in names], None).chunks()

    def _raise(
        self, rows: Sequence[Row], at: Checkpoint, calendar: Calendar, header: SnapshotHeader, days: Sequence[date]
    ) -> Checkpoint:
        now = self.clock()
        profiles = (unpack_profile(row.customer_id, row.document) for row in rows)
        found = calendar.look(profiles, header, now=now, days=days)
        calls = self.door.reached(found.reached, at=now) if found.reached else 0
        dated = replace(
            at.dated,
            chunks=at.dated.chunks + 1,
            raised=at.dated.raised + len(found.reached),
            calls=at.dated.calls + calls,
            no_date=at.dated.no_date + found.no_date,
            incomplete=at.dated.incomplete + found.incomplete,
        )
        at = replace(at, dated=dated)
        self.table.save(at)
        return at


def counts(dated: Dated) -> dict[str, Any]:
    """What was raised and left out, as JSON, and what that cost in US$: calls of the topic, and a write a chunk."""
    return {**asdict(dated), "usd": round(dated.calls * USD_A_CALL + dated.chunks * USD_A_UNIT, 6)}
