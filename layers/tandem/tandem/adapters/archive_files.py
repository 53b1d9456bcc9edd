"""The archive in one bucket: objects by received hour, and imported histories."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from tandem.adapters.aws import calling, code_of, passing_faults
from tandem.archive.keys import ARCHIVE, IMPORTS, folder_of, import_key, last_folder
from tandem.archive.lines import Line, read_events, write_lines
from tandem.errors import BadHistory
from tandem.events import Event

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_IN_MEMORY: Final = 8 * 1024 * 1024  # an hour's object fits, an imported history goes to the disk


class ArchiveFiles:
    """Fulfils `Shelf`, `ArchiveReader` and `Imports`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, data: bytes) -> None:
        """Puts the object. Raises Unavailable, whatever went wrong: the messages come back."""
        with calling("s3", "PutObject"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data)

    def read(self, since: datetime, until: datetime) -> Iterator[Event]:
        """One listing from the first hour on: an hour in which nothing was received costs no call."""
        if since >= until:
            return
        last = last_folder(until)
        for key in self._keys(f"{ARCHIVE}/", start_after=folder_of(ARCHIVE, since)):
            if key.rpartition("/")[0] + "/" > last:
                return
            yield from (event for event in self._events(key) if since <= event.received_at < until)

    def imports(self) -> list[str]:
        """Sorted, as S3 lists them."""
        return list(self._keys(IMPORTS))

    def read_import(self, key: str) -> Iterator[Event]:
        """Raises BadHistory, Unreadable, Unavailable."""
        return self._events(key)

    def write_import(self, name: str, lines: Iterable[Line]) -> str:
        """Zipped to the disk, then put from there: it may be bigger than memory."""
        key = import_key(name)
        with TemporaryFile() as file:
            write_lines((line.document() for line in lines), file)
            file.seek(0)
            with passing_faults("s3", "PutObject"):
                self._client.put_object(Bucket=self._bucket, Key=key, Body=file)
        return key

    def _events(self, key: str) -> Iterator[Event]:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            self._download(key, file)
            yield from read_events(file, key)

    def _download(self, key: str, file: IO[bytes]) -> None:
        try:
            with passing_faults("s3", "GetObject"):
                shutil.copyfileobj(self._client.get_object(Bucket=self._bucket, Key=key)["Body"], file)
        except ClientError as error:
            if code_of(error) in _MISSING:
                raise BadHistory(key, f"no such object in the bucket {self._bucket}") from error
            raise
        file.seek(0)

    def _keys(self, prefix: str, start_after: str = "") -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=start_after
        )
        turning = iter(pages)
        while True:
            with passing_faults("s3", "ListObjectsV2"):
                page = next(turning, None)
            if page is None:
                return
            yield from (each["Key"] for each in page.get("Contents", []))
