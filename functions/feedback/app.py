"""Hears back: what the provider tells of messages, to the addresses' items, the ledger and the customers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.feedback.settings import FeedbackSettings
from tandem.adapters.aws import PATIENT
from tandem.adapters.dead_letters import DeadLetterQueue
from tandem.adapters.hearing_tables import HeardAddresses, HeardRows
from tandem.adapters.news_topic import NewsTopic
from tandem.errors import BadEvent, Unavailable
from tandem.hearing import Done, Heard, Ports, hear, parse
from tandem.hearing.ports import DeadLetters

logger = Logger(service="feedback")
metrics = Metrics(namespace="Tandem", service="feedback")


@dataclass(frozen=True, slots=True)
class Ear:
    """The ports, and where what cannot be read goes."""

    ports: Ports
    dead_letters: DeadLetters


@cache
def ear() -> Ear:
    """The clients, made once a worker."""
    settings = FeedbackSettings.of_this_process()
    dynamodb = boto3.client("dynamodb", config=PATIENT)
    ports = Ports(
        addresses=HeardAddresses(dynamodb, settings.consents_table),
        rows=HeardRows(dynamodb, settings.ledger_table),
        news=NewsTopic(boto3.client("sns", config=PATIENT), settings.events_topic_arn),
    )
    return Ear(ports, DeadLetterQueue(boto3.client("sqs", config=PATIENT), settings.feedback_dlq_url))


@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out."""
    return run(event, ear())


def run(event: dict[str, Any], listener: Ear) -> dict[str, Any]:
    """The same, by these ports."""
    metrics.add_metric(name="received", unit=MetricUnit.Count, value=len(event["Records"]))
    failed = [record["messageId"] for record in event["Records"] if not _handle(record, listener)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _handle(record: dict[str, Any], listener: Ear) -> bool:
    """Whether the message is done with. Whatever is wrong with one, the others go on."""
    try:
        _hear(record, listener)
    except Unavailable as error:
        logger.warning("comes back", extra={"message_id": record["messageId"], "because": str(error)})
        return False
    except Exception:
        logger.exception("not heard", extra={"message_id": record["messageId"]})
        return False
    return True


def _hear(record: dict[str, Any], listener: Ear) -> None:
    sent_at = datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
    try:
        heard = parse(record["body"], sent_at)
    except BadEvent as bad:
        listener.dead_letters.put(record["body"], reason=bad.reason, field=bad.field)
        logger.warning("refused", extra={"reason": bad.reason, "field": bad.field})
        metrics.add_metric(name="refused", unit=MetricUnit.Count, value=1)
        return
    if heard is not None:  # else SES greets its topic
        _count(heard, hear(heard, listener.ports))


def _count(heard: Heard, done: Done) -> None:
    logger.info(heard.kind, extra={"send": heard.send_id, "provider_id": heard.provider_id, "known": done.known})
    counts = {
        heard.kind.value: 1,
        "machine": int(heard.machine),
        "unknown_id": int(not done.known),
        "suppressed": done.suppressed,
        "told": done.told,
    }
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
