"""The watermark: how old what waits for the archive is, told by SQS and CloudWatch, or not told at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tandem.adapters.archive_queue import LOOKS, ArchiveQueue
from tandem.adapters.memory_archive import MemoryUnarchived
from tandem.archive import Unarchived
from tandem.errors import Unavailable
from tests.unit.archive.deliveries import HOUR, MINUTE, NOON, a_body, an_event


@dataclass(slots=True)
class Queues:
    """The archive's two queues in moto. Whatever happens while the adapter pauses is `meanwhile`."""

    sqs: Any
    cloudwatch: Any
    queue: str
    dead_letters: str
    now: datetime
    meanwhile: Callable[[], object] = lambda: None
    pauses: list[float] = field(default_factory=list)

    def adapter(self, sqs: Any = None, patience: float = 5) -> ArchiveQueue:
        return ArchiveQueue(
            sqs=sqs or self.sqs,
            cloudwatch=self.cloudwatch,
            queue=self.queue,
            dead_letters=self.dead_letters,
            clock=lambda: self.now,
            pause=self.pause,
            patience=patience,
        )

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.meanwhile()

    def send(self, queue: str, at: datetime, name: str = "e") -> None:
        self.sqs.send_message(QueueUrl=queue, MessageBody=a_body(an_event(name, at), at, f"sns-{name}"))

    def drain(self) -> None:
        for message in self.sqs.receive_message(QueueUrl=self.queue).get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])

    def age(self, at: datetime, seconds: float) -> None:
        """A datapoint as SQS sends it."""
        self.cloudwatch.put_metric_data(
            Namespace="AWS/SQS",
            MetricData=[
                {
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [{"Name": "QueueName", "Value": "archive"}],
                    "Timestamp": at,
                    "Value": seconds,
                }
            ],
        )


@pytest.fixture
def queues(aws: None) -> Queues:
    sqs = boto3.client("sqs")
    queue, dead_letters = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("archive", "archive-dlq"))
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return Queues(sqs, boto3.client("cloudwatch"), queue, dead_letters, now)


def test_where_nothing_waits_everything_is_archived(queues: Queues) -> None:
    assert queues.adapter().oldest() is None
    assert len(queues.pauses) == 2 * (LOOKS - 1)


def test_a_queue_that_is_empty_once_is_not_believed(queues: Queues) -> None:
    queues.meanwhile = lambda: queues.send(queues.queue, NOON)

    with pytest.raises(Unavailable, match="nothing tells how old they are"):
        queues.adapter().oldest()


def test_what_waits_is_as_old_as_cloudwatch_says_by_its_oldest_datapoint(queues: Queues) -> None:
    queues.send(queues.queue, NOON)
    queues.age(queues.now - 3 * MINUTE, 7200)
    queues.age(queues.now - 2 * MINUTE, 60)

    assert queues.adapter().oldest() == queues.now - 3 * MINUTE - 2 * HOUR


def test_a_datapoint_from_long_ago_says_nothing(queues: Queues) -> None:
    queues.send(queues.queue, NOON)
    queues.age(queues.now - 20 * MINUTE, 60)

    with pytest.raises(Unavailable, match="ApproximateAgeOfOldestMessage"):
        queues.adapter().oldest()


def test_a_message_in_flight_waits_too(queues: Queues) -> None:
    queues.send(queues.queue, NOON)
    queues.sqs.receive_message(QueueUrl=queues.queue)

    with pytest.raises(Unavailable):
        queues.adapter().oldest()


def test_without_cloudwatch_a_queue_that_empties_in_time_is_archived(queues: Queues) -> None:
    queues.send(queues.queue, NOON)
    queues.meanwhile = queues.drain

    assert queues.adapter().oldest() is None


def test_a_dead_letter_is_as_old_as_the_door_says(queues: Queues) -> None:
    for number in range(25):
        queues.send(queues.dead_letters, NOON + number * MINUTE, f"e{number}")

    assert queues.adapter().oldest() == NOON


def test_the_dead_letters_are_there_for_others_at_once(queues: Queues) -> None:
    queues.send(queues.dead_letters, NOON)

    queues.adapter().oldest()

    assert len(queues.sqs.receive_message(QueueUrl=queues.dead_letters)["Messages"]) == 1


def test_a_dead_letter_without_a_timestamp_is_as_old_as_its_sending(queues: Queues) -> None:
    queues.sqs.send_message(QueueUrl=queues.dead_letters, MessageBody="{oops")

    oldest = queues.adapter().oldest()

    assert oldest is not None
    assert abs(oldest - datetime.now(UTC)) < timedelta(minutes=5)


def test_dead_letters_that_somebody_else_holds_cannot_be_told(queues: Queues) -> None:
    queues.send(queues.dead_letters, NOON)
    queues.sqs.receive_message(QueueUrl=queues.dead_letters)

    with pytest.raises(Unavailable, match="0 of 1 dead letters"):
        queues.adapter().oldest()


def test_the_older_of_both_queues_is_told(queues: Queues) -> None:
    queues.send(queues.queue, NOON)
    queues.age(queues.now - MINUTE, 60)
    queues.send(queues.dead_letters, queues.now - HOUR)

    assert queues.adapter().oldest() == queues.now - HOUR


class Moving:
    """SQS, which moves what waits to the dead letters just before the queue is looked at."""

    def __init__(self, queues: Queues) -> None:
        self.queues = queues

    def get_queue_attributes(self, **asked: Any) -> Any:
        if asked["QueueUrl"] == self.queues.queue:
            self.queues.drain()
            self.queues.send(self.queues.dead_letters, NOON)
        return self.queues.sqs.get_queue_attributes(**asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.queues.sqs, name)


def test_what_becomes_a_dead_letter_meanwhile_is_not_missed(queues: Queues) -> None:
    queues.send(queues.queue, NOON)

    assert queues.adapter(Moving(queues)).oldest() == NOON


def test_an_sqs_that_does_not_answer_is_a_passing_fault(queues: Queues) -> None:
    broken: Any = boto3.client("sqs")
    stub = Stubber(broken)
    stub.add_client_error("get_queue_attributes", "ThrottlingException", http_status_code=400)

    with stub, pytest.raises(Unavailable):
        queues.adapter(broken).oldest()


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest) -> Callable[[list[datetime], bool], Unarchived]:
    """Makes one implementation, with what waits, and whether that can be told."""
    if request.param == "memory":
        return MemoryUnarchived
    queues: Queues = request.getfixturevalue("queues")

    def make(waiting: list[datetime], told: bool) -> Unarchived:
        for moment in waiting:
            queues.send(queues.dead_letters, moment, f"{moment}")
        if not told:
            queues.send(queues.queue, NOON)
        return queues.adapter()

    return make


@pytest.mark.parametrize(
    ("waiting", "oldest"), [([], None), ([NOON + HOUR, NOON, NOON + MINUTE], NOON)], ids=["nothing", "three"]
)
def test_both_sides_tell_the_oldest(
    side: Callable[[list[datetime], bool], Unarchived], waiting: list[datetime], oldest: datetime | None
) -> None:
    assert side(waiting, True).oldest() == oldest


def test_neither_side_guesses(side: Callable[[list[datetime], bool], Unarchived]) -> None:
    with pytest.raises(Unavailable):
        side([NOON], False).oldest()
