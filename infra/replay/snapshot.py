"""The profiles of a snapshot on disk: the files that build_profiles writes."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from tandem.attributes import Profile, SnapshotHeader
from tandem.errors import BadHistory
from tandem.profiles.snapshot import MANIFEST, read_profiles, unpack_manifest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A header, and the profiles asked for by customer."""

    header: SnapshotHeader | None = None
    profiles: dict[str, Profile] = field(default_factory=dict)


def read_snapshot(path: Path, customers: Collection[str]) -> Snapshot:
    """`path` is the snapshot's folder, its manifest or one of its Parquet files. Raises BadHistory."""
    folder = path if path.is_dir() else path.parent
    manifest_path = folder / MANIFEST
    try:
        manifest = unpack_manifest(json.loads(manifest_path.read_bytes()))
    except (OSError, ValueError) as error:
        problem = "it is not there; a snapshot is a folder with snapshot.json and the files it names"
        raise BadHistory(str(manifest_path), problem if isinstance(error, OSError) else f"not JSON: {error}") from error
    files = [folder / part.profiles for part in manifest.parts]
    for file in files:
        if not file.is_file():
            raise BadHistory(str(file), f"it is not there, and {MANIFEST} names it")
    wanted = frozenset(customers)
    found = read_profiles(files)
    return Snapshot(manifest.header, {each.customer_id: each for each in found if each.customer_id in wanted})
