"""load_profiles: a snapshot that landed on S3 is put into the profiles table. Its manifest, written last, wakes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.load_profiles.settings import Settings
from functions.load_profiles.wake import snapshots_in
from tandem.adapters.aws import PATIENT
from tandem.adapters.playbook_files import PlaybookFiles
from tandem.adapters.playbook_table import PlaybookTable
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import CONFIG, ProfileTable
from tandem.adapters.refreshed_queue import RefreshedQueue
from tandem.attributes.stored import pack_header
from tandem.profiles.load import Loader, counts, usd
from tandem.profiles.used import used_codes

logger = Logger(service="load_profiles")


@dataclass(frozen=True, slots=True)
class Run:
    """The loader, and the bucket that its snapshots lie in."""

    bucket: str
    loader: Loader

    def answer(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """The key, the header, the counts and the cost of each snapshot."""
        return [self._load(as_of) for as_of in snapshots_in(event, self.bucket)]

    def _load(self, as_of: datetime) -> dict[str, Any]:
        with TemporaryDirectory() as folder:
            manifest, done = self.loader.load(as_of, Path(folder))
        return {
            "key": manifest.key,
            **pack_header(manifest.header),
            "counts": counts(done),
            "usd": usd(done.loaded.units),
        }


@cache
def run() -> Run:
    """The run with its clients, made once a worker."""
    return build(Settings.of_this_process(), clock=lambda: datetime.now(UTC))


def build(settings: Settings, *, clock: Callable[[], datetime]) -> Run:
    """The run with its clients."""
    s3, dynamodb = boto3.client("s3", config=PATIENT), boto3.client("dynamodb", config=CONFIG)
    playbooks, published = PlaybookFiles(s3, settings.bucket), PlaybookTable(dynamodb, settings.playbooks_table)

    def used() -> frozenset[int]:
        number = published.latest()
        return used_codes(playbooks.get(number)) if number else frozenset()

    loader = Loader(
        snapshots=ProfileFiles(s3, settings.bucket),
        table=ProfileTable(dynamodb, settings.profiles_table),
        news=RefreshedQueue(boto3.client("sqs", config=PATIENT), settings.events_queue_url),
        used=used,
        clock=clock,
        tell=lambda what, counts: logger.info(what, extra={"counts": dict(counts)}),
    )
    return Run(settings.bucket, loader)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> list[dict[str, Any]]:
    """Answers with the header and the counts of each snapshot; raises Unavailable to be started again."""
    return run().answer(event)
