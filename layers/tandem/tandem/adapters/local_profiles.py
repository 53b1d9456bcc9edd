"""A snapshot of an order history made on this machine, by the code that the Lambda runs: no AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tandem.adapters.folder_snapshots import FolderSnapshots
from tandem.adapters.memory_archive import MemoryArchive
from tandem.attributes import Profile, SnapshotHeader
from tandem.playbook import Playbook
from tandem.profiles.build import Builder
from tandem.profiles.imports import import_history
from tandem.profiles.snapshot import Manifest, read_profiles


@dataclass(frozen=True, slots=True)
class LocalSnapshot:
    """A snapshot whose files lie in `folder`, as they would on S3."""

    manifest: Manifest
    folder: Path

    @property
    def header(self) -> SnapshotHeader:
        """The manifest's."""
        return self.manifest.header

    def profiles(self) -> Mapping[str, Profile]:
        """Every profile, by customer."""
        paths = [self.folder / part.profiles for part in self.manifest.parts]
        return {profile.customer_id: profile for profile in read_profiles(paths)}


def build_locally(history: Path, as_of: datetime, playbook: Playbook, folder: Path) -> LocalSnapshot:
    """The snapshot at `as_of` of a CSV or Parquet history, in `folder`. Raises BadHistory."""
    archive, snapshots = MemoryArchive(), FolderSnapshots(folder)
    import_history(history, archive, folder)
    return LocalSnapshot(Builder(snapshots, archive).build(as_of, playbook, folder), snapshots.folder(as_of))
