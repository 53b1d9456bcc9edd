"""The archive on S3 and its memory twin keep the same promises."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import boto3
import pytest

from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.memory_archive import MemoryArchive
from tandem.archive import ArchiveReader, Imports, Line, Shelf, keep
from tandem.errors import BadHistory, Unreadable
from tests.unit.archive.deliveries import HOUR, MINUTE, NOON, an_event, delivered, refused


class Archive(ArchiveReader, Imports, Shelf, Protocol):
    """All that an archive does."""


@pytest.fixture(params=["memory", "aws"])
def archive(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    if request.param == "memory":
        yield MemoryArchive()
        return
    request.getfixturevalue("aws")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="tandem-bucket")
    yield ArchiveFiles(s3, "tandem-bucket")


def read(archive: Archive, since: datetime, until: datetime) -> list[str]:
    """Hours come in order; inside an hour there is none."""
    found = [(event.received_at, event.event_id) for event in archive.read(since, until)]
    hours = [moment.replace(minute=0) for moment, _ in found]
    assert hours == sorted(hours)
    return [event_id for _, event_id in sorted(found)]


def test_what_was_received_in_a_span_is_read_and_nothing_else(archive: Archive) -> None:
    for moment in (NOON - HOUR, NOON - MINUTE, NOON, NOON + MINUTE, NOON + HOUR, NOON + 30 * HOUR):
        keep([delivered(f"{moment:%d-%H:%M}", moment)], archive)

    assert read(archive, NOON - MINUTE, NOON + HOUR) == ["20-11:59", "20-12:00", "20-12:01"]
    assert read(archive, NOON, NOON + MINUTE) == ["20-12:00"]
    assert read(archive, NOON - 48 * HOUR, NOON + 48 * HOUR)[-1] == "21-18:00"
    assert read(archive, NOON, NOON) == []
    assert read(archive, NOON + HOUR, NOON) == []


def test_hours_come_in_order_across_the_ends_of_days_months_and_years(archive: Archive) -> None:
    new_year = NOON.replace(year=2027, month=1, day=1, hour=0)
    moments = [new_year + number * HOUR for number in (-14, -2, -1, 0, 1, 14)]
    keep([delivered(f"{number}", moment) for number, moment in enumerate(moments)], archive)

    assert read(archive, new_year - 24 * HOUR, new_year + 24 * HOUR) == ["0", "1", "2", "3", "4", "5"]


def test_an_event_comes_back_as_it_was_parsed(archive: Archive) -> None:
    keep([delivered("a", NOON + MINUTE), refused("x")], archive)

    [event] = archive.read(NOON, NOON + HOUR)

    assert (event.customer_id, event.received_at, event.occurred_at) == ("ada", NOON + MINUTE, NOON + MINUTE)
    assert event.properties["name"] == "Björk ✿"


def test_an_object_that_cannot_be_read_is_named(archive: Archive) -> None:
    key = "archive/2026/11/20/12/damaged.jsonl.gz"
    archive.put(key, b"not gzip")

    with pytest.raises(Unreadable, match=key):
        read(archive, NOON, NOON + HOUR)


def history(count: int) -> Iterator[Line]:
    return (Line(NOON, json.dumps(an_event(f"old-{number}"))) for number in range(count))


def test_imported_history_is_read_back_by_its_key(archive: Archive) -> None:
    keys = [archive.write_import(name, history(count)) for name, count in (("shop-2026", 3), ("shop-2025", 0))]

    assert keys == ["imports/shop-2026.jsonl.gz", "imports/shop-2025.jsonl.gz"]
    assert archive.imports() == sorted(keys)
    assert [event.event_id for event in archive.read_import(keys[0])] == ["old-0", "old-1", "old-2"]
    assert list(archive.read_import(keys[1])) == []
    assert read(archive, NOON, NOON + HOUR) == []


def test_an_import_written_again_takes_the_place_of_the_first(archive: Archive) -> None:
    archive.write_import("shop", history(3))
    key = archive.write_import("shop", history(1))

    assert archive.imports() == [key]
    assert len(list(archive.read_import(key))) == 1


def test_an_import_that_is_not_there_is_said_so(archive: Archive) -> None:
    with pytest.raises(BadHistory, match="imports/none"):
        list(archive.read_import("imports/none.jsonl.gz"))


@pytest.mark.parametrize("name", ["", "../archive/2026", "a/b", ".hidden", "a b", "x" * 300])
def test_an_import_has_a_plain_name(archive: Archive, name: str) -> None:
    with pytest.raises(BadHistory, match="name"):
        archive.write_import(name, history(1))


def test_more_objects_than_one_listing_holds_are_all_read(aws: None) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="tandem-bucket")
    archive = ArchiveFiles(s3, "tandem-bucket")
    for number in range(1001):
        archive.put(f"imports/{number:04}.jsonl.gz", b"")

    assert len(archive.imports()) == 1001


def test_the_same_import_is_the_same_bytes(aws: None) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="tandem-bucket")
    archive = ArchiveFiles(s3, "tandem-bucket")

    found = []
    for _ in range(2):
        key = archive.write_import("shop", history(500))
        found.append(s3.get_object(Bucket="tandem-bucket", Key=key)["Body"].read())

    assert found[0] == found[1]
    assert gzip.decompress(found[0]).count(b"\n") == 500
