"""One run of build_profiles: import, settle the moment, build."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tandem.actor import Playbooks
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.profile_files import ProfileFiles
from tandem.archive import Unarchived
from tandem.errors import BadHistory
from tandem.playbook import Playbook
from tandem.profiles.build import Builder, Tell
from tandem.profiles.imports import import_history
from tandem.profiles.request import read_request, settle_moment
from tandem.profiles.snapshot import pack_manifest


@dataclass(frozen=True, slots=True)
class Run:
    """The run with its collaborators. `latest` answers the number of the playbook that holds now, 0 if none is,
    `erased` the tombstones."""

    files: ProfileFiles
    archive: ArchiveFiles
    unarchived: Unarchived
    latest: Callable[[], int]
    playbooks: Playbooks
    erased: Callable[[], frozenset[str]]
    clock: Callable[[], datetime]
    tell: Tell

    def answer(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The manifest and its key. Raises BadHistory, Unavailable, Unreadable."""
        request = read_request(payload, now=self.clock())
        playbook = self._playbook()
        as_of = settle_moment(request, self.unarchived.oldest)
        with TemporaryDirectory() as name:
            imported = self._import(request.history, Path(name)) if request.history else {}
            builder = Builder(self.files, self.archive, self.tell, erased=self.erased())
            manifest = builder.build(as_of, playbook, Path(name))
        self.tell("snapshot published", {"key": manifest.key, "profiles": manifest.header.profiles})
        return {"key": manifest.key, **imported, **pack_manifest(manifest)}

    def _playbook(self) -> Playbook:
        number = self.latest()
        if not number:
            raise BadHistory("playbook", "none is published, and its rules are what profiles are made by")
        return self.playbooks.get(number)

    def _import(self, history: str, folder: Path) -> dict[str, Any]:
        path = self.files.download(history, folder)
        self.tell("history fetched", {"history": history, "bytes": path.stat().st_size})
        imported = import_history(path, self.archive, folder).document()
        path.unlink()
        self.tell("history imported", imported)
        return {"import": imported}
