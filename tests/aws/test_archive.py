"""`archive` against moto: killed before or after each of its AWS calls, then everything delivered again ten times."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.archive import app
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.aws import PATIENT
from tandem.archive import Delivery, keep
from tandem.errors import Unavailable
from tests.aws.killing import Killed, Killer, Point, When, pairs
from tests.unit.archive.deliveries import HOUR, MINUTE, NOON, delivered, refused

BUCKET = "tandem-bucket"
AGAIN = 10
CALLS = ["PutObject", "PutObject", "PutObject"]  # two hours of events, and an hour of what is refused
BATCH = [
    *(delivered(f"e{number}", NOON - 10 * MINUTE + number * MINUTE) for number in range(20)),
    delivered("e3", NOON - 7 * MINUTE, sqs="a copy"),
    refused("x", NOON + MINUTE),
    refused("y", NOON + MINUTE),
]
EVENTS = {f"e{number}" for number in range(20)}


@pytest.fixture
def s3(aws: None) -> Any:
    client = boto3.client("s3", config=PATIENT)
    client.create_bucket(Bucket=BUCKET)
    return client


def readable(s3: Any) -> Counter[str]:
    """How often each event is read, before its reader takes the repetitions out."""
    return Counter(event.event_id for event in ArchiveFiles(s3, BUCKET).read(NOON - HOUR, NOON + HOUR))


def test_undisturbed_every_event_is_read_exactly_once(s3: Any) -> None:
    killer = Killer([s3])

    kept = keep(BATCH, ArchiveFiles(s3, BUCKET))

    assert killer.calls == CALLS
    assert kept.failed == set()
    assert readable(s3) == dict.fromkeys(EVENTS, 1)


@pytest.mark.kill_points("archive", "single")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(len(CALLS)))
def test_killed_anywhere_and_delivered_again_ten_times_every_event_is_read_exactly_once(
    s3: Any, call: int, when: When
) -> None:
    killer = Killer([s3])
    killer.arm(call, when)
    with pytest.raises(Killed):
        keep(BATCH, ArchiveFiles(s3, BUCKET))
    killer.disarm()

    for time in range(AGAIN):
        assert keep(Random(time).sample(BATCH, len(BATCH)), ArchiveFiles(s3, BUCKET)).failed == set()

    assert readable(s3) == dict.fromkeys(EVENTS, 1)
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="refused/")["KeyCount"] == 1


@pytest.mark.kill_points("archive", "pairs")
def test_killed_twice_in_a_row_every_event_is_read_exactly_once(s3: Any) -> None:
    killer = Killer([s3])
    for points in pairs(CALLS):
        for at, when in points:
            killed(killer, s3, (at, when))
        for time in range(AGAIN):
            assert keep(Random(time).sample(BATCH, len(BATCH)), ArchiveFiles(s3, BUCKET)).failed == set()

        assert readable(s3) == dict.fromkeys(EVENTS, 1), points
        for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
            s3.delete_object(Bucket=BUCKET, Key=each["Key"])


def killed(killer: Killer, s3: Any, point: Point) -> None:
    """One delivery that ends there."""
    killer.arm(*point)
    with pytest.raises(Killed):
        keep(BATCH, ArchiveFiles(s3, BUCKET))
    killer.disarm()


def test_delivered_again_in_other_batches_every_event_is_there_and_its_identity_is_one(s3: Any) -> None:
    killer = Killer([s3])
    killer.arm(1, "after")
    with pytest.raises(Killed):
        keep(BATCH, ArchiveFiles(s3, BUCKET))
    killer.disarm()
    for time in range(AGAIN):
        for half in split(BATCH, time):
            keep(half, ArchiveFiles(s3, BUCKET))

    events = list(ArchiveFiles(s3, BUCKET).read(NOON - HOUR, NOON + HOUR))

    assert set(readable(s3)) == EVENTS
    assert len({event.identity for event in events}) == len(EVENTS)


def split(batch: list[Delivery], seed: int) -> Iterator[list[Delivery]]:
    shuffled = Random(seed).sample(batch, len(batch))
    yield from (shuffled[:11], shuffled[11:])


def test_the_handler_names_what_could_not_be_put(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKET", "no-such-bucket")
    app.files.cache_clear()

    answer = app.handler({"Records": [record(each) for each in BATCH]}, None)

    app.files.cache_clear()
    assert answer == {"batchItemFailures": [{"itemIdentifier": each.id} for each in sorted(BATCH, key=id_of)]}


def id_of(delivery: Delivery) -> str:
    return delivery.id


def record(delivery: Delivery) -> dict[str, Any]:
    sent = str(int(delivery.sent_at.timestamp() * 1000))
    return {"messageId": delivery.id, "body": delivery.body, "attributes": {"SentTimestamp": sent}}


def test_an_s3_that_does_not_answer_while_it_is_read_is_a_passing_fault(s3: Any) -> None:
    stub = Stubber(s3)
    stub.add_client_error("list_objects_v2", "SlowDown", http_status_code=503)

    with stub, pytest.raises(Unavailable):
        list(ArchiveFiles(s3, BUCKET).read(NOON, NOON + HOUR))
