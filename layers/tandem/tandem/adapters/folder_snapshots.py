"""Snapshots in a folder on this machine: what replay, the documents and the tests build and read without AWS."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tandem.adapters.profile_files import read_manifest
from tandem.errors import BadHistory
from tandem.profiles.snapshot import FOLDER, MANIFEST, Manifest, folder_of, moment_of, pack_manifest


@dataclass(frozen=True, slots=True)
class FolderSnapshots:
    """Fulfils `Snapshots`. `root` holds what the bucket would."""

    root: Path

    def moments(self) -> list[datetime]:
        """The folders' names tell."""
        folder = self.root / FOLDER
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        return sorted(moment for name in names if (moment := moment_of(name)))

    def manifest(self, as_of: datetime) -> Manifest | None:
        """Raises BadHistory for one that cannot be read."""
        path = self.folder(as_of) / MANIFEST
        return read_manifest(path.read_bytes()) if path.is_file() else None

    def names(self, as_of: datetime) -> list[str]:
        """Sorted."""
        folder = self.folder(as_of)
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []

    def fetch(self, as_of: datetime, name: str, folder: Path) -> Path:
        """A copy in `folder`."""
        path = self.folder(as_of) / name
        if not path.is_file():
            raise BadHistory(str(path), "there is no such file")
        return Path(shutil.copy(path, folder / name))

    def put(self, as_of: datetime, path: Path) -> None:
        """Copies a file to where it belongs."""
        self.folder(as_of).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, self.folder(as_of) / path.name)

    def publish(self, manifest: Manifest) -> None:
        """Writes the manifest where there is none."""
        path = self.folder(manifest.as_of) / MANIFEST
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(json.dumps(pack_manifest(manifest), sort_keys=True))

    def folder(self, as_of: datetime) -> Path:
        """Where the snapshot of a moment lies."""
        return self.root / folder_of(as_of)
