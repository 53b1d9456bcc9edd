"""send: one message of the sends queue is one mail or text, sent once. What passes comes back to the queue."""

import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.send.settings import SendSettings
from functions.send.ways_out import ways_out
from tandem.adapters.aws import PATIENT
from tandem.adapters.breakers import LiveBreakers
from tandem.adapters.content_files import ContentFiles
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_sending import MemoryPace
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.secret import WEBHOOK, StackSecret
from tandem.customer import read_send
from tandem.errors import Unavailable
from tandem.sending import Ports, Rules, Unknown, deliver

logger = Logger(service="send")
metrics = Metrics(namespace="Tandem", service="send")


@cache
def desk() -> tuple[Ports, Rules]:
    """The clients and the rules, made once a worker."""
    settings = SendSettings.of_this_process()
    dynamodb = boto3.client("dynamodb", config=PATIENT)
    secret = StackSecret(boto3.client("secretsmanager", config=PATIENT), settings.secret_arn)
    ports = Ports(
        ledger=LedgerTable(dynamodb, settings.ledger_table, settings.consents_table),
        customers=CustomerReader(
            dynamodb, settings.customers_table, settings.playbooks_table, lambda tries: time.sleep(0.05 * 2**tries)
        ),
        contents=ContentFiles(boto3.client("s3", config=PATIENT), settings.bucket),
        providers=ways_out(settings, lambda: secret.key(WEBHOOK)),
        pace=MemoryPace(),
        breakers=LiveBreakers(LiveTable(dynamodb, settings.playbooks_table, lambda: datetime.now(UTC))),
        news=NewsTopic(boto3.client("sns", config=PATIENT), settings.events_topic_arn),
    )
    return ports, settings.rules()


@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS batch in, the messages to deliver again out."""
    metrics.add_metric(name="received", unit=MetricUnit.Count, value=len(event["Records"]))
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, _handle, processor, context)


def _handle(record: SQSRecord) -> None:
    try:
        send = read_send(record.body)
        outcome = deliver(send, *desk(), clock=lambda: datetime.now(UTC))
    except Unavailable as error:  # it goes back to its queue
        logger.warning("comes back", extra={"message_id": record.message_id, "because": str(error)})
        raise
    except Exception:  # it goes back to its queue, and from there to the dead letters
        logger.exception("not delivered", extra={"message_id": record.message_id})
        raise
    name = type(outcome).__name__.lower()
    logger.info(name, extra={"send": send.id, "campaign": send.campaign, "channel": send.channel, "outcome": outcome})
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    if isinstance(outcome, Unknown) and outcome.is_unwritten:  # if the row was written all the same, it will be told
        raise Unavailable("ledger", "finish")
