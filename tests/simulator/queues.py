"""SQS and SNS in memory, as they are: at least once, in no order, each message hidden for a while once received.

A queue hands out what is visible; a message that was received too often goes to the dead letters. The topic wraps what
is published in its envelope and puts it on every queue behind it, each copy on a way of its own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ReadTimeoutError

if TYPE_CHECKING:
    from tests.simulator.world import World

NONE: Final = timedelta(0)
HELD: Final = timedelta(minutes=1)
Run = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(slots=True, eq=False)
class Message:
    """`earliest` is when it may come at the soonest, `visible` when it does; `taken` is who has it in hand until then.

    `attributes` are its sender's own.
    """

    id: str
    body: str
    sent_at: datetime
    earliest: datetime
    visible: datetime
    received: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """As Lambda hands it to a function."""
        return {
            "messageId": self.id,
            "receiptHandle": self.id,
            "body": self.body,
            "attributes": {
                "SentTimestamp": str(int(self.sent_at.timestamp() * 1000)),
                "ApproximateReceiveCount": str(self.received),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
            "awsRegion": "us-east-1",
        }


@dataclass(slots=True, eq=False)
class Queue:
    """`run` is the function that it wakes; without one it keeps what is put there. `hidden` is the visibility timeout,
    `most` how often a message is received before it goes to the `dead` ones."""

    world: "World"
    name: str
    run: Run | None = None
    hidden: timedelta = NONE
    timeout: timedelta = NONE
    most: int = 0
    batch: int = 10
    dead: "Queue | None" = None
    messages: dict[str, Message] = field(default_factory=dict)

    def put(self, body: str, *, delay: timedelta = NONE, attributes: Mapping[str, Any] | None = None) -> None:
        """A new message, on a way of its own."""
        world = self.world
        earliest = world.now + delay
        message = Message(
            world.number("m"), body, world.now, earliest, earliest + world.way(self.name), attributes=attributes or {}
        )
        self.keep(message)

    def keep(self, message: Message) -> None:
        """It lies here from now on, and comes when it is visible."""
        self.messages[message.id] = message
        if self.run:
            self.world.later(message.visible, self.poll, message)

    def poll(self, message: Message) -> None:
        """Hands it out, with others that are visible too; unless it is gone, or in somebody's hands."""
        world = self.world
        if self.messages.get(message.id) is not message or message.visible > world.now:
            return
        self.hand_out([message, *self._others(message)])

    def hand_out(self, messages: list[Message]) -> None:
        """To a worker. What is not finished comes back when its time is over."""
        world = self.world
        batch = [message for message in messages if not self._is_dead(message)]
        for message in batch:
            message.received += 1
            message.visible = message.earliest = world.now + self.hidden
            world.later(message.visible, self.poll, message)
        if not batch:
            return
        failed = world.work(self, batch)
        for message in batch:
            if message.id not in failed and self.messages.get(message.id) is message and not world.comes_twice():
                del self.messages[message.id]

    def _others(self, message: Message) -> list[Message]:
        world = self.world
        others = [each for each in self.messages.values() if each is not message and each.visible <= world.now]
        return [each for each in others if world.fate.random() < 0.6][: self.batch - 1]

    def _is_dead(self, message: Message) -> bool:
        if not self.dead or message.received < self.most:
            return False
        del self.messages[message.id]
        self.world.say(f"{self.name}: {message.id} goes to the dead letters")
        dead = Message(message.id, message.body, message.sent_at, self.world.now, self.world.now)
        dead.attributes = message.attributes
        self.dead.keep(dead)
        return True

    def come_back(self, message_id: str, after: timedelta) -> None:
        """At another time than its own."""
        message = self.messages.get(message_id)
        if message:
            message.visible = message.earliest = self.world.now + after
            if self.run:
                self.world.later(message.visible, self.poll, message)

    def open(self) -> list[Message]:
        """What may be handed out now: late only because of its way, or visible."""
        return [message for message in self.messages.values() if message.earliest <= self.world.now]


@dataclass(slots=True)
class Topic:
    """The queues behind it get each message wrapped, and now and then twice."""

    world: "World"
    queues: tuple[Queue, ...]
    published: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # by id: what, and when

    def publish(self, message: str) -> None:
        """By the door."""
        world = self.world
        message_id = world.number("p")
        self.published[message_id] = message, _to_ms(world.now)
        wrapped = json.dumps(
            {
                "Type": "Notification",
                "MessageId": message_id,
                "TopicArn": "arn:aws:sns:us-east-1:123456789012:door",
                "Message": message,
                "Timestamp": world.now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }
        )
        world.say(f"published: {message_id} {message}")
        for queue in self.queues:
            for _ in range(1 + world.comes_twice()):
                queue.put(wrapped)


@dataclass(slots=True)
class Sqs:
    """A client of SQS, as far as it is used."""

    world: "World"
    queues: Mapping[str, Queue]

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        """Some may fail one by one."""
        world = self.world

        def send() -> dict[str, Any]:
            failed = [each for each in Entries if world.refuses()]
            for each in Entries:
                if each not in failed:
                    self._put(QueueUrl, each)
            return {"Failed": [{"Id": each["Id"]} for each in failed]}

        return world.call(f"sqs.send_message_batch {QueueUrl}", send, away, again=True)

    def send_message(self, QueueUrl: str, **message: Any) -> None:
        """One."""
        self.world.call(f"sqs.send_message {QueueUrl}", lambda: self._put(QueueUrl, message), away, again=True)

    def _put(self, name: str, message: Mapping[str, Any]) -> None:
        delay = timedelta(seconds=message.get("DelaySeconds", 0))
        body = self.world.release.message(name, message["MessageBody"])
        self.queues[name].put(body, delay=delay, attributes=message.get("MessageAttributes", {}))

    def receive_message(self, QueueUrl: str, **_: Any) -> dict[str, Any]:
        """Up to ten, hidden from others for a minute."""
        return self.world.call(f"sqs.receive_message {QueueUrl}", lambda: self._receive(QueueUrl), away)

    def _receive(self, name: str) -> dict[str, Any]:
        found = [each for each in self.queues[name].messages.values() if each.visible <= self.world.now][:10]
        for each in found:
            each.visible = self.world.now + HELD
        return {"Messages": [_received(each) for each in found]}

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:
        """It is gone."""
        messages = self.queues[QueueUrl].messages
        self.world.call(f"sqs.delete_message {QueueUrl}", lambda: messages.pop(ReceiptHandle, None), away, again=True)

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:
        """They come back at another time."""

        def change() -> None:
            for each in Entries:
                self.queues[QueueUrl].come_back(each["ReceiptHandle"], timedelta(seconds=each["VisibilityTimeout"]))

        self.world.call(f"sqs.change_message_visibility_batch {QueueUrl}", change, away, again=True)


@dataclass(slots=True)
class Sns:
    """A client of SNS, as far as the door is used."""

    world: "World"

    def publish(self, TopicArn: str, Message: str, **_: Any) -> None:
        """An event."""
        told = self.world.release.event(Message)
        self.world.call("sns.publish", lambda: self.world.topic.publish(told), away, again=True)


def _received(message: Message) -> dict[str, Any]:
    return {
        "MessageId": message.id,
        "ReceiptHandle": message.id,
        "Body": message.body,
        "Attributes": {"SentTimestamp": str(int(message.sent_at.timestamp() * 1000))},
        "MessageAttributes": message.attributes,
    }


def _to_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def away() -> Exception:
    """What boto3 raises where no answer comes."""
    return ReadTimeoutError(endpoint_url="https://aws.example")
