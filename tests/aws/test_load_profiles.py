"""load_profiles: a snapshot on S3 is in the table, whole, and never in place of a newer one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.stub import Stubber

from functions.load_profiles.settings import Settings
from infra.demo import cdnow
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import Loaded, ProfileTable
from tandem.attributes.profile import Profile, pack_profile, unpack_profile
from tandem.attributes.tiers import CutPoints, SnapshotHeader
from tandem.attributes.totals import Sum, Totals
from tandem.errors import BadHistory, BadSettings, Unavailable
from tests.aws.snapshots import BUCKET, TABLE, World, world
from tests.unit.profiles import brute_force
from tests.unit.profiles.brute_force import Row, write

ROOT: Final = Path(__file__).parents[2]
DAY: Final = timedelta(days=1)
AS_OF: Final = datetime(2026, 11, 21, tzinfo=UTC)
ROWS: Final = [
    Row(f"c{number % 120}", f"o{number}", datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number), Decimal(number))
    for number in range(200)
]


class KilledError(BaseException):
    """The function ended here."""


@pytest.fixture
def aws() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def built(aws: World, tmp_path: Path) -> World:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))
    for day in ("2026-11-20", "2026-11-21"):
        aws.build(f"{day}T00:00:00Z")
    return aws


def put_cdnow(aws: World, folder: Path, customers: int = 23_570) -> list[cdnow.Order]:
    found = cdnow.orders(ROOT / "tests/data/cdnow_master.txt")
    orders = [order for order in found if int(order.customer_id) <= customers]
    cdnow.write_history(orders, folder / "orders.csv")
    aws.put_history(folder / "orders.csv")
    return orders


def manifest(day: int = 21) -> dict[str, Any]:
    return {"bucket": BUCKET, "key": f"snapshots/202611{day}T000000Z/snapshot.json"}


def profile(customer_id: str, as_of: datetime) -> Profile:
    totals = Totals({"USD": Sum(1, 100)})
    return Profile(
        customer_id, as_of, totals, as_of - DAY, as_of - DAY, recency_days=1, frequency=1, monetary_minor=100
    )


def header(as_of: datetime, profiles: int) -> SnapshotHeader:
    return SnapshotHeader(as_of, CutPoints("USD", 1, 2), profiles)


def test_cdnow_is_built_as_brute_force_counts_it_for_every_customer(aws: World, tmp_path: Path) -> None:
    as_of = datetime(1997, 3, 18, tzinfo=UTC)
    orders = put_cdnow(aws, tmp_path)
    rows = [Row(order.customer_id, order.order_id, cdnow.ordered_at(order), order.amount) for order in orders]

    made = aws.build("1997-03-18T00:00:00Z")

    manifest, profiles = ProfileFiles(aws.s3, BUCKET).open_snapshot(made["key"], tmp_path)
    stored = {each.customer_id: unpack_profile(each.customer_id, pack_profile(each)) for each in profiles}
    assert stored == brute_force.profiles(rows, as_of)
    assert manifest.header == SnapshotHeader(as_of, brute_force.cut_points(rows, as_of), len(stored))
    assert made["counts"]["orders"] == sum(order.day < as_of.date() for order in orders)
    assert made["counts"]["after_as_of"] == sum(order.day >= as_of.date() for order in orders)
    assert made["counts"]["duplicates"] == 0


def test_cdnow_customers_arrive_in_the_table_as_brute_force_counts_them(aws: World, tmp_path: Path) -> None:
    as_of = datetime(1997, 3, 18, tzinfo=UTC)
    orders = put_cdnow(aws, tmp_path, customers=150)
    rows = [Row(order.customer_id, order.order_id, cdnow.ordered_at(order), order.amount) for order in orders]

    made = aws.build("1997-03-18T00:00:00Z")
    (loaded,) = aws.load({"bucket": BUCKET, "key": made["key"]})

    assert aws.profiles() == brute_force.profiles(rows, as_of)
    assert aws.header() == SnapshotHeader(as_of, brute_force.cut_points(rows, as_of), made["profiles"])
    assert loaded["counts"] == {"written": made["profiles"], "unchanged": 0, "kept": 0, "failed": 0}


def test_loading_again_writes_nothing(built: World) -> None:
    built.load(manifest())
    before = built.items()

    (again,) = built.load(manifest())

    assert again["counts"] == {"written": 0, "unchanged": 120, "kept": 0, "failed": 0}
    assert built.items() == before


def test_an_older_snapshot_never_overwrites_a_newer_one(built: World) -> None:
    built.load(manifest(21))
    before = built.items()

    (older,) = built.load(manifest(20))

    assert older["counts"] == {"written": 0, "unchanged": 0, "kept": 120, "failed": 0}
    assert built.items() == before


def test_a_newer_snapshot_replaces_an_older_one(built: World) -> None:
    built.load(manifest(20))

    (newer,) = built.load(manifest(21))

    assert newer["counts"]["written"] == 120
    assert built.profiles() == brute_force.profiles(ROWS, AS_OF)
    assert built.header() == SnapshotHeader(AS_OF, brute_force.cut_points(ROWS, AS_OF), 120)


def test_of_a_mixed_table_only_what_is_older_or_missing_is_written(aws: World) -> None:
    table = ProfileTable(aws.dynamodb, TABLE)
    table.load(header(AS_OF + DAY, 1), [profile("newer", AS_OF + DAY)], print)
    table.load(header(AS_OF - DAY, 1), [profile("older", AS_OF - DAY)], print)
    table.load(header(AS_OF, 1), [profile("same", AS_OF)], print)

    loaded = table.load(
        header(AS_OF, 4), [profile(name, AS_OF) for name in ("missing", "newer", "older", "same")], print
    )

    assert loaded == Loaded(written=2, unchanged=1, kept=1)
    assert {name: held.as_of for name, held in aws.profiles().items()} == {
        "missing": AS_OF,
        "newer": AS_OF + DAY,
        "older": AS_OF,
        "same": AS_OF,
    }
    assert aws.header() == header(AS_OF + DAY, 1)


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_load_killed_half_way_leaves_no_header_and_the_next_completes_it(moment: str, call: int, aws: World) -> None:
    calls = iter(range(1, 10))
    profiles = [profile(f"c{number}", AS_OF) for number in range(210)]

    def die(**_: object) -> None:
        if next(calls) == call:
            raise KilledError

    aws.dynamodb.meta.events.register_last(f"{moment}.dynamodb.TransactWriteItems", die)
    with pytest.raises(KilledError):
        ProfileTable(aws.dynamodb, TABLE).load(header(AS_OF, 210), profiles, print)
    assert aws.header() is None

    aws.dynamodb.meta.events.unregister(f"{moment}.dynamodb.TransactWriteItems", die)
    loaded = ProfileTable(aws.dynamodb, TABLE).load(header(AS_OF, 210), profiles, print)

    assert loaded.written + loaded.unchanged == len(aws.profiles()) == 210
    assert aws.header() == header(AS_OF, 210)


def test_a_profile_that_cannot_be_put_stops_before_the_header(aws: World) -> None:
    table = ProfileTable(aws.dynamodb, TABLE)
    told: list[Loaded] = []
    with Stubber(aws.dynamodb) as stub:
        stub.add_client_error("transact_write_items", "ThrottlingException", http_status_code=400)

        with pytest.raises(Unavailable):
            table.load(header(AS_OF, 2), [profile("ann", AS_OF), profile("bob", AS_OF)], told.append)

    assert told == [Loaded(failed=2)]
    assert aws.items() == {}


def test_two_loads_that_meet_at_an_item_are_a_passing_fault(aws: World) -> None:
    table = ProfileTable(aws.dynamodb, TABLE)
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    with Stubber(aws.dynamodb) as stub:
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            http_status_code=400,
            modeled_fields={"CancellationReasons": reasons},
        )

        with pytest.raises(Unavailable):
            table.load(header(AS_OF, 2), [profile("ann", AS_OF), profile("bob", AS_OF)], lambda _: None)

    assert aws.items() == {}


@pytest.mark.parametrize(
    "event",
    [
        manifest(),
        {"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": manifest()["key"].replace("/", "%2F")}}}]},
        json.loads((ROOT / "infra/events/load_profiles.json").read_text()),
    ],
    ids=["by hand", "S3 notification", "EventBridge"],
)
def test_a_manifest_that_lands_wakes_the_load(event: dict[str, Any], built: World) -> None:
    (loaded,) = built.load(event)

    assert loaded["key"] == manifest()["key"]
    assert loaded["counts"]["written"] == 120


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"bucket": "another", "key": manifest()["key"]},
        {"bucket": BUCKET, "key": "history/orders.csv"},
        {"bucket": BUCKET, "key": "snapshots/20261122T000000Z/snapshot.json"},
    ],
)
def test_anything_but_a_manifest_in_the_bucket_is_refused(event: dict[str, Any], built: World) -> None:
    with pytest.raises(BadHistory):
        built.load(event)

    assert built.items() == {}


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b'{"v": 1, "as_of": "2026-11-21T00:00:00Z"}', b"[]"])
def test_a_manifest_that_cannot_be_read_is_refused(body: bytes, built: World) -> None:
    built.s3.put_object(Bucket=BUCKET, Key=manifest()["key"], Body=body)

    with pytest.raises(BadHistory) as raised:
        built.load(manifest())

    assert raised.value.column == "snapshot.json"


def test_the_sample_event_of_build_profiles_builds(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    made = aws.start_build(json.loads((ROOT / "infra/events/build_profiles.json").read_text()))

    assert made["profiles"] == 120


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({"HOME": "/root"})

    assert raised.value.names == ("BUCKET", "PROFILES_TABLE")
