"""All that `send` meets on AWS, in moto: tables, bucket, a verified sender; and what was accepted there."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from functions.send.app import desk, handler
from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.pace_table import PaceTable
from tandem.adapters.playbook_table import LiveTable
from tandem.content import Content
from tandem.customer import Channel, Customer, Send, effect_document, pack_customer
from tandem.customer.consent import said_at_text
from tandem.events import Event, parse
from tandem.sending.pacing import Account, allowance, micros
from tests.aws.ledger_index import ledger_index
from tests.unit.sending.builders import NOW, SENDER, a_content, a_customer, a_send, a_word

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "CUSTOMERS_TABLE": "customers",
    "PLAYBOOKS_TABLE": "playbooks",
    "CONSENTS_TABLE": "consents",
    "LEDGER_TABLE": "ledger",
    "BUCKET": "tandem",
    "EVENTS_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:door",
    "SENDS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/sends",
    "SMS_PER_SECOND": "1000",
    "SEND_MODE": "live",
    "FROM_ADDRESS": SENDER,
    "SECRET_ARN": "tandem",
    "UNSUBSCRIBE_URL": "https://u.example.com/",
}


@dataclass(frozen=True, slots=True)
class World:
    """moto's AWS with everything `send` needs."""

    dynamodb: Any
    s3: Any

    @classmethod
    def make(cls) -> "World":
        """Tables, a bucket, a verified sender, the door with a queue behind it, and playbook 7's content. There is
        place for many messages a second."""
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        for table in ("customers", "playbooks", "consents", "ledger"):
            plain: Any = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}
            dynamodb.create_table(
                TableName=table,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
                **(ledger_index() if table == "ledger" else plain),
            )
        s3.create_bucket(Bucket="tandem")
        boto3.client("sesv2").create_email_identity(EmailIdentity="example.com")
        boto3.client("secretsmanager").create_secret(Name="tandem", SecretString="s" * 64)
        boto3.client("sqs").create_queue(QueueName="events")
        boto3.client("sqs").create_queue(QueueName="sends")
        topic = boto3.client("sns").create_topic(Name="door")["TopicArn"]
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:events"
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        world = cls(dynamodb, s3)
        answer_get_account()
        world.publish(a_content())
        for channel in (Channel.EMAIL, Channel.SMS):
            world.allow(Account(rate=1000), channel)
        desk.cache_clear()
        return world

    def allow(self, account: Account, channel: Channel = Channel.EMAIL) -> None:
        """The account has just been read."""
        table, now = PaceTable(self.dynamodb, "ledger"), micros(datetime.now(UTC))
        asked, _ = table.ask(channel, now=now, read_since=now, asked_since=now)
        table.put(channel, allowance(account), asked=asked)

    def publish(self, content: Content) -> None:
        key = f"playbooks/{content.number:06d}/content.json"
        self.s3.put_object(Bucket="tandem", Key=key, Body=content.model_dump_json().encode())

    def decided(self, send: Send, *, granted: bool | None = True, withdrawn: str = "", journey: str = "") -> None:
        """The state in which the actor leaves this send."""
        if granted is not None:
            ConsentTable(self.dynamodb, "consents").set_consent(a_word(send, granted=granted))
        self.save(a_customer(send, withdrawn=withdrawn, journey=journey))

    def save(self, customer: Customer) -> None:
        item = {"version": {"N": str(customer.version)}, "data": {"B": pack_customer(customer)}}
        self.dynamodb.put_item(TableName="customers", Item={"pk": {"S": customer.customer_id}, **item})

    def live(self) -> LiveTable:
        """What operators publish and stop with."""
        return LiveTable(self.dynamodb, "playbooks", lambda: NOW)

    def told(self) -> list[Event]:
        """What came by the door, as the actor reads it, taken out of its queue; repetitions included."""
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
        found: list[Event] = []
        while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                found.append(parse(message["Body"], NOW))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def wait(self, send: Send) -> None:
        """An hour passes for the row of a send that is reserved and nothing more, and for the places."""
        for channel in (Channel.EMAIL, Channel.SMS):
            self.dynamodb.update_item(
                TableName="ledger",
                Key={"pk": {"S": f"pace {channel.value}"}},
                UpdateExpression="SET next_free = next_free - :hour, asked_at = asked_at - :hour",
                ExpressionAttributeValues={":hour": {"N": str(3_600_000_000)}},
            )
        if self.row(send).get("status") == "reserved":
            self.dynamodb.update_item(
                TableName="ledger",
                Key={"pk": {"S": send.id}},
                UpdateExpression="SET reserved_at = :then",
                ExpressionAttributeValues={":then": {"S": said_at_text(datetime.now(UTC) - timedelta(hours=1))}},
            )

    def row(self, send: Send) -> dict[str, str]:
        """The send's ledger row, empty if there is none."""
        item = self.dynamodb.get_item(TableName="ledger", Key={"pk": {"S": send.id}}).get("Item", {})
        return {name: str(next(iter(value.values()))) for name, value in item.items()}


def answer_get_account() -> None:
    """moto has none: this account has a high rate and no quota."""
    said = {"SendQuota": {"MaxSendRate": 1000, "Max24HourSend": -1, "SentLast24Hours": 0}, "SendingEnabled": True}

    def answer(**_: Any) -> Any:
        return AWSResponse("", 200, HTTPHeaders(), None), said

    session = boto3.DEFAULT_SESSION
    assert session is not None, "a client is made first"
    session.events.register_last("before-call.sesv2.GetAccount", answer, unique_id="get-account")


def delivered(*bodies: str) -> list[str]:
    """The queue hands these messages to the function; returns the numbers of those that come back."""
    records = [
        {
            "messageId": str(number),
            "body": body,
            "receiptHandle": "r",
            "attributes": {"SentTimestamp": "0"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:sends",
            "awsRegion": REGION,
        }
        for number, body in enumerate(bodies)
    ]
    answer = handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def message_of(send: Send) -> str:
    """A send as it lies in the queue."""
    return json.dumps(effect_document(send))


def mails() -> list[EmailMessage]:
    """The mails that SES accepted, parsed from their bytes."""
    sent = ses_backends[ACCOUNT][REGION].sent_messages
    return [message_from_bytes(_raw(mail), policy=policy.default) for mail in sent]


def texts() -> list[tuple[str, str]]:
    """The texts that SNS accepted: number and words."""
    sent = sns_backends[ACCOUNT][REGION].sms_messages
    return [(str(number), str(words)) for number, words, *_ in sent.values()]


def _raw(mail: Any) -> bytes:
    raw = mail.raw_data
    return raw if isinstance(raw, bytes) else str(raw).encode()


def now_send(**changes: Any) -> Send:
    """A send that may leave now by the machine's clock, which is the one the function reads."""
    now = datetime.now(UTC)
    return a_send(**{"not_before": now - timedelta(minutes=1), "not_after": now + timedelta(hours=1), **changes})


def now_text(**changes: Any) -> Send:
    return now_send(**{"channel": Channel.SMS, "address": "+12025550123", **changes})
