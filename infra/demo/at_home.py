"""The slow brain on this machine, by the code that the Lambdas run: for the documents and the tests."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from infra.demo.cast import Known
from infra.demo.cdnow import Order, write_history
from infra.publish.playbook import Draft
from tandem.adapters.folder_snapshots import FolderSnapshots
from tandem.adapters.memory_archive import MemoryArchive
from tandem.archive import Delivery, keep
from tandem.profiles.build import Builder
from tandem.profiles.imports import import_history
from tandem.profiles.snapshot import read_profiles


@dataclass(frozen=True, slots=True)
class AtHome:
    """An archive and its snapshots, whose files lie in `folder`."""

    folder: Path
    draft: Draft
    archive: MemoryArchive = field(default_factory=MemoryArchive)

    def remember(self, orders: Iterable[Order], shift: timedelta = timedelta(0)) -> None:
        """Imports real orders, moved by whole days."""
        path = self.folder / "history.csv"
        write_history(orders, path, shift)
        import_history(path, self.archive, self.folder)

    def take_in(self, deliveries: Iterable[Delivery]) -> None:
        """Archives events."""
        keep(deliveries, self.archive)

    def snapshot(self, as_of: datetime) -> Known:
        """The snapshot at `as_of`, made from the last one."""
        snapshots = FolderSnapshots(self.folder)
        manifest = Builder(snapshots, self.archive).build(as_of, self.draft.playbook, self.folder)
        paths = [snapshots.folder(as_of) / part.profiles for part in manifest.parts]
        return Known(manifest.header, {each.customer_id: each for each in read_profiles(paths)})

    def copy(self, folder: Path) -> "AtHome":
        """The same once more in an empty folder: what one takes in, the other does not know."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return AtHome(folder, self.draft, MemoryArchive(dict(self.archive.objects)))
