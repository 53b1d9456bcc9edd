"""All that `settle` meets on AWS, in moto: the sender's world, every queue of dead letters, and a clock to hand in.

What SES thinks of the account is no matter here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from functions.settle.app import build
from functions.settle.run import Desk, Done, run
from functions.settle.settings import SettleSettings
from tandem.adapters.memory_sending import MemoryBreakers
from tandem.customer import Send
from tests.aws.send_world import World, delivered
from tests.aws.shop_world import waiting
from tests.builders import NOON, by_door, envelope

WAYS_HOME = {
    "events": "events",
    "timers": "events",
    "undelivered": "events",
    "sends": "sends",
    "records": "records",
    "feedback": "feedback",
    "archive": "",
}
MINUTES = timedelta(minutes=1)


@dataclass(slots=True)
class Settlement:
    """`later` is how far the clock of `settle` is ahead of the sender's."""

    world: World
    desk: Desk
    later: timedelta = timedelta()
    seconds_left: float = 240
    urls: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "Settlement":
        """Nothing is open, nothing lies in the dead letters."""
        world, sqs = World.make(), boto3.client("sqs")
        names = {*WAYS_HOME.values(), *(f"{name}-dlq" for name in WAYS_HOME)} - {""}
        urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
        queues = {f"{name}_dlq_url": urls[f"{name}-dlq"] for name in WAYS_HOME}
        queues |= {f"{name}_queue_url": urls[name] for name in WAYS_HOME.values() if name}
        queues |= {"ledger_table": "ledger", "playbooks_table": "playbooks", "bucket": "tandem"}
        settings = SettleSettings(settle_after_minutes=30, **queues)
        desk = build(settings, clock=lambda: datetime.fromtimestamp(0, UTC))  # it begins with the first shard
        return cls(world, replace(desk, standings={}, breakers=MemoryBreakers()), urls=urls)

    @property
    def clients(self) -> list[Any]:
        """Every client that it calls AWS with."""
        rows: Any = self.desk.settling.rows
        sends: Any = self.desk.settling.sends
        unarchived: Any = self.desk.unarchived
        return [rows.client, sends.client, unarchived.shelf._client]

    def run(self, after: timedelta = timedelta()) -> Done:
        """One run, so much later than the last one."""
        self.later += after
        return run(self.desk, lambda: datetime.now(UTC) + self.later, lambda: self.seconds_left)

    def lay(self, name: str, body: str, **attributes: str) -> None:
        """A dead letter."""
        boto3.client("sqs").send_message(
            QueueUrl=self.urls[f"{name}-dlq"],
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )

    def row(self, send: Send) -> dict[str, str]:
        """The send's ledger row."""
        return self.world.row(send)

    def send_what_waits(self) -> list[str]:
        """The sends queue is drained once; what comes back."""
        return [each for body in waiting("sends") for each in delivered(body)]


def an_event(name: str = "e1") -> str:
    """One as the door hands it out, received at NOON."""
    return by_door(envelope("product_added", name, NOON, {"product_id": "record-1"}), NOON)
