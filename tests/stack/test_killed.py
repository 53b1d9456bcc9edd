"""Workers of the deployed stack killed at random, under load: as if they had not been, or with unknowns shown."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from uuid import uuid4

from infra.local import Mail
from tests.stack.deployed import Deployed, wait_for
from tests.stack.killing import Killer
from tests.stack.load import VIEWS, Ended, Load

PEOPLE: Final = 500  # with a word of who they are, an order and VIEWS others: 3,000 events
# Killed, a batch stays away for as long as its queue says. Nothing takes that long here.
AWAY: Final = "20"
QUEUES: Final = ("Events", "Sends", "Records", "Archive", "Feedback")
MOST: Final = 1_800  # seconds; they only bound a failure


def test_workers_killed_under_load_lose_nothing_and_send_nothing_twice(deployed: Deployed) -> None:
    load = Load(f"killed-{uuid4()}", PEOPLE, began=datetime.now(UTC))
    killer = Killer(deployed.stack.pid, Random(5), every=4.0)
    with hurried(deployed):
        with killer.at_work():
            load.publish(deployed, load.words())
            wait_for(lambda: is_drained(deployed), MOST)
            load.publish(deployed, load.acts())
            wait_for(lambda: is_drained(deployed), MOST)
        wait_for(lambda: is_drained(deployed), MOST)
        cut_off = [each for each in load.ended(deployed) if each.open]
        told_by_the_provider(deployed, cut_off)
        wait_for(lambda: not any(each.untold for each in load.ended(deployed)), MOST)
        settle(deployed)

    ended = load.ended(deployed)
    shown = [each for each in ended if each.open]  # nobody knows of it, and nothing left: given up in half an hour

    assert killer.killed.total() >= 10, killer.killed
    assert [each.customer for each in ended if each.missing] == []
    assert [each.customer for each in ended if len(each.rows) != 1] == []  # one order is one decision and one row
    assert [each.customer for each in ended if len(each.mails) != (each not in shown)] == []
    assert [each.rows[0]["status"] for each in ended if each not in shown] == ["sent"] * (PEOPLE - len(shown))
    assert {row["status"] for each in shown for row in each.open} <= {"reserved", "unknown"}
    assert all("unsettled" in row for each in shown for row in each.open)
    assert load.archived(deployed) == PEOPLE * (VIEWS + 2)


@contextmanager
def hurried(deployed: Deployed) -> Iterator[None]:
    """What a killed worker held comes back soon."""
    sqs, before = deployed.stack.client("sqs"), {}
    for name in QUEUES:
        url = deployed.outputs[f"{name}QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        before[url] = asked["Attributes"]["VisibilityTimeout"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": AWAY})
    try:
        yield
    finally:
        for url, seconds in before.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": seconds})


def is_drained(deployed: Deployed) -> bool:
    """Whether nothing is on its way. Timers wait in the queue of events, delayed: they do not count."""
    sqs, names = deployed.stack.client("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    asked = [
        sqs.get_queue_attributes(QueueUrl=deployed.outputs[f"{name}QueueUrl"], AttributeNames=names)["Attributes"]
        for name in QUEUES
    ]
    return not any(int(each[name]) for each in asked for name in names)


def told_by_the_provider(deployed: Deployed, cut_off: list[Ended]) -> None:
    """SES tells of every mail that it took, also of one whose answer nobody heard."""
    for each in cut_off:
        for mail, row in zip(each.untold, each.open, strict=False):
            deployed.stack.client("sns").publish(
                TopicArn=deployed.outputs["ProviderEventsTopicArn"], Message=json.dumps(as_ses(mail, row["pk"]))
            )


def as_ses(mail: Mail, send_id: str) -> dict[str, Any]:
    """The Send event as SES publishes it."""
    at = mail.sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"timestamp": at, "messageId": mail.message_id, "source": mail.sender, "destination": list(mail.to)}
    return {"eventType": "Send", "mail": {**told, "tags": {"decision": [send_id]}}, "send": {}}


def settle(deployed: Deployed) -> None:
    """What the schedule does every five minutes."""
    client = deployed.stack.client("lambda", read_timeout=120)
    said = client.invoke(FunctionName=deployed.outputs["SettleFunctionName"], Payload=b"{}")
    assert "FunctionError" not in said, said["Payload"].read()
