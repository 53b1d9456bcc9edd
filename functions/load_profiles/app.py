"""load_profiles: a snapshot that landed on S3 is put into the profiles table. Its manifest, written last, wakes it.

Then dates that come back are raised, from all that the snapshot holds. {"dates": "due"}, once a day, raises those that
no load of the day has: there is no new snapshot while something waits for the archive, or where none is built.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.load_profiles.run import Run
from functions.load_profiles.settings import Settings
from tandem.adapters.aws import PATIENT
from tandem.adapters.dates_topic import DatesTopic
from tandem.adapters.playbook_files import PlaybookFiles
from tandem.adapters.playbook_table import PlaybookTable
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import CONFIG, ProfileTable
from tandem.adapters.refreshed_queue import RefreshedQueue
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.playbook import Playbook
from tandem.profiles.dates import Calendar
from tandem.profiles.load import Loader
from tandem.profiles.raising import Raiser
from tandem.profiles.used import used_codes

logger = Logger(service="load_profiles")


@cache
def run() -> Run:
    """The run with its clients, made once a worker."""
    return build(Settings.of_this_process(), clock=lambda: datetime.now(UTC))


def build(settings: Settings, *, clock: Callable[[], datetime]) -> Run:
    """The run with its clients."""
    s3, dynamodb = boto3.client("s3", config=PATIENT), boto3.client("dynamodb", config=CONFIG)
    playbooks = PlaybookFiles(s3, settings.bucket)
    published = PlaybookTable(dynamodb, settings.playbooks_table, clock)
    snapshots, table = ProfileFiles(s3, settings.bucket), ProfileTable(dynamodb, settings.profiles_table)

    erased = TombstoneTable(dynamodb, settings.tombstones_table).all

    def live() -> Playbook | None:
        number = published.latest()
        return playbooks.get(number) if number else None

    def used() -> frozenset[int] | None:
        playbook = live()
        return used_codes(playbook) if playbook else frozenset()

    def calendar() -> Calendar | None:
        playbook = live()
        return Calendar(playbook) if playbook else None

    loader = Loader(
        snapshots=snapshots,
        table=table,
        news=RefreshedQueue(boto3.client("sqs", config=PATIENT), settings.events_queue_url),
        used=used,
        clock=clock,
        tell=tell,
        erased=erased,
    )
    door = DatesTopic(boto3.client("sns", config=PATIENT), settings.events_topic_arn)
    return Run(settings.bucket, loader, Raiser(snapshots, table, door, calendar, clock, tell, erased))


def tell(what: str, counts: Mapping[str, Any]) -> None:
    """Into the log."""
    logger.info(what, extra={"counts": dict(counts)})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> list[dict[str, Any]]:
    """Answers with the header and the counts of each snapshot; raises Unavailable to be started again."""
    return run().answer(event)
