"""build_profiles: the archive becomes a snapshot of profiles on S3. Woken every night, or by hand.

{}, or {"history": "history/orders.csv", "as_of": "2026-11-21T00:00:00Z"}, either of them: a history is imported first.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.build_profiles.run import Run
from functions.build_profiles.settings import Settings
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.archive_queue import ArchiveQueue
from tandem.adapters.aws import PATIENT
from tandem.adapters.playbook_files import PlaybookFiles
from tandem.adapters.playbook_table import PlaybookTable
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.tombstone_table import TombstoneTable

logger = Logger(service="build_profiles")


@cache
def run() -> Run:
    """The run with its clients, made once a worker."""
    return build(Settings.of_this_process(), clock=lambda: datetime.now(UTC), pause=time.sleep)


def build(settings: Settings, *, clock: Callable[[], datetime], pause: Callable[[float], None]) -> Run:
    """The run with its clients."""
    s3, dynamodb = boto3.client("s3", config=PATIENT), boto3.client("dynamodb", config=PATIENT)
    return Run(
        files=ProfileFiles(s3, settings.bucket),
        archive=ArchiveFiles(s3, settings.bucket),
        unarchived=ArchiveQueue(
            sqs=boto3.client("sqs", config=PATIENT),
            cloudwatch=boto3.client("cloudwatch", config=PATIENT),
            queue=settings.archive_queue_url,
            dead_letters=settings.archive_dlq_url,
            clock=clock,
            pause=pause,
        ),
        latest=PlaybookTable(dynamodb, settings.playbooks_table, clock).latest,
        playbooks=PlaybookFiles(s3, settings.bucket),
        erased=TombstoneTable(dynamodb, settings.tombstones_table).all,
        clock=clock,
        tell=lambda what, counts: logger.info(what, extra={"counts": dict(counts)}),
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with the manifest and its key; raises BadHistory where that cannot be."""
    return run().answer(event)
