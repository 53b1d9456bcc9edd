"""The archive on the deployed local stack, IAM enforced: what came by the door lies on S3."""

import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.archive_queue import ArchiveQueue
from tests.stack.deployed import Deployed, wait_for

RECORD = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}


def test_every_event_of_the_door_is_in_the_archive_and_what_is_refused_lies_apart(deployed: Deployed) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    archive = ArchiveFiles(deployed.stack.client("s3"), deployed.outputs["BucketName"])
    customer = f"customer-{uuid4()}"
    wanted = {f"{customer}-{number}" for number in range(30)}
    for event_id in sorted(wanted):
        deployed.publish("product_added", customer, {"cart_id": "c1", **RECORD}, event_id=event_id)
    deployed.publish("product_added", customer, RECORD, occurred_at="2026-11-20T12:00:00")

    def found() -> Counter[str]:
        events = archive.read(began, datetime.now(UTC) + timedelta(minutes=1))
        return Counter(event.event_id for event in events if event.customer_id == customer)

    wait_for(lambda: found().keys() >= wanted)
    [line] = wait_for(lambda: refused(deployed, customer))
    take_from_the_dead_letters(deployed, customer)

    assert found() == dict.fromkeys(wanted, 1)
    assert (line["reason"], line["field"]) == ("no_time_zone", "occurred_at")
    assert unarchived(deployed).oldest() is None


def refused(deployed: Deployed, customer: str) -> list[dict[str, Any]]:
    """The lines below `refused/` that name the customer."""
    s3, bucket = deployed.stack.client("s3"), deployed.outputs["BucketName"]
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix="refused/").get("Contents", [])]
    zipped = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
    lines = [json.loads(line) for each in zipped for line in gzip.decompress(each).splitlines()]
    return [line for line in lines if customer in line["body"]]


def unarchived(deployed: Deployed) -> ArchiveQueue:
    return ArchiveQueue(
        sqs=deployed.stack.client("sqs"),
        cloudwatch=deployed.stack.client("cloudwatch"),
        queue=deployed.outputs["ArchiveQueueUrl"],
        dead_letters=deployed.outputs["ArchiveDlqUrl"],
        clock=lambda: datetime.now(UTC),
        pause=time.sleep,
    )


def take_from_the_dead_letters(deployed: Deployed, customer: str) -> None:
    """`trigger` refused the event too; other tests look there."""
    sqs, queue = deployed.stack.client("sqs"), deployed.outputs["EventsDlqUrl"]

    def letters() -> Iterator[Any]:
        for letter in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            if json.loads(json.loads(letter["Body"])["Message"])["customer_id"] == customer:
                yield letter

    [letter] = wait_for(lambda: list(letters()))
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
