"""load_profiles: a snapshot that landed on S3 is put into the profiles table. Its manifest, written last, wakes it."""

from dataclasses import asdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.load_profiles.settings import Settings
from functions.load_profiles.wake import manifest_keys
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import CONFIG, Loaded, ProfileTable
from tandem.attributes.profile import pack_header

logger = Logger(service="load_profiles")


@cache
def built() -> tuple[Settings, ProfileFiles, ProfileTable]:
    """Settings, files and table, made at the first invocation."""
    settings = Settings.of_this_process()
    files = ProfileFiles(boto3.client("s3"), settings.bucket)
    return settings, files, ProfileTable(boto3.client("dynamodb", config=CONFIG), settings.profiles_table)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> list[dict[str, Any]]:
    """Answers with the header and the counts of each snapshot; raises Unavailable to be started again."""
    settings, _, _ = built()
    return [_load(key) for key in manifest_keys(event, settings.bucket)]


def _load(key: str) -> dict[str, Any]:
    _, files, table = built()
    with TemporaryDirectory() as folder:
        manifest, profiles = files.open_snapshot(key, Path(folder))
        loaded = table.load(manifest.header, profiles, _progress)
    logger.info("snapshot loaded", extra={"key": key, "counts": asdict(loaded)})
    return {"key": key, **pack_header(manifest.header), "counts": asdict(loaded)}


def _progress(loaded: Loaded) -> None:
    logger.info("profiles put so far", extra={"counts": asdict(loaded)})
