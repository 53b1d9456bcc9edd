"""What the slow brain needs of the world. Adapters fulfil it; each port has a twin without AWS."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

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
