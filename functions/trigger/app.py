"""The fast brain: events from the queue become attributes, decisions and effects."""

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from functions.trigger.settings import TriggerSettings
from tandem.actor import Actor, Message
from tandem.adapters.aws import PATIENT
from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.customer_table import CustomerTable
from tandem.adapters.dead_letters import DeadLetterQueue
from tandem.adapters.event_bus import EventBus
from tandem.adapters.outbox import Outbox
from tandem.adapters.playbook_files import PlaybookFiles
from tandem.adapters.schedules import SchedulerSchedules

logger = Logger(service="trigger")
metrics = Metrics(namespace="Tandem", service="trigger")


@cache
def actor() -> Actor:
    """The actor, made once a worker."""
    return build(TriggerSettings.of_this_process())


def build(settings: TriggerSettings) -> Actor:
    """The actor with its clients."""
    dynamodb = boto3.client("dynamodb", config=PATIENT)
    sqs = boto3.client("sqs", config=PATIENT)
    schedules = SchedulerSchedules(
        client=cache(lambda: boto3.client("scheduler", config=PATIENT)),
        group=settings.schedule_group,
        role_arn=settings.schedule_role_arn,
        queue_arn=settings.events_queue_arn,
        dead_letter_arn=settings.schedule_dlq_arn,
    )
    return Actor(
        customers=CustomerTable(
            client=dynamodb,
            customers=settings.customers_table,
            profiles=settings.profiles_table,
            playbooks=settings.playbooks_table,
            tombstones=settings.tombstones_table,
            pause=lambda tries: time.sleep(0.05 * 2**tries),
        ),
        playbooks=PlaybookFiles(boto3.client("s3", config=PATIENT), settings.bucket),
        outbox=Outbox(
            sqs=sqs,
            consents=ConsentTable(dynamodb, settings.consents_table),
            schedules=schedules,
            bus=EventBus(cache(lambda: boto3.client("events", config=PATIENT)), settings.event_bus_name),
            events_queue=settings.events_queue_url,
            records_queue=settings.records_queue_url,
            sends_queue=settings.sends_queue_url,
            schedule_after=timedelta(seconds=settings.schedule_after_seconds),
        ),
        dead_letters=DeadLetterQueue(sqs, settings.events_dlq_url),
        clock=lambda: datetime.now(UTC),
        seed=lambda: token_hex(8),
    )


@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out."""
    return run(event, actor())


def run(event: dict[str, Any], brain: Actor) -> dict[str, Any]:
    """The same by this actor, over whatever ports it has."""
    handled = brain.handle([_message(record) for record in event["Records"]])
    for name in ("events", "decisions", "sends", "refused", "conflicts", "erased"):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=getattr(handled, name))
    metrics.add_metric(name="broken", unit=MetricUnit.Count, value=len(handled.broken))
    for reason, count in handled.left_out.items():
        _measure_left_out(reason, count)
    for customer_id, error in handled.broken:
        logger.error("no step could be made", exc_info=error, extra={"customer_id": customer_id})
    if handled.failed or handled.refused:
        logger.warning("not all handled", failed=sorted(handled.failed), refused=handled.refused)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in sorted(handled.failed)]}


def _measure_left_out(reason: str, count: int) -> None:
    """What events held that a rule could not use; by reason, since each asks for another remedy."""
    of = {"service": "trigger", "reason": reason}
    with single_metric("left_out", MetricUnit.Count, count, namespace="Tandem", default_dimensions=of):
        pass


def _message(record: dict[str, Any]) -> Message:
    sent_at = datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
    return Message(record["messageId"], record["body"], sent_at)
