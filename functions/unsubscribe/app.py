"""Answers the links that mails carry: a page for people, one click for mail programs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.unsubscribe.settings import UnsubscribeSettings
from tandem.adapters.aws import PATIENT
from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.recipients import CustomerItems, LedgerRecipients
from tandem.adapters.secret import UNSUBSCRIBE, StackSecret
from tandem.errors import Unavailable
from tandem.unsubscribing.asked import Request
from tandem.unsubscribing.flow import Answer, Desk, answer, not_open
from tandem.unsubscribing.ports import Ports

logger = Logger(service="unsubscribe")
metrics = Metrics(namespace="Tandem", service="unsubscribe")


@cache
def desk() -> Desk:
    """The clients and the key, made once a worker. Raises Unavailable."""
    settings = UnsubscribeSettings.of_this_process()
    dynamodb = boto3.client("dynamodb", config=PATIENT)
    ports = Ports(
        consents=ConsentTable(dynamodb, settings.consents_table, lambda tries: time.sleep(0.05 * 2**tries)),
        sends=LedgerRecipients(dynamodb, settings.ledger_table),
        customers=CustomerItems(dynamodb, settings.customers_table),
        news=NewsTopic(boto3.client("sns", config=PATIENT), settings.events_topic_arn),
    )
    secret = StackSecret(boto3.client("secretsmanager", config=PATIENT), settings.secret_arn)
    return Desk(ports, secret.key(UNSUBSCRIBE), settings.from_address)


@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A request to the function URL in, the page out."""
    metrics.add_metric(name="received", unit=MetricUnit.Count, value=1)
    try:
        opened = desk()
    except Unavailable as error:
        return _answered(not_open(Request.of_function_url(event), error))
    return run(event, opened, clock=lambda: datetime.now(UTC))


def run(event: dict[str, Any], opened: Desk, *, clock: Callable[[], datetime]) -> dict[str, Any]:
    """The same, at this desk."""
    return _answered(answer(Request.of_function_url(event), opened, clock()))


def _answered(done: Answer) -> dict[str, Any]:
    log = logger.warning if done.details else logger.info
    log("answered", extra={"status": done.status.value, "counts": done.counts, **done.details})
    for name in done.counts:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    return done.of_function_url()
