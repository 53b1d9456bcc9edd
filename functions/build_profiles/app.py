"""build_profiles: an order history on S3 becomes a snapshot of profiles on S3. Started by hand or by a schedule.

{"history": "history/orders.csv", "as_of": "2026-11-21T00:00:00Z"}
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.build_profiles.settings import Settings
from tandem.adapters.profile_files import ProfileFiles
from tandem.profiles.build import build_snapshot
from tandem.profiles.request import read_request
from tandem.profiles.snapshot import pack_manifest

logger = Logger(service="build_profiles")


@cache
def files() -> ProfileFiles:
    """The bucket's files, made at the first invocation."""
    settings = Settings.of_this_process()
    return ProfileFiles(boto3.client("s3"), settings.bucket)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with the manifest and its key; raises BadHistory where the history cannot be used."""
    request = read_request(event, now=datetime.now(UTC))
    with TemporaryDirectory() as folder:
        history = files().download(request.history, Path(folder))
        logger.info("history fetched", extra={"history": request.history, "bytes": history.stat().st_size})
        snapshot = build_snapshot(history, request.as_of, Path(folder))
        logger.info("profiles computed", extra={"counts": pack_manifest(snapshot.manifest)["counts"]})
        key = files().publish(snapshot)
    logger.info("snapshot published", extra={"key": key})
    return {"key": key, **pack_manifest(snapshot.manifest)}
