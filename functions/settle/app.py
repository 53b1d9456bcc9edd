"""settle: every five minutes, what nobody knows the end of. Unknown sends are settled, dead letters go back."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.settle.run import Desk, Done, run
from functions.settle.settings import SettleSettings
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.aws import PATIENT
from tandem.adapters.breakers import LiveBreakers
from tandem.adapters.letters import ArchivedLetters, DeadLetters, ReturnedLetters
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.sends_queue import SendsQueue
from tandem.adapters.ses_account import SesAccount, SesStanding
from tandem.adapters.unsettled_table import UnsettledTable
from tandem.customer import Channel
from tandem.errors import Unavailable
from tandem.sending.settle import ABILITIES, Settled, Settling

logger = Logger(service="settle")


@cache
def desk() -> Desk:
    """The desk with its clients, made once a worker."""
    return build(SettleSettings.of_this_process(), clock=lambda: datetime.now(UTC))


def build(settings: SettleSettings, *, clock: Callable[[], datetime]) -> Desk:
    """The desk with its clients. Each run begins with another shard of the index."""
    sqs, dynamodb = boto3.client("sqs", config=PATIENT), boto3.client("dynamodb", config=PATIENT)
    live = LiveTable(dynamodb, settings.playbooks_table, clock)
    account = SesAccount(boto3.client("sesv2", config=PATIENT))
    rows = UnsettledTable(dynamodb, settings.ledger_table, lambda: int(clock().timestamp()) // 300)
    return Desk(
        settling=Settling(rows, SendsQueue(sqs, settings.sends_queue_url), settings.patience, ABILITIES),
        letters={
            name: ReturnedLetters(DeadLetters(sqs, lying), origin, counted=True)
            for name, (lying, origin) in settings.ways_home.items()
        },
        unarchived=ArchivedLetters(
            DeadLetters(sqs, settings.archive_dlq_url),
            ArchiveFiles(boto3.client("s3", config=PATIENT), settings.bucket),
        ),
        standings={Channel.EMAIL: SesStanding(account, boto3.client("cloudwatch", config=PATIENT))},
        breakers=LiveBreakers(live),
    )


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Woken by its schedule; what the event says does not matter. Raises Unavailable where a part could not be done."""
    done = run(desk(), lambda: datetime.now(UTC), lambda: context.get_remaining_time_in_millis() / 1000)
    _tell(done)
    if done.failed:
        raise Unavailable("settle", ", ".join(done.failed))


def _tell(done: Done) -> None:
    settled = done.settled or Settled()
    for name in ("unknown", "given_up", "tried_again", "unsettled", "overdue"):
        _measure(name, getattr(settled, name))
    _measure("redriven", done.moved)
    for channel, why in done.broken.items():
        logger.warning("a breaker is open", extra={"channel": channel, "because": why})
        _measure("breaker_open", 1, channel=channel)
    if done.failed or settled.failed or not settled.is_whole:
        logger.warning("not all settled", extra={"failed": done.failed, "settled": settled})


def _measure(name: str, value: int, **of: str) -> None:
    """Only where there is something: a metric that says nothing costs nothing."""
    if value:
        labels = {"service": "settle", **of}
        with single_metric(name, MetricUnit.Count, value, namespace="Tandem", default_dimensions=labels):
            pass
