"""build_profiles: an order history on S3 becomes a snapshot on S3, whole or not at all."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from functions.build_profiles.settings import Settings
from tandem.adapters.profile_files import ProfileFiles
from tandem.errors import BadHistory, BadSettings, Unavailable
from tandem.profiles.build import build_snapshot
from tests.aws.snapshots import BUCKET, World, world
from tests.unit.profiles.brute_force import Row, write

AS_OF = "2026-11-21T00:00:00Z"
FOLDER = "snapshots/20261121T000000Z"
ROWS = [
    Row("ann", "o1", datetime(2026, 11, 20, 9, 30, tzinfo=UTC), Decimal("39.95")),
    Row("bob", "o2", datetime(2026, 11, 1, tzinfo=UTC), Decimal("12.00")),
]


class KilledError(Exception):
    """The function ended here."""


def die_at_the_manifest(params: dict[str, Any], **_: object) -> None:
    if params["url_path"].endswith("snapshot.json"):
        raise KilledError


@pytest.fixture
def aws() -> Iterator[World]:
    with world() as made:
        yield made


def test_a_snapshot_is_its_profiles_and_a_manifest_that_names_them(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    answer = aws.build(AS_OF)

    assert set(aws.objects()) == {f"{FOLDER}/snapshot.json", f"{FOLDER}/{answer['file']}"}
    assert json.loads(aws.objects()[f"{FOLDER}/snapshot.json"]) == {
        "v": 1,
        "as_of": AS_OF,
        "profiles": 2,
        "cut_points": {"currency": "USD", "low_max": 1200, "medium_max": 3995},
        "file": answer["file"],
        "counts": {"rows": 2, "duplicates": 0, "after_as_of": 0, "orders": 2, "customers": 2},
    }


def test_running_again_leaves_the_same_bytes(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))
    aws.build(AS_OF)
    first = aws.objects()

    aws.put_history(write(reversed(ROWS), tmp_path / "orders.csv"))
    aws.build(AS_OF)

    assert aws.objects() == first


def test_a_run_that_dies_before_its_manifest_leaves_what_readers_see_as_it_was(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS[:1], tmp_path / "orders.csv"))
    aws.build(AS_OF)
    seen = aws.objects()
    other = build_snapshot(write(ROWS, tmp_path / "orders.csv"), datetime.fromisoformat(AS_OF), tmp_path)

    aws.s3.meta.events.register("before-call.s3.PutObject", die_at_the_manifest)
    with pytest.raises(KilledError):
        ProfileFiles(aws.s3, BUCKET).publish(other)

    assert len(aws.objects()) == 3
    assert aws.objects().items() >= seen.items()


@pytest.mark.parametrize(
    ("payload", "column"),
    [
        ({"history": "history/other.csv", "as_of": AS_OF}, "history/other.csv"),
        ({"history": "history/orders.csv"}, "as_of"),
        ({"history": "history/orders.csv", "as_of": "2999-01-01T00:00:00Z"}, "as_of"),
        ({"as_of": AS_OF}, "history"),
    ],
)
def test_a_bad_request_names_what_is_wrong_and_writes_nothing(
    payload: dict[str, Any], column: str, aws: World, tmp_path: Path
) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    with pytest.raises(BadHistory) as raised:
        aws.start_build(payload)

    assert raised.value.column == column
    assert aws.objects() == {}


def test_a_bad_history_names_its_column_and_writes_nothing(aws: World, tmp_path: Path) -> None:
    path = write(ROWS, tmp_path / "orders.csv")
    path.write_text(path.read_text().replace("+00:00", ""))
    aws.put_history(path)

    with pytest.raises(BadHistory, match=r"ordered_at: without a time zone in 2 rows \(1, 2\)"):
        aws.build(AS_OF)

    assert aws.objects() == {}


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("InternalError", 500)])
def test_a_passing_fault_of_s3_is_unavailable(code: str, status: int, aws: World, tmp_path: Path) -> None:
    with Stubber(aws.s3) as stub:
        stub.add_client_error("get_object", code, http_status_code=status)

        with pytest.raises(Unavailable):
            ProfileFiles(aws.s3, BUCKET).download("history/orders.csv", tmp_path)


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({"BUCKET": ""})

    assert raised.value.names == ("BUCKET",)
