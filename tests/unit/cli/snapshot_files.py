"""A snapshot on disk, as `replay --profiles` reads it."""

import json
from pathlib import Path

import duckdb

from tandem.attributes import Profile
from tandem.attributes.stored import pack_profile
from tandem.profiles.snapshot import Counts, Manifest, Part, pack_manifest
from tests.builders import HEADER


def snapshot_of(folder: Path, known: Profile) -> None:
    """What build_profiles leaves behind, of one customer."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE profiles (customer_id VARCHAR, document BLOB)")
        connection.execute("INSERT INTO profiles VALUES (?, ?)", [known.customer_id, pack_profile(known)])
        connection.execute(f"COPY profiles TO '{folder}/profiles.parquet' (FORMAT parquet)")
    parts, counts = (Part("state.parquet", "profiles.parquet"),), Counts(events=1, changed=1, customers=1, orders=1)
    manifest = Manifest(HEADER, parts, counts, playbook=1, form="1")
    (folder / "snapshot.json").write_text(json.dumps(pack_manifest(manifest)))
