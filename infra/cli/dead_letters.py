"""The stack's dead-letter queues: looked at without loss, and brought back where they came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tandem.adapters.aws import calling
from tandem.adapters.letters import ArchivedLetters, DeadLetters, ReturnedLetters
from tandem.archive import Shelf
from tandem.dead_letters import Letter, Redriven, redrive

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WAIT: Final = 1  # a person would rather wait a second than see none of what is there


@dataclass(frozen=True, slots=True)
class Queue:
    """Outputs of the stack that name a dead-letter queue and its origin (empty: nothing to send back to).

    `dropped` are message attributes that only the dead-letter queue needs. `archived`: what lies here is archived from
    here.
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
    "feedback": Queue("FeedbackDlqUrl", "FeedbackQueueUrl", frozenset({"reason", "field"})),
    "archive": Queue("ArchiveDlqUrl", "", archived=True),
    "snapshots": Queue("SnapshotsDlqUrl", ""),
}


def depth(client: "SQSClient", url: str) -> int:
    """About how many messages lie there."""
    with calling("sqs", "GetQueueAttributes"):
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def look(client: "SQSClient", url: str, most: int) -> list[Letter]:
    """Up to `most` letters, oldest first. All stay in the queue."""
    queue = DeadLetters(client, url, WAIT)
    held: list[Letter] = []
    try:
        for batch in queue.all():
            held += batch
            if len(held) >= most:
                break
    finally:
        queue.release(held)
    distinct = {letter.id: letter for letter in held}
    return sorted(distinct.values(), key=lambda letter: letter.sent_at)[:most]


def send_back(client: "SQSClient", queue: Queue, url: str, origin: str, advance: Callable[[int], None]) -> Redriven:
    """Sends each letter to its origin; there it is as new, whatever it went through before."""
    return redrive(ReturnedLetters(DeadLetters(client, url, WAIT), origin, queue.dropped), advance=advance)


def archive(client: "SQSClient", url: str, shelf: Shelf, advance: Callable[[int], None]) -> Redriven:
    """Archives the letters; what could not be put is left."""
    return redrive(ArchivedLetters(DeadLetters(client, url, WAIT), shelf), advance=advance)
