"""Keeps every event received: from the archive's queue to S3, by received hour; refused ones apart."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.archive.settings import ArchiveSettings
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.aws import PATIENT
from tandem.archive import Delivery, keep
from tandem.archive.ports import Shelf

logger = Logger(service="archive")
metrics = Metrics(namespace="Tandem", service="archive")


@cache
def files() -> ArchiveFiles:
    """The bucket with its client, made once a worker."""
    settings = ArchiveSettings.of_this_process()
    return ArchiveFiles(boto3.client("s3", config=PATIENT), settings.bucket)


@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out."""
    return run(event, files())


def run(event: dict[str, Any], shelf: Shelf) -> dict[str, Any]:
    """The same, onto this shelf."""
    kept = keep([_delivery(record) for record in event["Records"]], shelf)
    for name in ("archived", "refused", "objects"):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=getattr(kept, name))
    for message, error in kept.broken:
        logger.error("neither archived nor refused", exc_info=error, extra={"message_id": message})
    if kept.failed or kept.refused:
        logger.warning("not all archived", failed=len(kept.failed), refused=kept.refused)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in sorted(kept.failed)]}


def _delivery(record: dict[str, Any]) -> Delivery:
    sent_at = datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
    return Delivery(record["messageId"], record["body"], sent_at)
