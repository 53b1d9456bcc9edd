"""A bucket, tables and queues in moto, and the two functions of the slow brain run in them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import boto3
from moto.dynamodb.models import DynamoDBBackend

from functions.build_profiles import app as build_app
from functions.build_profiles.settings import Settings as BuildSettings
from functions.load_profiles import app as load_app
from functions.load_profiles.settings import Settings as LoadSettings
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.playbook_files import playbook_key
from tandem.archive import Delivery, keep
from tandem.attributes import Profile, SnapshotHeader
from tandem.attributes.stored import unpack_header, unpack_profile
from tandem.playbook import Playbook
from tests.aws.one_session import quick_aws
from tests.builders import by_door, playbook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

BUCKET: Final = "tandem-bucket"
TABLE: Final = "profiles"
PLAYBOOKS: Final = "playbooks"
TOMBSTONES: Final = "tombstones"
NOW: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@dataclass(slots=True)
class World:
    """What the tests put in and look at. `now` is what the functions' clocks say."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    queues: Mapping[str, str]
    topic: str
    now: datetime = NOW
    clients: list[Any] = field(default_factory=list)

    def put_history(self, path: Path, key: str = "history/orders.csv") -> None:
        self.s3.upload_file(str(path), BUCKET, key)

    def publish(self, published: Playbook) -> None:
        """The playbook that is live from now on."""
        key = playbook_key(published.number, "playbook.json")
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=published.model_dump_json().encode())
        item = {"pk": {"S": "playbook"}, "number": {"N": str(published.number)}}
        self.dynamodb.put_item(TableName=PLAYBOOKS, Item=item)

    def receive(self, *events: Mapping[str, Any], at: datetime) -> None:
        """Events that came by the door at that moment and lie in the archive."""
        deliveries = [Delivery(f"{event['event_id']}-{at.isoformat()}", by_door(event, at), at) for event in events]
        kept = keep(deliveries, ArchiveFiles(self.s3, BUCKET))
        assert not kept.failed

    def build(self, as_of: str) -> dict[str, Any]:
        return self.start_build({"history": "history/orders.csv", "as_of": as_of})

    def start_build(self, payload: dict[str, Any]) -> dict[str, Any]:
        settings = BuildSettings(
            bucket=BUCKET,
            playbooks_table=PLAYBOOKS,
            tombstones_table=TOMBSTONES,
            archive_queue_url=self.queues["archive"],
            archive_dlq_url=self.queues["archive-dlq"],
        )
        return build_app.build(settings, clock=lambda: self.now, pause=lambda _: None).answer(payload)

    def load(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        settings = LoadSettings(
            bucket=BUCKET,
            profiles_table=TABLE,
            playbooks_table=PLAYBOOKS,
            tombstones_table=TOMBSTONES,
            events_queue_url=self.queues["events"],
            events_topic_arn=self.topic,
        )
        return load_app.build(settings, clock=lambda: self.now).answer(event)

    def objects(self, prefix: str = "snapshots/") -> dict[str, bytes]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {part["Key"]: self.s3.get_object(Bucket=BUCKET, Key=part["Key"])["Body"].read() for part in listed}

    def items(self) -> dict[str, dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        return {item["pk"]["S"]: item for page in pages for item in page["Items"]}

    def profiles(self) -> dict[str, Profile]:
        """The table's, by customer."""
        found = {key.removeprefix("profile#"): item for key, item in self.items().items() if key.startswith("profile#")}
        return {customer: unpack_profile(customer, item["data"]["B"]) for customer, item in found.items()}

    def header(self) -> SnapshotHeader | None:
        item = self.items().get("snapshot")
        return unpack_header(json.loads(item["data"]["S"])) if item else None

    def told(self) -> list[dict[str, Any]]:
        """What was put on the events queue, taken out of it."""
        return self._taken("events")

    def by_door(self) -> list[dict[str, Any]]:
        """What came by the door, as SNS's envelopes, taken out of the queue behind it."""
        return self._taken("door")

    def _taken(self, queue: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        url = self.queues[queue]
        while batch := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in batch]
            for message in batch:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


@contextmanager
def world() -> Iterator[World]:
    """Everything empty but for a published playbook.

    moto copies the whole table for every put of a transaction, and not safely for threads: keep tables small.
    """
    lock, transact = Lock(), DynamoDBBackend.transact_write_items

    def one_by_one(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
        with lock:
            transact(backend, items)

    with (
        quick_aws(),
        patch.dict("os.environ", CREDENTIALS),
        patch.object(DynamoDBBackend, "transact_write_items", one_by_one),
    ):
        sqs = boto3.client("sqs")
        names = ("archive", "archive-dlq", "events", "door")
        queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="events")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:door")
        made = World(boto3.client("s3"), boto3.client("dynamodb"), sqs, queues, topic)
        made.s3.create_bucket(Bucket=BUCKET)
        for table in (TABLE, PLAYBOOKS, TOMBSTONES):
            made.dynamodb.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            )
        made.publish(playbook())
        yield made
