"""load_profiles: what a snapshot changes is in the table, whole, and never in place of what is newer."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from botocore.stub import Stubber

from functions.load_profiles.settings import Settings
from infra.demo import cdnow
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import CONFIG, ProfileTable
from tandem.adapters.refreshed_queue import RefreshedQueue
from tandem.attributes import CutPoints, SnapshotHeader
from tandem.customer.tombstone import tombstone_key
from tandem.errors import BadHistory, BadSettings, Unavailable
from tandem.events import parse
from tandem.profiles.build import Builder
from tandem.profiles.checkpoint import Checkpoint, Dated, Loaded
from tandem.profiles.difference import Row as ProfileRow
from tandem.profiles.imports import import_history
from tandem.profiles.load import Loader, counts
from tandem.profiles.snapshot import Manifest
from tests.aws.killing import Killed, Killer, When, band
from tests.aws.snapshots import BUCKET, NOW, TABLE, World, world
from tests.builders import DAY, HOUR, envelope, playbook
from tests.unit.profiles import brute_force
from tests.unit.profiles.brute_force import Row, write

ROOT: Final = Path(__file__).parents[2]
AS_OF: Final = datetime(2026, 11, 20, tzinfo=UTC)
NEXT: Final = AS_OF + DAY
ROWS: Final = [
    Row(f"c{number % 30}", f"o{number}", datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number), Decimal(number))
    for number in range(50)
]
USED: Final = frozenset({1})


@pytest.fixture
def aws() -> Iterator[World]:
    with world() as made:
        yield made


@dataclass
class Shop:
    """Snapshots of two partitions, and the loader with its AWS clients."""

    aws: World
    folder: Path
    used: frozenset[int] | None = USED
    said: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.dynamodb = boto3.client("dynamodb", config=CONFIG)
        self.sqs = boto3.client("sqs")

    @property
    def archive(self) -> ArchiveFiles:
        return ArchiveFiles(self.aws.s3, BUCKET)

    def import_rows(self, rows: list[Row]) -> None:
        import_history(write(rows, self.folder / "orders.csv"), self.archive, self.folder)

    def build(self, as_of: datetime) -> Manifest:
        builder = Builder(ProfileFiles(self.aws.s3, BUCKET), self.archive, partitions=2)
        return builder.build(as_of, playbook(), self.folder)

    @property
    def loader(self) -> Loader:
        return Loader(
            snapshots=ProfileFiles(self.s3, BUCKET),
            table=ProfileTable(self.dynamodb, TABLE),
            news=RefreshedQueue(self.sqs, self.aws.queues["events"]),
            used=lambda: self.used,
            clock=lambda: self.aws.now,
            tell=lambda what, told: self.said.append((what, dict(told))),
        )

    def load(self, as_of: datetime) -> dict[str, Any]:
        return counts(self.loader.load(as_of, self.folder)[1])

    def order(self, customer: str, order_id: str, at: datetime, currency: str = "USD") -> None:
        properties = {"order_id": order_id, "total": "5.00", "currency": currency}
        self.aws.receive(envelope("order_completed", f"e-{order_id}", at, properties, customer), at=at)

    def told(self) -> list[str]:
        return sorted(each["customer_id"] for each in self.aws.told())


@pytest.fixture
def shop(aws: World, tmp_path: Path) -> Shop:
    made = Shop(aws, tmp_path)
    made.import_rows(ROWS)
    made.build(AS_OF)
    return made


def written(many: int, *, units: int | None = None, **more: int) -> dict[str, int]:
    units = many if units is None else units
    return {"written": many, "unchanged": 0, "kept": 0, "units": units, "refreshed": 0, **more}


def test_the_first_snapshot_is_loaded_whole_as_brute_force_counts_it(shop: Shop) -> None:
    loaded = shop.load(AS_OF)

    assert loaded == written(30)
    found = {customer: brute_force.said(profile) for customer, profile in shop.aws.profiles().items()}
    assert found == brute_force.profiles(ROWS, AS_OF)
    assert shop.aws.header() == SnapshotHeader(AS_OF, brute_force.cut_points(ROWS, AS_OF), 30, frozenset(range(1, 7)))


def test_of_the_next_snapshot_only_what_changed_is_written(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(NEXT)

    loaded = shop.load(NEXT)

    assert loaded == written(1, refreshed=1)
    assert shop.aws.profiles()["c7"].as_of == NEXT
    header = shop.aws.header()
    assert header
    assert header.as_of == NEXT


def test_a_snapshot_that_was_never_loaded_is_part_of_the_difference(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(AS_OF + 12 * HOUR)
    shop.order("c8", "newer", AS_OF + 13 * HOUR)
    shop.build(NEXT)

    assert shop.load(NEXT) == written(2, refreshed=2)


def test_a_snapshot_that_does_not_go_back_to_the_last_loaded_one_is_loaded_whole(shop: Shop) -> None:
    shop.build(NEXT)
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(AS_OF + 12 * HOUR)
    shop.load(AS_OF + 12 * HOUR)

    loaded = shop.load(NEXT)

    assert loaded == {"written": 0, "unchanged": 29, "kept": 1, "units": 30, "refreshed": 0}


def test_loading_again_writes_nothing_and_tells_nobody(shop: Shop) -> None:
    first = shop.load(AS_OF)
    before = shop.aws.items()

    assert shop.load(AS_OF) == first
    assert shop.aws.items() == before
    assert shop.told() == []


def test_an_older_snapshot_never_overwrites_a_newer_one(shop: Shop) -> None:
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(NEXT)
    shop.load(NEXT)
    before = {key: item for key, item in shop.aws.items().items() if not key.startswith("load#")}

    older = shop.load(AS_OF)

    assert older == {"written": 0, "unchanged": 29, "kept": 1, "units": 30, "refreshed": 0}
    assert {key: item for key, item in shop.aws.items().items() if not key.startswith("load#")} == before


def test_a_snapshot_older_than_forty_days_is_refused(shop: Shop) -> None:
    shop.aws.now = AS_OF + 40 * DAY + HOUR

    with pytest.raises(BadHistory, match="more than 40 days old; build a new one"):
        shop.load(AS_OF)

    assert shop.aws.items() == {}


def test_a_snapshot_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(BadHistory, match="there is no snapshot of 2026-11-19"):
        shop.load(AS_OF - DAY)


def test_progress_and_cost_are_told_before_and_after(shop: Shop) -> None:
    shop.load(AS_OF)

    before, after = shop.said[0], shop.said[-1]
    assert before == ("to be put", {"profiles": 30, "base": None, "chunks_done": 0, "units": 30, "usd": 0.000019})
    assert after == ("loaded", {**written(30), "usd": 0.000019})


def test_only_customers_of_whom_a_used_rule_changed_are_told(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.used = frozenset({3})  # revenue in the shop's currency
    shop.order("c7", "new", AS_OF + HOUR)
    shop.order("c8", "newer", AS_OF + HOUR, currency="EUR")
    shop.build(NEXT)

    assert shop.load(NEXT) == written(2, refreshed=1)
    assert shop.told() == ["c7"]


def test_where_no_campaign_uses_anything_nobody_is_told(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.used = frozenset()
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(NEXT)

    assert shop.load(NEXT) == written(1)


def test_where_any_change_is_news_all_whose_profile_changed_are_told(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.used = None
    shop.order("c7", "new", AS_OF + HOUR)
    shop.order("c8", "newer", AS_OF + HOUR, currency="EUR")
    shop.build(NEXT)

    assert shop.load(NEXT) == written(2, refreshed=2)
    assert shop.told() == ["c7", "c8"]


def test_the_event_is_one_that_the_actor_understands(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(NEXT)
    shop.load(NEXT)

    [message] = shop.aws.told()
    event = parse(json.dumps(message), NEXT + HOUR)
    assert (event.type, event.customer_id, event.occurred_at) == ("profile_refreshed", "c7", NEXT)


@pytest.mark.kill_points("load_profiles", "single")
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_and_run_again_all_is_loaded_and_everyone_told_with_the_same_ids(
    when: When, shop: Shop
) -> None:
    shop.load(AS_OF)
    start = shop.aws.items()
    for number in range(12):
        shop.order(f"c{number}", f"new{number}", AS_OF + HOUR)
    shop.build(NEXT)
    killer = Killer([shop.s3, shop.dynamodb, shop.sqs])
    shop.load(NEXT)
    calls, unharmed, ids = len(killer.calls), final(shop.aws), {each["event_id"] for each in shop.aws.told()}
    assert len(ids) == 12

    for at in range(calls):
        reset(shop.aws, start)
        killer.arm(at, when)
        with suppress(Killed):  # in a thread of the pool it comes out here too
            shop.load(NEXT)
        killer.disarm()
        shop.load(NEXT)
        assert final(shop.aws) == unharmed, at
        assert {each["event_id"] for each in shop.aws.told()} == ids, at


WRITES = (
    "PutItem",
    "UpdateItem",
    "TransactWriteItems",
    "BatchWriteItem",
    "SendMessageBatch",
    "Publish",
    "PublishBatch",
)


@pytest.mark.kill_points("load_profiles", "pairs")
def test_killed_at_one_write_and_the_next_run_at_another_all_is_loaded_by_the_runs_after_it(shop: Shop) -> None:
    shop.load(AS_OF)
    start = shop.aws.items()
    for number in range(12):
        shop.order(f"c{number}", f"new{number}", AS_OF + HOUR)
    shop.build(NEXT)
    killer = Killer([shop.s3, shop.dynamodb, shop.sqs], only=WRITES)
    shop.load(NEXT)
    unharmed, ids = final(shop.aws), {each["event_id"] for each in shop.aws.told()}

    for points in band(list(killer.calls)):
        reset(shop.aws, start)
        for point in points:
            killer.arm(*point)
            with suppress(Killed):
                shop.load(NEXT)
        killer.disarm()
        shop.load(NEXT)
        assert final(shop.aws) == unharmed, points
        assert {each["event_id"] for each in shop.aws.told()} == ids, points
    for _ in range(10):
        shop.load(NEXT)
    assert final(shop.aws) == unharmed


def final(aws: World) -> dict[str, Any]:
    """Profiles and header; how the load went may differ."""
    return {key: item for key, item in aws.items().items() if not key.startswith("load#")}


def reset(aws: World, items: dict[str, Any]) -> None:
    for key in aws.items():
        aws.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": key}})
    for item in items.values():
        aws.dynamodb.put_item(TableName=TABLE, Item=item)


def test_a_load_that_was_cut_off_goes_on_at_the_next_chunk(shop: Shop) -> None:
    table = ProfileTable(shop.dynamodb, TABLE)
    table.save(Checkpoint(AS_OF, None, None, put=1, loaded=Loaded(written=16, units=16)))

    loaded = shop.load(AS_OF)

    [second] = shop.said[1:-1]
    assert second[0] == "put so far"
    assert loaded["written"] == 16 + len(shop.aws.profiles())
    assert len(shop.aws.profiles()) < 30


@pytest.fixture
def table(aws: World) -> ProfileTable:
    return ProfileTable(aws.dynamodb, TABLE)


def row(customer_id: str, as_of: datetime, size: int = 100) -> ProfileRow:
    return ProfileRow(customer_id, as_of, b"x" * size)


Put = Callable[[Sequence[ProfileRow]], Loaded]


@pytest.fixture(params=[False, True], ids=["one by one", "together"])
def put(request: pytest.FixtureRequest, table: ProfileTable) -> Put:
    """Both ways in which profiles travel."""
    return lambda rows: table.put(rows, together=request.param)


def test_of_a_mixed_table_only_what_is_older_or_missing_is_written(put: Put, aws: World) -> None:
    put([row("newer", NEXT + DAY), row("older", NEXT - DAY), row("same", NEXT)])

    loaded = put([row(name, NEXT) for name in ("missing", "newer", "older", "same")])

    assert (loaded.written, loaded.unchanged, loaded.kept, loaded.failed) == (2, 1, 1, 0)
    assert {key: int(item["as_of"]["N"]) for key, item in aws.items().items()} == {
        "profile#missing": NEXT.timestamp(),
        "profile#newer": (NEXT + DAY).timestamp(),
        "profile#older": NEXT.timestamp(),
        "profile#same": NEXT.timestamp(),
    }


def test_a_put_pays_by_the_kilobyte_and_double_in_a_transaction(table: ProfileTable) -> None:
    rows = [row("small", NEXT, 900), row("larger", NEXT, 1024)]

    assert table.put(rows, together=False).units == 3
    assert table.put([row(each.customer_id, NEXT + DAY, 1024) for each in rows], together=True).units == 8


def test_what_is_refused_is_paid_for_too(table: ProfileTable) -> None:
    table.put([row("ann", NEXT)], together=False)

    assert table.put([row("ann", NEXT)], together=False) == Loaded(unchanged=1, units=1)
    assert table.put([row("ann", NEXT), row("bob", NEXT)], together=True) == Loaded(written=1, unchanged=1, units=6)


@pytest.mark.parametrize(("together", "call"), [(False, "put_item"), (True, "transact_write_items")])
def test_profiles_that_cannot_be_put_are_a_passing_fault(together: bool, call: str, aws: World) -> None:
    with Stubber(aws.dynamodb) as stub:
        stub.add_client_error(call, "ThrottlingException", http_status_code=400)

        with pytest.raises(Unavailable):
            ProfileTable(aws.dynamodb, TABLE).put([row("ann", NEXT)], together=together)


def test_two_loads_that_meet_at_an_item_are_a_passing_fault(aws: World) -> None:
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    with Stubber(aws.dynamodb) as stub:
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            http_status_code=400,
            modeled_fields={"CancellationReasons": reasons},
        )

        with pytest.raises(Unavailable):
            ProfileTable(aws.dynamodb, TABLE).put([row("ann", NEXT), row("bob", NEXT)], together=True)

    assert aws.items() == {}


def test_an_older_header_never_overwrites_a_newer_one(table: ProfileTable) -> None:
    newer = SnapshotHeader(NEXT, CutPoints("USD", 1, 2), 7, frozenset({1, 2, 101}))
    table.put_header(newer)

    table.put_header(SnapshotHeader(AS_OF, None, 3))

    assert table.header() == newer


def test_a_checkpoint_is_read_back(table: ProfileTable) -> None:
    at = Checkpoint(
        NEXT, AS_OF, AS_OF - DAY, 3, 2, 17, Loaded(1, 2, 3, 0, 4), True, Dated("2026-11-21 birthday", 1, 2, 3, 4, 5)
    )
    table.save(at)

    assert table.checkpoint(NEXT) == at
    assert table.checkpoint(AS_OF) is None


def test_news_that_cannot_be_sent_are_a_passing_fault(aws: World) -> None:
    with Stubber(aws.sqs) as stub:
        failed = [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]
        stub.add_response("send_message_batch", {"Successful": [], "Failed": failed})

        with pytest.raises(Unavailable):
            RefreshedQueue(aws.sqs, aws.queues["events"]).refreshed(NEXT, [("ann", NEXT)])


def manifest(day: str = "20261120") -> dict[str, Any]:
    return {"bucket": BUCKET, "key": f"snapshots/{day}T000000Z/snapshot.json"}


def arrived(wake: dict[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "infra/events/load_profiles.json").read_text())
    event["detail"]["object"]["key"] = wake["key"]
    return event


@pytest.mark.parametrize(
    "event",
    [
        manifest(),
        {"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": manifest()["key"].replace("/", "%2F")}}}]},
        arrived(manifest()),
    ],
    ids=["by hand", "S3 notification", "EventBridge"],
)
def test_a_manifest_that_lands_wakes_the_load(event: dict[str, Any], shop: Shop) -> None:
    [loaded] = shop.aws.load(event)

    assert loaded["key"] == manifest()["key"]
    assert (loaded["counts"]["written"], loaded["usd"]) == (30, 0.000019)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"bucket": "another", "key": manifest()["key"]},
        {"bucket": BUCKET, "key": "history/orders.csv"},
        {"bucket": BUCKET, "key": "snapshots/yesterday/snapshot.json"},
        {"bucket": BUCKET, "key": "snapshots/20261122T000000Z/snapshot.json"},
    ],
)
def test_anything_but_a_manifest_in_the_bucket_is_refused(event: dict[str, Any], aws: World) -> None:
    with pytest.raises(BadHistory) as raised:
        aws.load(event)

    assert raised.value.column == "key"
    assert aws.items() == {}


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b'{"v": 1, "as_of": "2026-11-20T00:00:00Z"}', b"[]"])
def test_a_manifest_that_cannot_be_read_is_refused(body: bytes, aws: World) -> None:
    aws.s3.put_object(Bucket=BUCKET, Key=manifest()["key"], Body=body)

    with pytest.raises(BadHistory) as raised:
        aws.load(manifest())

    assert raised.value.column == "snapshot.json"


def test_who_is_told_goes_by_the_playbook_that_is_live(shop: Shop) -> None:
    shop.aws.load(manifest())
    shop.order("c7", "new", AS_OF + HOUR)
    shop.build(NEXT)

    [loaded] = shop.aws.load(manifest("20261121"))

    assert NOW > NEXT
    assert loaded["counts"]["refreshed"] == 1  # the playbook asks for customer.orders == 1
    assert shop.told() == ["c7"]


def test_cdnow_customers_arrive_in_the_table_as_brute_force_counts_them(aws: World, tmp_path: Path) -> None:
    as_of = datetime(1997, 3, 18, tzinfo=UTC)
    held = [order for order in cdnow.orders(ROOT / "tests/data/cdnow_master.txt") if int(order.customer_id) <= 150]
    rows = [Row(order.customer_id, order.order_id, cdnow.ordered_at(order), order.amount) for order in held]
    cdnow.write_history(held, tmp_path / "orders.csv")
    aws.put_history(tmp_path / "orders.csv")
    aws.now = as_of + DAY

    made = aws.build("1997-03-18T00:00:00Z")
    aws.load({"bucket": BUCKET, "key": made["key"]})

    expected = brute_force.profiles(rows, as_of)
    assert {customer: brute_force.said(profile) for customer, profile in aws.profiles().items()} == expected
    header = aws.header()
    assert header
    assert header.cut_points == brute_force.cut_points(rows, as_of)


def test_the_sample_event_of_build_profiles_builds(aws: World, tmp_path: Path) -> None:
    aws.put_history(write(ROWS, tmp_path / "orders.csv"))

    made = aws.start_build(json.loads((ROOT / "infra/events/build_profiles.json").read_text()))

    assert made["profiles"] == 30


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({"HOME": "/root"})

    tables = ("PLAYBOOKS_TABLE", "PROFILES_TABLE", "TOMBSTONES_TABLE")
    assert raised.value.names == ("BUCKET", "EVENTS_QUEUE_URL", "EVENTS_TOPIC_ARN", *tables)


def test_the_profile_of_who_was_erased_since_the_snapshot_was_built_is_not_put_and_nobody_is_told(shop: Shop) -> None:
    shop.load(AS_OF)
    shop.order("c7", "new-7", AS_OF + HOUR)
    shop.order("c8", "new-8", AS_OF + HOUR)
    shop.build(NEXT)
    shop.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": "profile#c7"}})
    loader = replace(shop.loader, erased=lambda: frozenset({tombstone_key("c7")}))

    _, done = loader.load(NEXT, shop.folder)

    assert counts(done) == written(1, refreshed=1)
    assert "c7" not in shop.aws.profiles()
    assert shop.told() == ["c8"]
