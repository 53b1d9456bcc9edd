"""send: one message of the sends queue is one mail or text, sent once. What passes comes back to the queue."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from secrets import SystemRandom
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.send.places import accounts
from functions.send.settings import SendSettings
from functions.send.ways_out import ways_out
from tandem.adapters.aws import PATIENT
from tandem.adapters.breakers import LiveBreakers
from tandem.adapters.content_files import ContentFiles
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.pace_table import PaceTable
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.returns import QueueReturns
from tandem.adapters.secret import UNSUBSCRIBE, WEBHOOK, StackSecret
from tandem.customer import Send, read_send
from tandem.errors import Unavailable
from tandem.sending import Ports, Rules, Unknown, deliver
from tandem.sending.coming_back import Returns, comes_back_after
from tandem.sending.pace import SharedPace
from tandem.unsubscribing import Links

logger = Logger(service="send")
metrics = Metrics(namespace="Tandem", service="send")


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a call works with. `draw` is chance, from 0 to 1."""

    ports: Ports
    rules: Rules
    clock: Callable[[], datetime]
    returns: Returns
    draw: Callable[[], float]


@cache
def desk() -> Desk:
    """The clients and the rules, made once a worker."""
    settings = SendSettings.of_this_process()
    dynamodb = boto3.client("dynamodb", config=PATIENT)
    clock = partial(datetime.now, UTC)
    secret = StackSecret(boto3.client("secretsmanager", config=PATIENT), settings.secret_arn)
    ports = Ports(
        ledger=LedgerTable(dynamodb, settings.ledger_table, settings.consents_table),
        customers=CustomerReader(
            dynamodb, settings.customers_table, settings.playbooks_table, lambda tries: time.sleep(0.05 * 2**tries)
        ),
        contents=ContentFiles(boto3.client("s3", config=PATIENT), settings.bucket),
        providers=ways_out(settings, lambda: secret.key(WEBHOOK)),
        pace=SharedPace(PaceTable(dynamodb, settings.ledger_table), accounts(settings), clock, time.sleep),
        breakers=LiveBreakers(LiveTable(dynamodb, settings.playbooks_table, clock)),
        news=NewsTopic(boto3.client("sns", config=PATIENT), settings.events_topic_arn),
    )
    returns = QueueReturns(boto3.client("sqs", config=PATIENT), settings.sends_queue_url)
    links = Links(settings.unsubscribe_url, secret.key(UNSUBSCRIBE))
    return Desk(ports, replace(settings.rules(), links=links), clock, returns, SystemRandom().random)


@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out."""
    metrics.add_metric(name="received", unit=MetricUnit.Count, value=len(event["Records"]))
    try:
        with_ = desk()
    except Unavailable as error:  # a worker that could not start
        logger.warning("all come back", extra={"because": str(error)})
        return _back(event["Records"])
    return run(event, with_)


def run(event: Mapping[str, Any], with_: Desk) -> dict[str, Any]:
    """The same at this desk, over whatever ports it has."""
    records = event["Records"]
    read = [_read(record) for record in records]
    sends = [each for each in read if isinstance(each, Send)]
    with_.ports.pace.expect(Counter((each.channel, each.transactional) for each in sends))
    faults = [
        _handle(each, with_, record["messageId"]) if isinstance(each, Send) else each
        for record, each in zip(records, read, strict=True)
    ]
    back = [(record, fault) for record, fault in zip(records, faults, strict=True) if fault]
    if back:
        with_.returns.later(
            {record["receiptHandle"]: comes_back_after(fault, _times(record), with_.draw()) for record, fault in back}
        )
    return _back([record for record, _ in back])


def _back(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


def _handle(send: Send, with_: Desk, message_id: str) -> Exception | None:
    """Why it comes back, if so."""
    try:
        outcome = deliver(send, with_.ports, with_.rules, with_.clock)
    except Unavailable as error:  # it goes back to its queue
        logger.warning("comes back", extra={"message_id": message_id, "because": str(error)})
        return error
    except Exception as error:  # it goes back to its queue, and from there to the dead letters
        logger.exception("not delivered", extra={"message_id": message_id})
        return error
    name = type(outcome).__name__.lower()
    logger.info(name, extra={"send": send.id, "campaign": send.campaign, "channel": send.channel, "outcome": outcome})
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    if isinstance(outcome, Unknown) and outcome.is_given_up:  # an alarm rings
        metrics.add_metric(name="given_up", unit=MetricUnit.Count, value=1)
    if isinstance(outcome, Unknown) and outcome.is_unwritten:  # if the row was written all the same, it will be told
        return Unavailable("ledger", "finish")
    return None


def _read(record: Mapping[str, Any]) -> Send | Exception:
    try:
        return read_send(record["body"])
    except Exception as error:
        logger.exception("not a send", extra={"message_id": record["messageId"]})
        return error


def _times(record: Mapping[str, Any]) -> int:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
