"""What a snapshot holds of who was erased: nothing, whether they were in the last one, in the archive, or in both."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from tandem.customer.tombstone import tombstone_key
from tandem.profiles.build import Builder
from tandem.profiles.snapshot import Manifest
from tests.builders import DAY, HOUR, envelope, playbook
from tests.unit.profiles.brute_force import Row
from tests.unit.profiles.house import House

AS_OF: Final = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
ERASED: Final = frozenset({tombstone_key("ann")})
ROWS: Final = [
    Row(customer, f"{customer}-{number}", AS_OF - timedelta(days=5 + number), Decimal(number + 1), "USD")
    for customer in ("ann", "bob", "o'neil")
    for number in range(3)
]


@pytest.fixture
def shop(tmp_path: Path) -> House:
    shop = House(tmp_path)
    shop.import_rows(ROWS)
    return shop


def build(shop: House, as_of: datetime, erased: frozenset[str] = ERASED, number: int = 1) -> Manifest:
    builder = Builder(shop.snapshots, shop.archive, partitions=shop.partitions, erased=erased)
    return builder.build(as_of, playbook(number=number), shop.root)


def ordered(customer: str, order_id: str, at: datetime) -> dict[str, object]:
    return envelope("order_completed", f"e-{order_id}", at, {"order_id": order_id, "total": "5.00"}, customer)


def files(shop: House, manifest: Manifest) -> bytes:
    """All bytes of a snapshot's files."""
    names = [name for part in manifest.parts for name in (part.state, part.profiles)]
    folder = shop.root / "read"
    folder.mkdir(exist_ok=True)
    return b"".join(shop.snapshots.fetch(manifest.as_of, name, folder).read_bytes() for name in names)


def test_who_was_erased_before_the_first_snapshot_is_not_in_it(shop: House) -> None:
    manifest = build(shop, AS_OF)

    assert set(shop.profiles(manifest)) == {"bob", "o'neil"}
    assert b"ann" not in files(shop, manifest)
    assert manifest.counts.orders == 6


def test_who_was_in_the_last_snapshot_is_in_the_next_one_no_more_and_the_others_are_as_they_were(shop: House) -> None:
    first = build(shop, AS_OF, frozenset())
    assert b"ann" in files(shop, first)
    shop.receive(ordered("ann", "late", AS_OF + HOUR), AS_OF + HOUR)

    manifest = build(shop, AS_OF + DAY)

    before, after = shop.profiles(first), shop.profiles(manifest)
    assert after == {customer: before[customer] for customer in ("bob", "o'neil")}
    assert b"ann" not in files(shop, manifest)
    assert manifest.header.profiles == manifest.counts.customers == 2


def test_a_snapshot_that_starts_over_leaves_nothing_empty_behind(shop: House) -> None:
    build(shop, AS_OF, frozenset())
    shop.import_rows([renamed(row) for row in ROWS])  # an import that the last one has not read

    manifest = build(shop, AS_OF + DAY)

    assert set(shop.profiles(manifest)) == {"bob", "o'neil"}
    assert b"ann" not in files(shop, manifest)


def renamed(row: Row) -> Row:
    return row._replace(order_id=f"again-{row.order_id}")


def test_a_run_that_goes_on_after_an_erase_takes_nothing_over_from_before_it(shop: House) -> None:
    cut_off = build(shop, AS_OF, frozenset())
    (shop.root / cut_off.key).unlink()  # all partitions are there, the manifest is not

    manifest = build(shop, AS_OF)

    assert set(shop.profiles(manifest)) == {"bob", "o'neil"}
    assert b"ann" not in files(shop, manifest)
