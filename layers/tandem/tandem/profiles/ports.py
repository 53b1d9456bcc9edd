"""What the slow brain needs of the world. Adapters fulfil it; each port has a twin without AWS."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tandem.attributes import SnapshotHeader
from tandem.profiles.checkpoint import Checkpoint, Loaded
from tandem.profiles.dates import Reached
from tandem.profiles.difference import Row
from tandem.profiles.snapshot import Manifest


class Snapshots(Protocol):
    """Where snapshots lie: a folder for each moment. Raises Unavailable."""

    def moments(self) -> list[datetime]:
        """The moments that have a folder, also of runs that were not finished. Sorted."""

    def manifest(self, as_of: datetime) -> Manifest | None:
        """The manifest of a moment, None where no run was finished. Raises BadHistory for one that cannot be read."""

    def names(self, as_of: datetime) -> list[str]:
        """The names of the files in a folder. Sorted."""

    def fetch(self, as_of: datetime, name: str, folder: Path) -> Path:
        """A file, put into `folder`. Raises BadHistory where there is none."""

    def put(self, as_of: datetime, path: Path) -> None:
        """Puts a file under its name."""

    def publish(self, manifest: Manifest) -> None:
        """Puts the manifest, after all that it names: readers never see half a run. One that is there stays."""


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
    """Who is told of new profiles. Raises Unavailable."""

    def refreshed(self, snapshot: datetime, customers: Sequence[tuple[str, datetime]]) -> None:
        """Sends `profile_refreshed` to each, with its profile's moment. The same ones again have the same ids."""


class Door(Protocol):
    """Where every event enters, and is archived. Raises Unavailable."""

    def reached(self, dates: Sequence[Reached], *, at: datetime) -> int:
        """Publishes `date_reached` for each, in how many calls. The same ones again have the same ids."""
