"""A shop's archive in memory and its snapshots in a folder, and the real builder over both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb

from tandem.adapters.folder_snapshots import FolderSnapshots
from tandem.adapters.memory_archive import MemoryArchive
from tandem.archive import Delivery, keep
from tandem.attributes import Profile
from tandem.playbook import Playbook
from tandem.profiles.build import Builder
from tandem.profiles.imports import Imported, import_history
from tandem.profiles.snapshot import Manifest, read_profiles
from tests.builders import by_door, playbook
from tests.unit.profiles.brute_force import Row, write


@dataclass(slots=True)
class House:
    """`told` is what the builder said while it worked."""

    root: Path
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    playbook: Playbook = field(default_factory=playbook)
    told: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    partitions: int = 2

    @property
    def snapshots(self) -> FolderSnapshots:
        return FolderSnapshots(self.root)

    def import_rows(self, rows: list[Row]) -> Imported:
        """The rows as an imported history."""
        return import_history(write(rows, self.root / "history.csv"), self.archive, self.root)

    def receive(self, event: Mapping[str, Any], at: datetime) -> None:
        """An event by the door, received at that moment and archived."""
        keep([Delivery(f"{event['event_id']}-{at.isoformat()}", by_door(event, at), at)], self.archive)

    def build(self, as_of: datetime, published: Playbook | None = None, snapshots: Any = None) -> Manifest:
        """A snapshot at that moment."""
        builder = Builder(snapshots or self.snapshots, self.archive, self._tell, partitions=self.partitions)
        return builder.build(as_of, published or self.playbook, self.root)

    def profiles(self, manifest: Manifest) -> dict[str, Profile]:
        """The snapshot's profiles by customer."""
        folder = self.snapshots.folder(manifest.as_of)
        return {each.customer_id: each for each in read_profiles(folder / part.profiles for part in manifest.parts)}

    def rows(self, manifest: Manifest) -> dict[str, dict[str, Any]]:
        """The snapshot's rows as they are stored, by customer."""
        paths = [str(self.snapshots.folder(manifest.as_of) / part.profiles) for part in manifest.parts]
        answer = duckdb.execute("SELECT * FROM read_parquet($paths)", {"paths": paths})
        names = [column[0] for column in answer.description or ()]
        return {row[0]: dict(zip(names, row, strict=True)) for row in answer.fetchall()}

    def files(self) -> dict[str, bytes]:
        """Everything that lies among the snapshots."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.glob("snapshots/*/*"))
            if path.is_file()
        }

    def _tell(self, what: str, counts: Mapping[str, Any]) -> None:
        self.told.append((what, counts))


def house() -> House:
    """An empty one, in a folder of its own."""
    return House(Path(mkdtemp(prefix="tandem-house-")))
