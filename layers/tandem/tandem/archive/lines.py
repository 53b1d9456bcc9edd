"""One event a line: JSON in gzip. What a line says of an event is the message that was published, unchanged."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from gzip import BadGzipFile, GzipFile
from typing import IO, Any, Final

from tandem.errors import BadEvent, Unreadable
from tandem.events import Event, parse_envelope
from tandem.events.reading import read_object
from tandem.events.times import read_time

VERSION: Final = 1
_DAMAGED: Final = (BadEvent, BadGzipFile, EOFError, KeyError, RecursionError, TypeError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True)
class Line:
    """An event's message as it was published, and when it was received (aware)."""

    received_at: datetime
    message: str

    def document(self) -> dict[str, Any]:
        """As it is written."""
        return {"v": VERSION, "received_at": moment_text(self.received_at), "message": self.message}


def moment_text(moment: datetime) -> str:
    """ISO 8601 in UTC, exact: what is read back is the same moment."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_lines(documents: Iterable[Mapping[str, Any]], file: IO[bytes]) -> None:
    """The same documents are the same bytes: no name and no time in gzip's header."""
    with GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as zipped:
        for document in documents:
            zipped.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")


def read_events(file: IO[bytes], key: str) -> Iterator[Event]:
    """The events of an object, in its order. Raises Unreadable with the key and the line."""
    number = 1
    try:
        with GzipFile(fileobj=file, mode="rb") as lines:
            for line in lines:
                yield _event(line)
                number += 1
    except _DAMAGED as error:
        raise Unreadable(f"{key}:{number}") from error


def _event(line: bytes) -> Event:
    document = json.loads(line)
    if document["v"] != VERSION:
        raise ValueError(document["v"])
    return parse_envelope(read_object(document["message"]), read_time(document["received_at"], "received_at"))
