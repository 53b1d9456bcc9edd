"""A shop in moto: the door, every queue and table, the starter playbook, and the real functions' collaborators."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any, Literal

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.trigger.app import build
from functions.trigger.settings import TriggerSettings
from infra.publish.publish import Publisher
from tandem.actor import Actor, Handled, Message
from tandem.adapters.aws import PATIENT
from tandem.adapters.content_files import ContentFiles
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.decision_table import BY_ID, DecisionTable
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_sending import MemoryBreakers, MemoryNews, MemoryPace
from tandem.adapters.provider_answer import ONCE
from tandem.adapters.ses import SesMail
from tandem.customer import Channel, Customer, Send, read_send
from tandem.decisions import Decision, read_decision
from tandem.sending import Ports, Rules, SendMode, deliver
from tests.aws.ledger_index import ledger_index
from tests.builders import NOON, by_door

REGION = "us-east-1"
PLAYBOOK = Path(__file__).parents[2] / "infra" / "playbook"
TABLES = ("customers", "profiles", "playbooks", "tombstones", "consents", "ledger", "decisions")
QUEUES = ("events", "events-dlq", "sends", "records")


@dataclass(slots=True)
class Shop:
    """`now` is what the functions' clocks say. Queues are read by the tests, as Lambda would."""

    actor: Actor
    sender: Ports
    now: datetime = NOON
    _numbers: list[int] = field(default_factory=lambda: [0])

    @property
    def clients(self) -> list[Any]:
        """Every client the functions call AWS with."""
        customers: Any = self.actor.customers
        outbox: Any = self.actor.outbox
        playbooks: Any = self.actor.playbooks
        return [customers.client, outbox.sqs, outbox.schedules.client(), outbox.bus.client(), playbooks.client]

    def trigger(self, messages: Iterable[Message]) -> Handled:
        """One call of `trigger`."""
        return replace(self.actor, clock=lambda: self.now).handle(messages)

    def receive(self, *events: Mapping[str, Any]) -> Handled:
        """One call of `trigger` with events that have just come by the door."""
        return self.trigger([self.message(event) for event in events])

    def message(self, event: Mapping[str, Any], received_at: datetime | None = None) -> Message:
        """The message that the door makes of an event."""
        self._numbers[0] += 1
        return Message(f"m{self._numbers[0]}", by_door(event, received_at or self.now), self.now)

    def customer(self, customer_id: str = "ada") -> Customer:
        """A customer's record."""
        return self.actor.customers.load_again(customer_id).customers[customer_id]

    def sends(self) -> list[Send]:
        """What lies in the sends queue, repetitions included."""
        return [read_send(body) for body in waiting("sends")]

    def records(self) -> list[Decision]:
        """What lies in the records queue, repetitions included."""
        return [read_decision(json.loads(body)["document"]) for body in waiting("records")]

    def deliver(self, sends: Iterable[Send]) -> list[str]:
        """`send` for each; returns the names of the outcomes."""
        rules = Rules(mode=SendMode.LIVE, from_address="shop@example.com")
        return [type(deliver(each, self.sender, rules, clock=lambda: self.now)).__name__ for each in sends]


def open_shop() -> Shop:
    """Everything made and the starter playbook published; moto and credentials are the caller's (see conftest)."""
    dynamodb, sqs, s3 = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("s3")
    for table in TABLES:
        keys: list[tuple[str, Literal["HASH", "RANGE"]]] = [("pk", "HASH")]
        keys += [("sk", "RANGE")] if table == "decisions" else []
        index: Any = {"decisions": _by_id, "ledger": ledger_index}.get(table, dict)()
        named = [name for name, _ in keys] + ["id"] * bool(index)
        plain: Any = {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in named]}
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            BillingMode="PAY_PER_REQUEST",
            **(plain | index),
        )
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    s3.create_bucket(Bucket="tandem-bucket")
    boto3.client("sesv2").create_email_identity(EmailIdentity="example.com")
    boto3.client("scheduler").create_schedule_group(Name="timers")
    open_bus()
    publish(s3, dynamodb)
    arn = f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:"
    settings = TriggerSettings(
        customers_table="customers",
        profiles_table="profiles",
        playbooks_table="playbooks",
        tombstones_table="tombstones",
        consents_table="consents",
        bucket="tandem-bucket",
        events_queue_url=urls["events"],
        events_queue_arn=arn + "events",
        events_dlq_url=urls["events-dlq"],
        sends_queue_url=urls["sends"],
        records_queue_url=urls["records"],
        schedule_group="timers",
        schedule_role_arn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/timers",
        schedule_dlq_arn=arn + "events-dlq",
        schedule_after_seconds=900,
        event_bus_name="shop",
    )
    sender = Ports(
        ledger=LedgerTable(boto3.client("dynamodb", config=PATIENT), "ledger", "consents"),
        customers=CustomerReader(
            boto3.client("dynamodb", config=PATIENT), "customers", "playbooks", pause=lambda _: None
        ),
        contents=ContentFiles(boto3.client("s3", config=PATIENT), "tandem-bucket"),
        providers={Channel.EMAIL: SesMail(boto3.client("sesv2", config=ONCE), "shop@example.com")},
        news=MemoryNews(),
        pace=MemoryPace(),
        breakers=MemoryBreakers(),
    )
    return Shop(build(settings), sender)


def publish(s3: Any, dynamodb: Any) -> None:
    """The starter playbook, published. Compiled once a process: what that left is laid down again for the next shop."""
    objects, items = _published()
    for key, body in objects.items():
        s3.put_object(Bucket="tandem-bucket", Key=key, Body=body)
    for item in items:
        dynamodb.put_item(TableName="playbooks", Item=item)


@cache
def _published() -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """What publishing puts into an empty bucket and an empty table, as the first shop of this process had it done."""
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    Publisher(s3, dynamodb, "tandem-bucket", "playbooks").publish(PLAYBOOK, now=NOON - timedelta(days=30))
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="tandem-bucket")["Contents"]]
    objects = {key: s3.get_object(Bucket="tandem-bucket", Key=key)["Body"].read() for key in keys}
    return objects, dynamodb.scan(TableName="playbooks")["Items"]


def _by_id() -> dict[str, Any]:
    keys, projection = [{"AttributeName": "id", "KeyType": "HASH"}], {"ProjectionType": "KEYS_ONLY"}
    return {"GlobalSecondaryIndexes": [{"IndexName": BY_ID, "KeySchema": keys, "Projection": projection}]}


def open_bus() -> None:
    """The event bus, with a queue behind it that hears everything."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    sqs.create_queue(QueueName="heard")
    events.create_event_bus(Name="shop")
    events.put_rule(Name="all", EventBusName="shop", EventPattern=json.dumps({"source": ["tandem"]}))
    arn = f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:heard"
    events.put_targets(Rule="all", EventBusName="shop", Targets=[{"Id": "heard", "Arn": arn}])


def announcements() -> list[dict[str, Any]]:
    """What was told on the event bus, taken out of the queue behind it, repetitions included."""
    return [json.loads(body) for body in waiting("heard")]


def waiting(queue: str) -> list[str]:
    """The bodies in a queue, taken out of it; delayed ones are not seen."""
    return [message["Body"] for message in taken(queue)]


def taken(queue: str) -> list[dict[str, Any]]:
    """The messages in a queue with their attributes, taken out of it."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: list[dict[str, Any]] = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages"
    ):
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(dict(message))
    return found


def schedules() -> list[str]:
    """The names of the one-off schedules that exist."""
    return [each["Name"] for each in boto3.client("scheduler").list_schedules(GroupName="timers")["Schedules"]]


def mails() -> list[EmailMessage]:
    """The mails that SES accepted, parsed from their bytes."""
    sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    raw = [mail.raw_data if isinstance(mail.raw_data, bytes) else str(mail.raw_data).encode() for mail in sent]
    return [message_from_bytes(each, policy=policy.default) for each in raw]


def decisions(customer_id: str) -> list[Decision]:
    """What the decisions table holds of a customer."""
    return list(DecisionTable(boto3.client("dynamodb"), "decisions").of(customer_id))
