"""What a batch becomes on S3: which objects, under which names, with which lines."""

import gzip
import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tandem.adapters.memory_archive import MemoryArchive
from tandem.archive import Delivery, keep
from tandem.errors import Unavailable
from tests.unit.archive.deliveries import HOUR, MINUTE, NOON, a_body, an_event, delivered, refused


def lines(archive: MemoryArchive, root: str) -> list[dict[str, Any]]:
    """Every line below a folder, in S3's order."""
    texts = [gzip.decompress(archive.objects[key]) for key in sorted(archive.objects) if key.startswith(root)]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def test_a_batch_is_one_object_an_hour_by_the_hour_it_was_received_in_utc() -> None:
    archive = MemoryArchive()

    kept = keep([delivered("a"), delivered("b", NOON + MINUTE), delivered("c", NOON - MINUTE)], archive)

    assert (kept.archived, kept.refused, kept.objects, kept.failed) == (3, 0, 2, set())
    folders = sorted(key.rpartition("/")[0] for key in archive.objects)
    assert folders == ["archive/2026/11/20/11", "archive/2026/11/20/12"]
    assert all(key.endswith(".jsonl.gz") for key in archive.objects)


def test_a_line_holds_the_message_unchanged_and_when_it_was_received() -> None:
    archive = MemoryArchive()
    message = json.dumps(an_event("a"), ensure_ascii=False, indent=1) + " "

    keep([Delivery("m", a_body(message, NOON + timedelta(milliseconds=120)), NOON + HOUR)], archive)

    assert lines(archive, "archive/") == [
        {"v": 1, "received_at": "2026-11-20T12:00:00.120000Z", "message": message},
    ]


def test_the_same_batch_in_any_order_writes_the_same_object_and_the_same_bytes() -> None:
    batch = [delivered(f"e{number}", NOON + number * MINUTE) for number in range(20)]
    once, again = MemoryArchive(), MemoryArchive()

    keep(batch, once)
    shuffled = batch * 2
    Random(1).shuffle(shuffled)
    keep(shuffled, again)

    assert once.objects == again.objects


def test_another_batch_of_the_same_hour_is_another_object() -> None:
    archive = MemoryArchive()

    keep([delivered("a")], archive)
    keep([delivered("a"), delivered("b")], archive)

    assert len(archive.objects) == 2


def test_two_deliveries_of_one_message_are_one_line() -> None:
    archive = MemoryArchive()

    kept = keep([delivered("a", sqs="m1"), delivered("a", sqs="m2")], archive)

    assert kept.archived == 1
    assert len(lines(archive, "archive/")) == 1


def test_what_is_refused_lies_apart_unchanged_with_reason_and_field() -> None:
    archive = MemoryArchive()
    late = a_body({**an_event("x"), "occurred_at": "2026-11-20T12:00:00"}, NOON, "sns-x")

    kept = keep([delivered("a"), Delivery("m", late, NOON + HOUR)], archive)

    assert (kept.archived, kept.refused, kept.objects) == (1, 1, 2)
    [line] = lines(archive, "refused/2026/11/20/12/")
    assert line == {
        "v": 1,
        "received_at": "2026-11-20T12:00:00Z",
        "reason": "no_time_zone",
        "field": "occurred_at",
        "body": late,
    }


@pytest.mark.parametrize(
    "body",
    ["{oops", "", "[]", "\ud800", '{"Type": "Notification", "Message": "{}"}', "{}", "[" * 100_000, "x" * 300_000],
)
def test_without_a_readable_timestamp_it_lies_in_the_hour_it_was_sent(body: str) -> None:
    archive = MemoryArchive()

    kept = keep([Delivery("m", body, NOON + HOUR)], archive)

    assert kept.failed == set()
    [line] = lines(archive, "refused/2026/11/20/13/")
    assert line["body"] == body


def test_what_did_not_come_by_the_door_is_refused() -> None:
    archive = MemoryArchive()
    fired = {**an_event("t"), "type": "timer_fired"}
    fired["properties"] = {"timer": "reminder/c1", "armed_for": NOON.isoformat()}

    keep([Delivery("m", json.dumps(fired), NOON)], archive)

    assert [line["reason"] for line in lines(archive, "refused/")] == ["wrong_door"]


class OneFolderDown(MemoryArchive):
    """Puts below `refused/` fail."""

    def put(self, key: str, data: bytes) -> None:
        if key.startswith("refused/"):
            raise Unavailable("s3", "PutObject")
        super().put(key, data)


def test_a_put_that_fails_fails_the_messages_of_that_object_alone() -> None:
    archive = OneFolderDown()

    kept = keep([delivered("a"), refused("x"), refused("y")], archive)

    assert kept.failed == {"sqs-x", "sqs-y"}
    assert (kept.archived, kept.refused) == (1, 0)
    assert len(lines(archive, "archive/")) == 1


def test_whatever_is_wrong_with_one_delivery_the_others_are_archived() -> None:
    archive = MemoryArchive()
    no_text: Any = None

    kept = keep([delivered("a"), Delivery("broken", no_text, NOON)], archive)

    assert kept.failed == {"broken"}
    [(message, _)] = kept.broken
    assert message == "broken"
    assert len(lines(archive, "archive/")) == 1
