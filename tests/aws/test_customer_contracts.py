"""The actor's customers in DynamoDB and in memory keep the same promises about who was erased."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from tandem.actor import Customers
from tandem.adapters.memory import MemoryCustomers
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.customer import Customer
from tandem.errors import Conflict
from tests.aws.shop_world import Shop
from tests.builders import DAY, NOON


@dataclass
class Side:
    """One implementation. `erase` is all that `tandem erase` does to it."""

    customers: Customers
    erase: Callable[[str], Any]


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "memory":
        memory = MemoryCustomers()
        yield Side(memory, memory.erase)
        return
    shop: Shop = request.getfixturevalue("shop")
    dynamodb = boto3.client("dynamodb")

    def erase(customer_id: str) -> None:
        TombstoneTable(dynamodb, "tombstones").put(customer_id, NOON)
        dynamodb.delete_item(TableName="customers", Key={"pk": {"S": customer_id}})

    yield Side(shop.actor.customers, erase)


def test_who_is_new_was_not_erased(side: Side) -> None:
    loaded = side.customers.load(["ada", "bob"])

    assert (loaded.customers, list(loaded.erased)) == ({}, [])


def test_who_was_erased_is_told_apart_from_who_is_new(side: Side) -> None:
    side.customers.save(Customer("bob"))
    side.customers.save(Customer("ada"))
    side.erase("ada")

    loaded = side.customers.load(["ada", "bob", "cleo"])

    assert set(loaded.customers) == {"bob"}
    assert set(loaded.erased) == {"ada"}
    assert set(side.customers.load_again("ada").erased) == {"ada"}
    assert set(side.customers.load_again("cleo").erased) == set()


def test_a_record_that_was_erased_is_not_saved_again(side: Side) -> None:
    side.customers.save(Customer("ada"))
    held = side.customers.load(["ada"]).customers["ada"]
    side.erase("ada")

    with pytest.raises(Conflict):
        side.customers.save(held)


def test_a_tombstone_keeps_its_first_moment_and_can_be_lifted(shop: Shop) -> None:
    table = TombstoneTable(boto3.client("dynamodb"), "tombstones")

    assert table.put("ada", NOON)
    assert not table.put("ada", NOON + DAY)
    assert table.erased_at("ada") == NOON
    assert len(table.all()) == 1

    table.lift("ada")
    table.lift("ada")
    assert table.erased_at("ada") is None
    assert table.all() == frozenset()
