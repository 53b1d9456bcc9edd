"""The watermark: how old the oldest event is that waits for the archive.

Three facts of SQS decide how it is told. CloudWatch's age of a queue's oldest message leaves out what was received
three times or more, so the archive's queue hands a message out twice and then moves it to its dead letters. There the
age counts from the move, so those are read one by one. And a message that is sent back to a queue is a new one with a
new age: dead letters of the archive are archived from where they lie (`tandem dlq redrive`), not sent back.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, Final, Literal

from tandem.adapters.aws import calling, passing_faults
from tandem.archive import received_at_of
from tandem.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sqs import SQSClient

type Attribute = Literal[
    "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"
]
COUNTS: Final[tuple[Attribute, ...]] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
AGE: Final = "ApproximateAgeOfOldestMessage"
LOOKED_BACK: Final = timedelta(minutes=15)
PERIOD: Final = 60
LOOKS: Final = 3  # counts are approximate: empty is what was found empty so often in a row
PAUSE: Final = 1.0
HELD_FOR: Final = 60
AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class ArchiveQueue:
    """Fulfils `Unarchived`. `clock` tells the time (aware), `pause` waits for seconds.

    `patience`: for so many seconds it waits for the queue to become empty where CloudWatch says nothing about it, as
    on a local stack.
    """

    sqs: "SQSClient"
    cloudwatch: "CloudWatchClient"
    queue: str
    dead_letters: str
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    patience: float = 30

    def oldest(self) -> datetime | None:
        """The queue before its dead letters: a message goes from there to here, and never back."""
        waiting = self._oldest_waiting()
        dead = self._oldest_dead()
        return min((moment for moment in (waiting, dead) if moment), default=None)

    def _oldest_waiting(self) -> datetime | None:
        if self._is_empty(self.queue, patience=0):
            return None
        if told := self._told_by_cloudwatch():
            return told
        if self._is_empty(self.queue, patience=self.patience):
            return None
        raise Unavailable("cloudwatch", AGE, "messages wait for the archive, and nothing tells how old they are")

    def _told_by_cloudwatch(self) -> datetime | None:
        """No message in the queue was sent before this. A datapoint is the maximum of the minute from its time on."""
        now = self.clock()
        with passing_faults("cloudwatch", "GetMetricStatistics"):
            found = self.cloudwatch.get_metric_statistics(
                Namespace="AWS/SQS",
                MetricName=AGE,
                Dimensions=[{"Name": "QueueName", "Value": self.queue.rpartition("/")[2]}],
                StartTime=now - LOOKED_BACK,
                EndTime=now,
                Period=PERIOD,
                Statistics=["Maximum"],
            )["Datapoints"]
        sent = [point["Timestamp"] - timedelta(seconds=point["Maximum"]) for point in found]
        return min(sent).astimezone(UTC) if sent else None

    def _oldest_dead(self) -> datetime | None:
        if self._is_empty(self.dead_letters, patience=0):
            return None
        lying = self._count(self.dead_letters)
        held = self._hold(lying)
        self._release([handle for handle, _ in held.values()])
        lying = max(lying, self._count(self.dead_letters))
        if len(held) < lying:
            raise Unavailable("sqs", "ReceiveMessage", f"{len(held)} of {lying} dead letters of the archive were read")
        return min((received_at for _, received_at in held.values()), default=None)

    def _hold(self, many: int) -> dict[str, tuple[str, datetime]]:
        """So many dead letters, if they can be had: handle and moment of each, by its id."""
        held: dict[str, tuple[str, datetime]] = {}
        nothing_new = 0
        while len(held) < many and nothing_new < LOOKS:
            batch = {message["MessageId"]: _letter(message) for message in self._receive()}
            nothing_new = nothing_new + 1 if batch.keys() <= held.keys() else 0
            held |= batch
        return held

    def _receive(self) -> list[Any]:
        with passing_faults("sqs", "ReceiveMessage"):
            found: list[Any] = self.sqs.receive_message(
                QueueUrl=self.dead_letters,
                MaxNumberOfMessages=AT_ONCE,
                VisibilityTimeout=HELD_FOR,
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["SentTimestamp"],
            ).get("Messages", [])
        return found

    def _release(self, handles: list[str]) -> None:
        """Others see them again at once; where that fails, in a minute."""
        for chunk in batched(handles, AT_ONCE, strict=False):
            entries: Any = [
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for index, handle in enumerate(chunk)
            ]
            with suppress(Unavailable), calling("sqs", "ChangeMessageVisibilityBatch"):
                self.sqs.change_message_visibility_batch(QueueUrl=self.dead_letters, Entries=entries)

    def _is_empty(self, queue: str, *, patience: float) -> bool:
        """Found empty several times in a row; it is waited for until `patience` has passed."""
        empty, waited = 0, 0.0
        while True:
            empty = 0 if self._count(queue) else empty + 1
            if empty == LOOKS:
                return True
            if not empty and waited >= patience:
                return False
            self.pause(PAUSE)
            waited += PAUSE

    def _count(self, queue: str) -> int:
        with passing_faults("sqs", "GetQueueAttributes"):
            found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=COUNTS)["Attributes"]
        return sum(int(found[name]) for name in COUNTS)


def _letter(message: Any) -> tuple[str, datetime]:
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return message["ReceiptHandle"], received_at_of(message["Body"], sent_at)
