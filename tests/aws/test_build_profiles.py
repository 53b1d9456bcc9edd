"""build_profiles: what was received and imported becomes a snapshot on S3, whole or not at all."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.stub import Stubber

from functions.build_profiles.settings import Settings
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.folder_snapshots import FolderSnapshots
from tandem.adapters.profile_files import ProfileFiles
from tandem.attributes import SnapshotHeader
from tandem.errors import BadHistory, BadSettings, Unavailable
from tandem.profiles.build import Builder
from tandem.profiles.imports import import_history
from tandem.profiles.ports import Snapshots
from tandem.profiles.snapshot import Counts, Manifest
from tests.aws.killing import Killed, Killer, When, band
from tests.aws.snapshots import BUCKET, PLAYBOOKS, World, world
from tests.builders import DAY, HOUR, by_door, envelope, playbook
from tests.unit.profiles.brute_force import Row, write

AS_OF = "2026-11-21T00:00:00Z"
MOMENT: Final = datetime(2026, 11, 21, tzinfo=UTC)
FOLDER = "snapshots/20261121T000000Z"
ROWS = [
    Row("ann", "o1", datetime(2026, 11, 20, 9, 30, tzinfo=UTC), Decimal("39.95")),
    Row("bob", "o2", datetime(2026, 11, 1, tzinfo=UTC), Decimal("12.00")),
]
WAITING: Final = by_door(envelope("order_completed", "e1", MOMENT, {}), MOMENT - DAY)


@pytest.fixture
def aws() -> Iterator[World]:
    with world() as made:
        yield made


def order(order_id: str, at: datetime, customer: str) -> dict[str, Any]:
    properties = {"order_id": order_id, "total": "5.00", "currency": "USD"}
    return envelope("order_completed", f"e-{order_id}", at, properties, customer)


def test_a_history_is_imported_and_the_snapshot_has_it(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    answer = aws.build(AS_OF)

    assert answer["counts"] == {"events": 2, "changed": 2, "customers": 2, "orders": 2}
    assert answer["cut_points"] == {"currency": "USD", "low_max": 1200, "medium_max": 3995}
    assert answer["import"].items() >= {"new": True, "rows": 2, "duplicates": 0, "orders": 2}.items()
    assert list(aws.objects("imports/")) == answer["imports"] == [answer["import"]["key"]]


def test_a_snapshot_is_two_files_a_partition_and_a_manifest_that_names_them(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    answer = aws.build(AS_OF)

    named = {f"{FOLDER}/{name}" for part in answer["parts"] for name in part.values()}
    assert set(aws.objects()) == {f"{FOLDER}/snapshot.json", *named}
    manifest = json.loads(aws.objects()[f"{FOLDER}/snapshot.json"])
    assert answer.items() >= manifest.items()


def test_what_came_by_the_door_is_added_to_what_was_imported(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))
    aws.receive(order("o3", MOMENT - HOUR, "ann"), order("o4", MOMENT - HOUR, "eve"), at=MOMENT - HOUR)

    answer = aws.build(AS_OF)

    assert answer["counts"] == {"events": 4, "changed": 3, "customers": 3, "orders": 4}


def test_without_arguments_it_is_the_latest_snapshot_there_can_be(aws: World) -> None:
    answer = aws.start_build({})

    assert answer["as_of"] == "2026-11-21T10:00:00Z"


def test_running_again_leaves_the_same_bytes(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))
    first = aws.build(AS_OF)
    before = aws.objects("")

    aws.put_history(write(reversed(ROWS), tmp_path / "orders.csv"))
    again = aws.build(AS_OF)

    assert again["parts"] == first["parts"]
    assert again["import"]["new"] is False
    assert {key for key, body in aws.objects("").items() if before[key] != body} == {"history/orders.csv"}


@pytest.mark.parametrize(
    ("payload", "column"),
    [
        ({"history": "history/other.csv", "as_of": AS_OF}, "history/other.csv"),
        ({"history": "history/orders.csv", "as_of": "2999-01-01T00:00:00Z"}, "as_of"),
        ({"history": "history/orders.csv", "as_of": "2026-11-21T11:00:00Z"}, "as_of"),
        ({"history": 7}, "history"),
    ],
)
def test_a_bad_request_names_what_is_wrong_and_writes_nothing(
    payload: dict[str, Any], column: str, aws: World, tmp_path: Path
) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    with pytest.raises(BadHistory) as raised:
        aws.start_build(payload)

    assert raised.value.column == column
    assert aws.objects() == aws.objects("imports/") == {}


def test_a_bad_history_names_its_column_and_writes_nothing(aws: World, tmp_path: Path) -> None:
    path = write(ROWS, tmp_path / "orders.csv")
    path.write_text(path.read_text().replace("+00:00", ""))
    aws.put_history(path)

    with pytest.raises(BadHistory, match=r"ordered_at: without a time zone in 2 rows \(1, 2\)"):
        aws.build(AS_OF)

    assert aws.objects() == aws.objects("imports/") == {}


def test_without_a_playbook_there_are_no_rules_to_go_by(aws: World) -> None:
    aws.dynamodb.delete_item(TableName=PLAYBOOKS, Key={"pk": {"S": "playbook"}})

    with pytest.raises(BadHistory, match="playbook: none is published"):
        aws.start_build({"as_of": AS_OF})


def test_no_snapshot_passes_what_lies_in_the_archives_dead_letters(aws: World) -> None:
    aws.sqs.send_message(QueueUrl=aws.queues["archive-dlq"], MessageBody=WAITING)

    with pytest.raises(BadHistory, match="received at 2026-11-20T00:00:00Z") as raised:
        aws.start_build({"as_of": AS_OF})

    assert raised.value.column == "as_of"
    assert aws.start_build({})["as_of"] == "2026-11-20T00:00:00Z"


def test_where_the_age_of_what_waits_cannot_be_told_nothing_is_built(aws: World) -> None:
    aws.sqs.send_message(QueueUrl=aws.queues["archive"], MessageBody=WAITING)

    with pytest.raises(Unavailable):
        aws.start_build({"as_of": AS_OF})

    assert aws.objects() == {}


@pytest.mark.kill_points("build_profiles", "single")
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_and_run_again_it_leaves_what_an_unharmed_run_leaves(
    when: When, aws: World, tmp_path: Path
) -> None:
    run, killer = a_second_night(aws, tmp_path), Killer([aws.s3])
    run()
    calls = len(killer.calls)
    killer.disarm()
    unharmed = made_at(aws)

    for at in range(calls):
        forget(aws)
        killer.arm(at, when)
        with pytest.raises(Killed):
            run()
        killer.disarm()
        run()
        assert made_at(aws) == unharmed, at


@pytest.mark.kill_points("build_profiles", "pairs")
def test_killed_at_one_write_and_the_next_run_at_another_the_runs_after_it_leave_the_same(
    aws: World, tmp_path: Path
) -> None:
    """What only reads changes nothing: killed there is killed before the next write."""
    run, killer = a_second_night(aws, tmp_path), Killer([aws.s3], only=["PutObject"])
    run()
    writes, unharmed = list(killer.calls), made_at(aws)
    assert len(writes) == 5

    for points in band(writes):
        forget(aws)
        for point in points:
            killer.arm(*point)
            with suppress(Killed):  # what is whole already is not written again
                run()
        killer.disarm()
        run()
        assert made_at(aws) == unharmed, points
    for _ in range(10):
        run()
    assert made_at(aws) == unharmed


def a_second_night(aws: World, tmp_path: Path) -> Callable[[], object]:
    """The run after the first one, with news: what it reads, and what it is to leave."""
    files, archive = ProfileFiles(aws.s3, BUCKET), ArchiveFiles(aws.s3, BUCKET)
    import_history(write(ROWS, tmp_path / "orders.csv"), archive, tmp_path)
    builder = Builder(files, archive, partitions=2)
    builder.build(MOMENT - DAY, playbook(), tmp_path)
    aws.receive(order("o3", MOMENT - HOUR, "ann"), order("o4", MOMENT - HOUR, "eve"), at=MOMENT - HOUR)
    return lambda: builder.build(MOMENT, playbook(), tmp_path)


def made_at(aws: World) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{FOLDER}/"):
        for each in page.get("Contents", []):
            found[each["Key"]] = aws.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
    return found


def forget(aws: World) -> None:
    for key in made_at(aws):
        aws.s3.delete_object(Bucket=BUCKET, Key=key)


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("InternalError", 500)])
def test_a_passing_fault_of_s3_is_unavailable(code: str, status: int, aws: World, tmp_path: Path) -> None:
    with Stubber(aws.s3) as stub:
        stub.add_client_error("get_object", code, http_status_code=status)

        with pytest.raises(Unavailable):
            ProfileFiles(aws.s3, BUCKET).download("history/orders.csv", tmp_path)


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({"BUCKET": "", "PLAYBOOKS_TABLE": "playbooks"})

    assert raised.value.names == ("ARCHIVE_DLQ_URL", "ARCHIVE_QUEUE_URL", "BUCKET", "TOMBSTONES_TABLE")


@pytest.fixture(params=["S3", "a folder"])
def snapshots(request: pytest.FixtureRequest, aws: World, tmp_path: Path) -> Snapshots:
    """Both places where snapshots lie."""
    return ProfileFiles(aws.s3, BUCKET) if request.param == "S3" else FolderSnapshots(tmp_path / "root")


def test_where_nothing_was_put_there_is_no_snapshot(snapshots: Snapshots, tmp_path: Path) -> None:
    assert snapshots.moments() == []
    assert snapshots.names(MOMENT) == []
    assert snapshots.manifest(MOMENT) is None
    with pytest.raises(BadHistory):
        snapshots.fetch(MOMENT, "state-00", tmp_path)


def test_what_was_put_can_be_found_and_fetched(snapshots: Snapshots, tmp_path: Path) -> None:
    path, there = tmp_path / "state-00", tmp_path / "there"
    path.write_bytes(b"content")
    there.mkdir()

    snapshots.put(MOMENT, path)

    assert snapshots.names(MOMENT) == ["state-00"]
    assert snapshots.fetch(MOMENT, "state-00", there).read_bytes() == b"content"
    assert snapshots.moments() == [MOMENT]
    assert snapshots.manifest(MOMENT) is None


def test_a_published_manifest_is_read_back(snapshots: Snapshots) -> None:
    manifests = [
        Manifest(SnapshotHeader(MOMENT + day * DAY, None, 0), (), Counts(0, 0, 0, 0), 1, "1/2") for day in (1, 0)
    ]
    for each in manifests:
        snapshots.publish(each)

    assert snapshots.moments() == [MOMENT, MOMENT + DAY]
    assert [snapshots.manifest(each.as_of) for each in manifests] == manifests


def test_of_two_runs_of_the_same_moment_the_first_manifest_stands(snapshots: Snapshots) -> None:
    first, second = (
        Manifest(SnapshotHeader(MOMENT, None, many), (), Counts(0, 0, many, 0), 1, "1/2") for many in (1, 2)
    )

    snapshots.publish(first)
    snapshots.publish(second)

    assert snapshots.manifest(MOMENT) == first
