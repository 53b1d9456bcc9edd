"""The shop in moto as the command `tandem` meets it: a stack with outputs, and clients."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import boto3

from infra.cli.dead_letters import QUEUES
from infra.cli.session import Session
from infra.cli.stack import Stack
from tests.aws.shop_world import Shop
from tests.builders import NOON, envelope
from tests.unit.cli.typed import on

NAMES = {
    "CustomersTableName": "customers",
    "ProfilesTableName": "profiles",
    "PlaybooksTableName": "playbooks",
    "TombstonesTableName": "tombstones",
    "ScheduleGroupName": "timers",
    "ConsentsTableName": "consents",
    "LedgerTableName": "ledger",
    "DecisionsTableName": "decisions",
    "BucketName": "tandem-bucket",
    "BuildProfilesFunctionName": "build",
    "FromAddress": "shop@example.com",
    "ConfigurationSetName": "tandem",
    "UnsubscribeUrl": "https://u.example.com/",
}
ACCOUNT: Mapping[str, Any] = {
    "get_email_identity": {"VerifiedForSendingStatus": True},
    "get_account": {"SendingEnabled": True, "ProductionAccessEnabled": True},
    "get_sms_sandbox_account_status": {"IsInSandbox": False},
    "get_sms_attributes": {"attributes": {"MonthlySpendLimit": "50"}},
}


def session(
    mode: str = "live",
    now: datetime = NOON,
    parameters: Mapping[str, str] | None = None,
    account: Mapping[str, Any] | None = None,
) -> Session:
    """The shop's stack, with the dead-letter queues and the topic it lacks."""
    sqs = boto3.client("sqs")
    wanted = {name for queue in QUEUES.values() for name in (queue.output, queue.origin) if name}
    urls = {name: sqs.create_queue(QueueName=_queue_name(name))["QueueUrl"] for name in wanted}
    topic = boto3.client("sns").create_topic(Name="door")["TopicArn"]
    outputs = {**NAMES, **urls, "EventsTopicArn": topic, "SendMode": mode}
    answers = {**ACCOUNT, **(account or {})}
    return on(lambda service: Client(service, answers), Stack("tandem", outputs, parameters or {}), now)


class Client:
    """moto's, and the answers to calls that moto lacks, or answers otherwise than AWS."""

    def __init__(self, service: str, answers: Mapping[str, Any]) -> None:
        self.moto: Any = boto3.client(service)  # type: ignore[call-overload]
        self.answers = answers

    def __getattr__(self, name: str) -> Any:
        return (lambda **_: self.answers[name]) if self.answers.get(name) else getattr(self.moto, name)


def an_order(order_id: str = "o1", customer: str = "ada") -> dict[str, Any]:
    """An order as a shop publishes it."""
    properties = {"order_id": order_id, "total": "30.00", "currency": "USD"}
    return envelope("order_completed", f"e-{order_id}", NOON, properties, customer)


def refuse(shop: Shop, body: str) -> None:
    """What `trigger` does with a body it cannot parse."""
    shop.actor.dead_letters.put(body, reason="missing", field="properties.total")


def _queue_name(output: str) -> str:
    return {"EventsDlqUrl": "events-dlq"}.get(output, output.removesuffix("QueueUrl").lower())
