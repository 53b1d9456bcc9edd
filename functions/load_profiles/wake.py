"""What wakes load_profiles: EventBridge's "Object Created", an S3 notification, or a manifest named by hand."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from tandem.errors import BadHistory
from tandem.profiles.snapshot import FOLDER, MANIFEST


def manifest_keys(event: Mapping[str, Any], bucket: str) -> list[str]:
    """The keys of the manifests that landed in `bucket`. Raises BadHistory for anything else."""
    for found, key in _objects(event):
        if found != bucket or not (key.startswith(f"{FOLDER}/") and key.endswith(f"/{MANIFEST}")):
            raise BadHistory("key", f"{found}/{key} is not {bucket}/{FOLDER}/…/{MANIFEST}")
    return [key for _, key in _objects(event)]


def _objects(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    match event:
        case {"detail": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)}}}:
            return [(bucket, key)]
        case {"Records": [*records]}:
            return [(part["s3"]["bucket"]["name"], unquote_plus(part["s3"]["object"]["key"])) for part in records]
        case {"bucket": str(bucket), "key": str(key)}:
            return [(bucket, key)]
        case _:
            raise BadHistory("key", "missing; name a manifest as bucket and key")
