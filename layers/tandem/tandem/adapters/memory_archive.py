"""The archive in memory: what replay, the simulator and the tests use."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from tandem.archive.keys import ARCHIVE, IMPORTS, folder_of, import_key, last_folder
from tandem.archive.lines import Line, read_events, write_lines
from tandem.errors import BadHistory, Unavailable
from tandem.events import Event


@dataclass(slots=True)
class MemoryArchive:
    """Keeps the stored form, as S3 does: what cannot be stored cannot hide. `down`: nothing can be put."""

    objects: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def put(self, key: str, data: bytes) -> None:
        """Puts the object."""
        if self.down:
            raise Unavailable("memory", "put")
        self.objects[key] = data

    def read(self, since: datetime, until: datetime) -> Iterator[Event]:
        """Hour by hour."""
        first, last = folder_of(ARCHIVE, since), last_folder(until)
        for key in sorted(self.objects):
            if first <= key.rpartition("/")[0] + "/" <= last:
                yield from (event for event in self._events(key) if since <= event.received_at < until)

    def imports(self) -> list[str]:
        """Sorted."""
        return sorted(key for key in self.objects if key.startswith(IMPORTS))

    def read_import(self, key: str) -> Iterator[Event]:
        """The events of one import."""
        return self._events(key)

    def write_import(self, name: str, lines: Iterable[Line]) -> str:
        """Returns the key."""
        key, file = import_key(name), BytesIO()
        write_lines((line.document() for line in lines), file)
        self.put(key, file.getvalue())
        return key

    def _events(self, key: str) -> Iterator[Event]:
        if key not in self.objects:
            raise BadHistory(key, "no such object")
        yield from read_events(BytesIO(self.objects[key]), key)


@dataclass(slots=True)
class MemoryUnarchived:
    """`waiting` are the moments at which what waits was received. `told`: False when it cannot be told."""

    waiting: list[datetime] = field(default_factory=list)
    told: bool = True

    def oldest(self) -> datetime | None:
        """The oldest of them."""
        if not self.told:
            raise Unavailable("memory", "oldest")
        return min(self.waiting, default=None)
