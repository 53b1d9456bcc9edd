"""Histories and snapshots on S3."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from tandem.adapters.aws import code_of, passing_faults
from tandem.attributes.profile import Profile
from tandem.errors import BadHistory
from tandem.profiles.build import Snapshot
from tandem.profiles.snapshot import MANIFEST, Manifest, folder_of, pack_manifest, read_profiles, unpack_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


class ProfileFiles:
    """The batch side's files in one bucket. Raises BadHistory for what is not there, and Unavailable."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def download(self, key: str, folder: Path) -> Path:
        """The object as a file in `folder`, under the last part of its key."""
        path = folder / Path(key).name
        try:
            with passing_faults("s3", "GetObject"), path.open("wb") as file:
                shutil.copyfileobj(self._client.get_object(Bucket=self._bucket, Key=key)["Body"], file)
        except ClientError as error:
            if code_of(error) in _MISSING:
                raise BadHistory(key, f"no such object in the bucket {self._bucket}") from error
            raise
        return path

    def publish(self, snapshot: Snapshot) -> str:
        """Puts the profiles, then the manifest that names them: readers never see half a run. Its key."""
        folder = folder_of(snapshot.manifest.header.as_of)
        key = f"{folder}/{MANIFEST}"
        document = json.dumps(pack_manifest(snapshot.manifest), sort_keys=True)
        with passing_faults("s3", "PutObject"):
            with snapshot.profiles.open("rb") as file:
                self._client.put_object(Bucket=self._bucket, Key=f"{folder}/{snapshot.profiles.name}", Body=file)
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=document.encode(), ContentType="application/json"
            )
        return key

    def open_snapshot(self, key: str, folder: Path) -> tuple[Manifest, Iterator[Profile]]:
        """The manifest under `key` and the profiles it names, kept in `folder` while they are read."""
        manifest = _read_manifest(self.download(key, folder))
        profiles = self.download(f"{key.removesuffix(MANIFEST)}{manifest.file}", folder)
        return manifest, read_profiles(profiles, manifest.header.as_of)


def _read_manifest(path: Path) -> Manifest:
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise BadHistory(path.name, f"not JSON: {error}") from error
    return unpack_manifest(document)
