"""The stack's dead-letter queues: looked at without loss, and sent back where they came from."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.archive import Delivery, Shelf, keep

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE: Final = 10
HELD_FOR: Final = 60  # seconds that a message is kept from others while we look at it


@dataclass(frozen=True, slots=True)
class Queue:
    """Outputs of the stack that name a dead-letter queue and its origin (empty: nothing to send back to).

    `dropped` are message attributes that only the dead-letter queue needs. `archived`: what lies here is archived from
    here. Sent back to its queue it would be a new message there, whose age tells nobody how old the event is.
    """

    output: str
    origin: str
    dropped: frozenset[str] = frozenset()
    archived: bool = False


QUEUES: Final[Mapping[str, Queue]] = {
    "events": Queue("EventsDlqUrl", "EventsQueueUrl", frozenset({"reason", "field"})),
    "timers": Queue("TimersDlqUrl", "EventsQueueUrl"),
    "undelivered": Queue("UndeliveredDlqUrl", "EventsQueueUrl"),
    "sends": Queue("SendsDlqUrl", "SendsQueueUrl"),
    "records": Queue("RecordsDlqUrl", "RecordsQueueUrl"),
    "archive": Queue("ArchiveDlqUrl", "", archived=True),
    "snapshots": Queue("SnapshotsDlqUrl", ""),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was held. `reason` is empty for one that was only tried too often."""

    id: str
    handle: str
    body: str
    sent_at: datetime
    group: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it can never be handled, and the field at fault."""
        told = (self.attributes.get(name, {}).get("StringValue", "") for name in ("reason", "field"))
        return " ".join(word for word in told if word)

    @property
    def content(self) -> str:
        """What was published, without the topic's envelope around it."""
        with suppress(ValueError, TypeError, KeyError):
            return str(json.loads(self.body)["Message"])
        return self.body


def depth(client: "SQSClient", url: str) -> int:
    """About how many messages lie there."""
    with calling("sqs", "GetQueueAttributes"):
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def receive(client: "SQSClient", url: str) -> Iterator[list[Letter]]:
    """Batches of held letters until the queue has no more to give."""
    while True:
        with calling("sqs", "ReceiveMessage"):
            found = client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=AT_ONCE,
                VisibilityTimeout=HELD_FOR,
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
        if not found:
            return
        yield [_letter(message) for message in found]


def release(client: "SQSClient", url: str, letters: list[Letter]) -> None:
    """Lets others see them again, at once."""
    for chunk in batched(letters, AT_ONCE, strict=False):
        entries: Any = [
            {"Id": str(index), "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
            for index, letter in enumerate(chunk)
        ]
        with calling("sqs", "ChangeMessageVisibilityBatch"):
            client.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def look(client: "SQSClient", url: str, most: int) -> list[Letter]:
    """Up to `most` letters, oldest first. All stay in the queue."""
    held: list[Letter] = []
    try:
        for batch in receive(client, url):
            held += batch
            if len(held) >= most:
                break
    finally:
        release(client, url, held)
    distinct = {letter.id: letter for letter in held}
    return sorted(distinct.values(), key=lambda letter: letter.sent_at)[:most]


@dataclass(slots=True)
class Redriven:
    """`refused` of the `moved` ones had a reason; `left` came back meanwhile and stay where they are."""

    moved: int = 0
    refused: int = 0
    left: int = 0


def redrive(client: "SQSClient", queue: Queue, url: str, origin: str, advance: Callable[[int], None]) -> Redriven:
    """Sends each letter to its origin, then deletes it: killed in between, it is there twice, which is harmless.

    What comes back while this runs is left alone, or it would never end.
    """
    done = Redriven()
    seen: set[str] = set()
    left: list[Letter] = []
    try:
        for batch in receive(client, url):
            again = [letter for letter in batch if letter.body in seen]
            left += again
            for letter in batch:
                if letter.body not in seen:
                    seen.add(letter.body)
                    _send_back(client, queue, url, origin, letter)
                    done.moved += 1
                    done.refused += bool(letter.reason)
                    advance(1)
            if len(again) == len(batch):
                break
    finally:
        release(client, url, left)
    done.left = len({letter.id for letter in left})
    return done


def archive(client: "SQSClient", url: str, shelf: Shelf, advance: Callable[[int], None]) -> Redriven:
    """Archives the letters, as the function does, and deletes each once it is there; what could not be put is left."""
    done = Redriven()
    left: dict[str, Letter] = {}
    try:
        for batch in receive(client, url):
            kept = keep([Delivery(letter.id, letter.body, letter.sent_at) for letter in batch], shelf)
            stuck = all(letter.id in left for letter in batch)
            left |= {letter.id: letter for letter in batch if letter.id in kept.failed}
            for letter in batch:
                if letter.id not in kept.failed:
                    _delete(client, url, letter)
                    left.pop(letter.id, None)
                    done.moved += 1
                    advance(1)
            done.refused += kept.refused
            if stuck and kept.failed:
                break
    finally:
        release(client, url, list(left.values()))
    done.left = len(left)
    return done


def _send_back(client: "SQSClient", queue: Queue, url: str, origin: str, letter: Letter) -> None:
    attributes: Any = {name: _value(held) for name, held in letter.attributes.items() if name not in queue.dropped}
    group: Any = {"MessageGroupId": letter.group} if letter.group else {}
    with calling("sqs", "SendMessage"):
        client.send_message(QueueUrl=origin, MessageBody=letter.body, MessageAttributes=attributes, **group)
    _delete(client, url, letter)


def _delete(client: "SQSClient", url: str, letter: Letter) -> None:
    with calling("sqs", "DeleteMessage"):
        client.delete_message(QueueUrl=url, ReceiptHandle=letter.handle)


def _value(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: held[name] for name in ("DataType", "StringValue", "BinaryValue") if held.get(name)}


def _letter(message: Any) -> Letter:
    system = message.get("Attributes", {})
    return Letter(
        id=message["MessageId"],
        handle=message["ReceiptHandle"],
        body=message["Body"],
        sent_at=datetime.fromtimestamp(int(system.get("SentTimestamp", 0)) / 1000, UTC),
        group=system.get("MessageGroupId", ""),
        attributes=message.get("MessageAttributes", {}),
    )
