"""settle: every five minutes, what nobody knows the end of. Unknown sends are settled, dead letters go back."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
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
from tandem.sending.settle import ABILITIES, Settling

logger = Logger(service="settle")
metrics = Metrics(namespace="Tandem", service="settle")


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


@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Woken by its schedule; what the event says does not matter."""
    _tell(run(desk(), lambda: datetime.now(UTC), lambda: context.get_remaining_time_in_millis() / 1000))


def _tell(done: Done) -> None:
    """A ledger that could not be read says nothing of itself: its alarm hears that."""
    if done.settled:
        for name in ("unknown", "given_up", "tried_again", "unsettled", "overdue"):
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=getattr(done.settled, name))
    for channel, why in done.broken.items():
        logger.warning("a breaker is open", extra={"channel": channel, "because": why})
        _measure_breaker(channel)
    metrics.add_metric(name="redriven", unit=MetricUnit.Count, value=done.moved)
    if done.failed or (done.settled and (done.settled.failed or not done.settled.is_whole)):
        logger.warning("not all settled", extra={"failed": done.failed, "settled": done.settled})


def _measure_breaker(channel: str) -> None:
    """Only while it is open: a metric that says nothing costs nothing."""
    of = {"service": "settle", "channel": channel}
    with single_metric("breaker_open", MetricUnit.Count, 1, namespace="Tandem", default_dimensions=of):
        pass
