"""Order histories and snapshots on S3."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from tandem.adapters.aws import code_of, passing_faults
from tandem.attributes import Profile
from tandem.errors import BadHistory
from tandem.profiles.snapshot import (
    FOLDER,
    MANIFEST,
    Manifest,
    folder_of,
    moment_of,
    pack_manifest,
    read_profiles,
    unpack_manifest,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


class ProfileFiles:
    """The batch side's files in one bucket; fulfils `Snapshots`. Raises BadHistory for what is not there."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def download(self, key: str, folder: Path) -> Path:
        """The object as a file in `folder`, under the last part of its key."""
        path = folder / Path(key).name
        body = self._open(key)
        with passing_faults("s3", "GetObject"), path.open("wb") as file:
            shutil.copyfileobj(body, file)
        return path

    def moments(self) -> list[datetime]:
        """The folders' names tell."""
        pages = self._pages(Prefix=f"{FOLDER}/", Delimiter="/")
        names = [each["Prefix"].split("/")[1] for page in pages for each in page.get("CommonPrefixes", [])]
        return sorted(moment for name in names if (moment := moment_of(name)))

    def manifest(self, as_of: datetime) -> Manifest | None:
        """Raises BadHistory for one that cannot be read."""
        key = f"{folder_of(as_of)}/{MANIFEST}"
        try:
            body = self._open(key)
        except BadHistory:
            return None
        return read_manifest(body.read())

    def names(self, as_of: datetime) -> list[str]:
        """As S3 lists them."""
        pages = self._pages(Prefix=f"{folder_of(as_of)}/")
        return [each["Key"].rpartition("/")[2] for page in pages for each in page.get("Contents", [])]

    def fetch(self, as_of: datetime, name: str, folder: Path) -> Path:
        """A file, put into `folder`."""
        return self.download(f"{folder_of(as_of)}/{name}", folder)

    def put(self, as_of: datetime, path: Path) -> None:
        """Puts a file under its name."""
        with passing_faults("s3", "PutObject"), path.open("rb") as file:
            self._client.put_object(Bucket=self._bucket, Key=f"{folder_of(as_of)}/{path.name}", Body=file)

    def publish(self, manifest: Manifest) -> None:
        """Its arrival wakes the load. Of two runs at once the first one's stands."""
        body = json.dumps(pack_manifest(manifest), sort_keys=True).encode()
        try:
            with passing_faults("s3", "PutObject"):
                self._client.put_object(
                    Bucket=self._bucket, Key=manifest.key, Body=body, ContentType="application/json", IfNoneMatch="*"
                )
        except ClientError as error:
            if code_of(error) != "PreconditionFailed":
                raise

    def open_snapshot(self, key: str, folder: Path) -> tuple[Manifest, Iterator[Profile]]:
        """The manifest under `key` and the profiles it names, their files kept in `folder`."""
        manifest = read_manifest(self.download(key, folder).read_bytes())
        root = key.removesuffix(MANIFEST)
        return manifest, read_profiles([self.download(f"{root}{part.profiles}", folder) for part in manifest.parts])

    def _open(self, key: str) -> IO[bytes]:
        try:
            with passing_faults("s3", "GetObject"):
                body: Any = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        except ClientError as error:
            if code_of(error) in _MISSING:
                raise BadHistory(key, f"no such object in the bucket {self._bucket}") from error
            raise
        return body  # type: ignore[no-any-return]

    def _pages(self, **what: str) -> Iterator[Any]:
        turning = iter(self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, **what))  # type: ignore[arg-type]
        while True:
            with passing_faults("s3", "ListObjectsV2"):
                page = next(turning, None)
            if page is None:
                return
            yield page


def read_manifest(body: bytes) -> Manifest:
    """The manifest in an object. Raises BadHistory."""
    try:
        document = json.loads(body)
    except ValueError as error:
        raise BadHistory(MANIFEST, f"not JSON: {error}") from error
    return unpack_manifest(document)
