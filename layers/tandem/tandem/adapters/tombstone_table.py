"""Tombstones in DynamoDB: `pk`, the hash of an erased customer's id, and `erased_at`. Nothing else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling
from tandem.adapters.batch_get import read_items
from tandem.customer.tombstone import tombstone_key
from tandem.errors import Conflict
from tandem.events.times import read_time, to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def read_erased(
    client: "DynamoDBClient", table: str, customer_ids: Collection[str], pause: Callable[[int], None]
) -> frozenset[str]:
    """Those of the customers who were erased, strongly consistent. `pause` is that of `read_items`.

    Raises Unavailable.
    """
    keys = {(table, tombstone_key(each)): each for each in customer_ids}
    return frozenset(keys[found] for found in read_items(client, keys, consistent=True, pause=pause))


@dataclass(frozen=True, slots=True)
class TombstoneTable:
    """Every method may raise Unavailable."""

    client: "DynamoDBClient"
    table: str

    def put(self, customer_id: str, at: datetime) -> bool:
        """Leaves a tombstone. False where there is one: its moment stays."""
        item = {"pk": {"S": tombstone_key(customer_id)}, "erased_at": {"S": to_text(at)}}
        try:
            with calling("dynamodb", "PutItem"):
                self.client.put_item(TableName=self.table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except Conflict:
            return False
        return True

    def erased_at(self, customer_id: str) -> datetime | None:
        """When a customer was erased, strongly consistent."""
        key = {"pk": {"S": tombstone_key(customer_id)}}
        with calling("dynamodb", "GetItem"):
            item = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
        return read_time(item["erased_at"]["S"], "erased_at") if item else None

    def lift(self, customer_id: str) -> None:
        """Takes the tombstone away, where there is one."""
        with calling("dynamodb", "DeleteItem"):
            self.client.delete_item(TableName=self.table, Key={"pk": {"S": tombstone_key(customer_id)}})

    def all(self) -> frozenset[str]:
        """Every tombstone, strongly consistent: the table is small."""
        found: set[str] = set()
        with calling("dynamodb", "Scan"):
            pages = self.client.get_paginator("scan").paginate(
                TableName=self.table, ProjectionExpression="pk", ConsistentRead=True
            )
            for page in pages:
                found |= {item["pk"]["S"] for item in page["Items"]}
        return frozenset(found)
