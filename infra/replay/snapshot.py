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
    """`path` is the snapshot's folder, its manifest or its Parquet file. Raises BadHistory."""
    folder = path if path.is_dir() else path.parent
    manifest_path = folder / MANIFEST
    try:
        manifest = unpack_manifest(json.loads(manifest_path.read_bytes()))
    except (OSError, ValueError) as error:
        problem = "it is not there; a snapshot is a folder with snapshot.json and profiles.parquet"
        raise BadHistory(str(manifest_path), problem if isinstance(error, OSError) else f"not JSON: {error}") from error
    profiles = folder / manifest.file
    if not profiles.is_file():
        raise BadHistory(str(profiles), f"it is not there, and {MANIFEST} names it")
    wanted = frozenset(customers)
    found = read_profiles(profiles, manifest.header.as_of)
    return Snapshot(manifest.header, {each.customer_id: each for each in found if each.customer_id in wanted})
