"""What wakes load_profiles: EventBridge's "Object Created", an S3 notification, a manifest named by hand, a new day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from tandem.errors import BadHistory
from tandem.profiles.snapshot import FOLDER, MANIFEST, moment_of


def snapshots_in(event: Mapping[str, Any], bucket: str) -> list[datetime]:
    """The moments of the snapshots whose manifests landed in `bucket`: none on {"dates": "due"}, which asks for no more
    than what every load ends with. Raises BadHistory for anything else."""
    if event == {"dates": "due"}:
        return []
    return [_moment(found, key, bucket) for found, key in _objects(event)]


def _moment(found: str, key: str, bucket: str) -> datetime:
    parts = key.split("/")
    moment = moment_of(parts[1]) if len(parts) == 3 and (parts[0], parts[2]) == (FOLDER, MANIFEST) else None
    if found != bucket or moment is None:
        raise BadHistory("key", f"{found}/{key} is not {bucket}/{FOLDER}/…/{MANIFEST}")
    return moment


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
