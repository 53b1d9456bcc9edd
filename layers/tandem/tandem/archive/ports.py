"""What the archive needs of the world, and what its readers may ask. Adapters fulfil these; each has a memory twin."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from tandem.archive.lines import Line
from tandem.events import Event


class Shelf(Protocol):
    """Where objects are put."""

    def put(self, key: str, data: bytes) -> None:
        """Puts the object, over the one that is there. Raises Unavailable."""


class ArchiveReader(Protocol):
    """What was received, and what was imported. An event may come more than once: its reader knows it by identity.

    Raises Unavailable, and Unreadable with the key and line of what this release cannot read.
    """

    def read(self, since: datetime, until: datetime) -> Iterator[Event]:
        """Every archived event with since <= received_at < until, hour by hour, inside an hour in no order.

        Ask `Unarchived` first, then read: what was archived in between is there then.
        """

    def imports(self) -> list[str]:
        """The keys of the imported histories, sorted."""

    def read_import(self, key: str) -> Iterator[Event]:
        """The events of one, in its order. Raises BadHistory where there is none."""


class Imports(Protocol):
    """Where imported history is put."""

    def write_import(self, name: str, lines: Iterable[Line]) -> str:
        """Puts the lines under `imports/`, and returns the key. The same lines are the same object.

        Raises BadHistory for a name that is no plain file name, and Unavailable.
        """


class Unarchived(Protocol):
    """What has been received and is not in the archive yet."""

    def oldest(self) -> datetime | None:
        """All that was received before this moment is in the archive; None: all that was received at all is.

        Raises Unavailable when it cannot be told.
        """
