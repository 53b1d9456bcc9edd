"""A person's lines in the bucket: events by the hour, imported ones, refused ones. Read, or taken out."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from gzip import GzipFile
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.archive.keys import ARCHIVE, IMPORTS, REFUSED, SUFFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PLACES: Final = (f"{ARCHIVE}/", IMPORTS, f"{REFUSED}/")
_IN_MEMORY: Final = 8 * 1024 * 1024
Line = tuple[bytes, dict[str, Any] | None]  # as it lies there, and its document if it is the person's


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`lines` were taken out of `objects`, of all that were looked through."""

    looked: int = 0
    objects: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveOf:
    """One person's part of the bucket. Every method may raise Unavailable."""

    client: "S3Client"
    bucket: str
    customer_id: str

    def keys(self) -> list[str]:
        """Every object that may hold a line."""
        with calling("s3", "ListObjectsV2"):
            pages = [
                page
                for place in PLACES
                for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=place)
            ]
        return [each["Key"] for page in pages for each in page.get("Contents", []) if each["Key"].endswith(SUFFIX)]

    def events(self, advance: Callable[[int], None]) -> Iterator[dict[str, Any]]:
        """The person's lines as they were archived: the message that was published, read, and when it was received."""
        for key in self.keys():
            with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
                self._download(key, file)
                yield from (_shown(document) for _, document in self._lines(file) if document)
            advance(1)

    def take_out(self, advance: Callable[[int], None]) -> Rewritten:
        """Writes each object that holds such a line without it. An object is one put: cut off, run it again."""
        looked, objects, lines = 0, 0, 0
        for key in self.keys():
            with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
                self._download(key, file)
                if found := sum(document is not None for _, document in self._lines(file)):
                    self._put_without(key, file)
                    objects, lines = objects + 1, lines + found
            looked += 1
            advance(1)
        return Rewritten(looked, objects, lines)

    def _put_without(self, key: str, file: IO[bytes]) -> None:
        with TemporaryFile() as rest:
            _write((line for line, document in self._lines(file) if document is None), rest)
            with calling("s3", "PutObject"):
                self.client.put_object(Bucket=self.bucket, Key=key, Body=rest)

    def _download(self, key: str, file: IO[bytes]) -> None:
        with calling("s3", "GetObject"):
            shutil.copyfileobj(self.client.get_object(Bucket=self.bucket, Key=key)["Body"], file)

    def _lines(self, file: IO[bytes]) -> Iterator[Line]:
        file.seek(0)
        with GzipFile(fileobj=file, mode="rb") as lines:
            for line in lines:
                yield line, self._mine(line)

    def _mine(self, line: bytes) -> dict[str, Any] | None:
        document: dict[str, Any] = json.loads(line)
        said = document.get("message") or _published(str(document.get("body", "")))
        return document if _is_of(said, self.customer_id) else None


def _write(lines: Iterable[bytes], file: IO[bytes]) -> None:
    """As the archive writes: the same lines are the same bytes."""
    with GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as zipped:
        zipped.writelines(lines)
    file.seek(0)


def _published(body: str) -> str:
    """What is inside of the topic's envelope; a body that is no envelope is what it is."""
    outer = _read(body)
    return outer["Message"] if isinstance(outer, dict) and isinstance(outer.get("Message"), str) else body


def _is_of(message: str, customer_id: str) -> bool:
    """Whether the message names this customer. One that is no JSON does if the id stands in it as a text."""
    event = _read(message)
    if isinstance(event, dict):
        return bool(event.get("customer_id") == customer_id)
    return any(json.dumps(customer_id, ensure_ascii=ascii_) in message for ascii_ in (True, False))


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    said = document.get("message") or _published(str(document.get("body", "")))
    refused: dict[str, Any] = {name: document[name] for name in ("reason", "field") if name in document}
    return {"received_at": document.get("received_at"), "event": _read(said) or said, **refused}


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
