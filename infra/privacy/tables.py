"""Where a stack holds something of a person, table by table: found, and taken away. Every method may raise Unavailable.

Taking away what is not there changes nothing: whatever was cut off is done again from the beginning.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from infra.privacy.rows import anonymising
from tandem.adapters.aws import calling
from tandem.adapters.batch_get import read_items
from tandem.adapters.customer_table import PROFILE
from tandem.adapters.ledger_table import SHARDS, UNSETTLED
from tandem.adapters.schedules import prefix_of
from tandem.customer import GRANTED, Customer, unpack_customer
from tandem.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

Item = Mapping[str, Any]  # in DynamoDB's form
MOST_DELETED: Final = 25


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the stack's tables, and of the group of its schedules."""

    customers: str
    profiles: str
    decisions: str
    ledger: str
    consents: str
    schedules: str


@dataclass(frozen=True, slots=True)
class Tables:
    """Reads are strongly consistent, but for the index of open ledger rows."""

    dynamodb: "DynamoDBClient"
    scheduler: "EventBridgeSchedulerClient"
    names: Names

    def customer(self, customer_id: str) -> Customer | None:
        """The record. Raises Unreadable too."""
        item = self._get(self.names.customers, {"pk": {"S": customer_id}})
        return unpack_customer(bytes(item["data"]["B"]), int(item["version"]["N"])) if item else None

    def delete_customer(self, customer: Customer) -> bool:
        """False where the record is not as it was read: somebody saved it meanwhile."""
        try:
            with calling("dynamodb", "DeleteItem"):
                self.dynamodb.delete_item(
                    TableName=self.names.customers,
                    Key={"pk": {"S": customer.customer_id}},
                    ConditionExpression="version = :read OR attribute_not_exists(pk)",
                    ExpressionAttributeValues={":read": {"N": str(customer.version)}},
                )
        except Conflict:
            return False
        return True

    def has_profile(self, customer_id: str) -> bool:
        """Whether the slow brain's table has one."""
        return bool(self._get(self.names.profiles, {"pk": {"S": PROFILE + customer_id}}))

    def delete_profile(self, customer_id: str) -> None:
        """Takes it away."""
        with calling("dynamodb", "DeleteItem"):
            self.dynamodb.delete_item(TableName=self.names.profiles, Key={"pk": {"S": PROFILE + customer_id}})

    def decisions(self, customer_id: str) -> list[str]:
        """The sort keys of a customer's decisions: moment and id."""
        found: list[str] = []
        with calling("dynamodb", "Query"):
            pages = self.dynamodb.get_paginator("query").paginate(
                TableName=self.names.decisions,
                KeyConditionExpression="pk = :customer",
                ExpressionAttributeValues={":customer": {"S": customer_id}},
                ProjectionExpression="sk",
                ConsistentRead=True,
            )
            for page in pages:
                found += [item["sk"]["S"] for item in page["Items"]]
        return found

    def delete_decisions(self, customer_id: str, sort_keys: Iterable[str]) -> None:
        """Takes them away, 25 a call."""
        for chunk in batched(sort_keys, MOST_DELETED, strict=False):
            keys = [{"pk": {"S": customer_id}, "sk": {"S": each}} for each in chunk]
            wanted: Any = {self.names.decisions: [{"DeleteRequest": {"Key": key}} for key in keys]}
            with calling("dynamodb", "BatchWriteItem"):
                left = self.dynamodb.batch_write_item(RequestItems=wanted).get("UnprocessedItems")
            if left:
                raise Unavailable("dynamodb", "BatchWriteItem", "some decisions are left")

    def rows(self, ids: Collection[str]) -> list[Item]:
        """The ledger's rows of these sends; one that was never tried has none."""
        return self._items(self.names.ledger, sorted(ids))

    def open_rows(self, customer_id: str) -> set[str]:
        """The ids of the customer's sends of which nobody knows yet whether they left: also of one whose decision and
        record are gone."""
        found: set[str] = set()
        for shard in SHARDS:
            with calling("dynamodb", "Query"):
                pages = self.dynamodb.get_paginator("query").paginate(
                    TableName=self.names.ledger,
                    IndexName=UNSETTLED,
                    KeyConditionExpression="unsettled = :shard",
                    FilterExpression="customer_id = :customer",
                    ExpressionAttributeValues={":shard": {"S": shard}, ":customer": {"S": customer_id}},
                )
                for page in pages:
                    found |= {item["pk"]["S"] for item in page["Items"]}
        return found

    def anonymise(self, row: Item, erased_at: str) -> None:
        """Takes away what names the person; what is counted stays."""
        with suppress(Conflict), calling("dynamodb", "UpdateItem"):  # a row that is gone by now stays gone
            self.dynamodb.update_item(TableName=self.names.ledger, **anonymising(row, erased_at))

    def consents(self, keys: Collection[str]) -> list[Item]:
        """The consent items that exist."""
        return self._items(self.names.consents, sorted(keys))

    def delete_yes(self, key: str) -> None:
        """Takes away a consent that is granted, or what was counted of an address; a no stays."""
        with suppress(Conflict), calling("dynamodb", "DeleteItem"):  # they may have said no meanwhile
            self.dynamodb.delete_item(
                TableName=self.names.consents,
                Key={"pk": {"S": key}},
                ConditionExpression="attribute_not_exists(#status) OR #status = :granted",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={":granted": {"S": GRANTED}},
            )

    def schedules(self, customer_id: str) -> list[str]:
        """The names of the schedules that wait for the customer, also of timers that were overtaken."""
        found: list[str] = []
        with calling("scheduler", "ListSchedules"):
            pages = self.scheduler.get_paginator("list_schedules").paginate(
                GroupName=self.names.schedules, NamePrefix=prefix_of(customer_id)
            )
            for page in pages:
                found += [each["Name"] for each in page["Schedules"]]
        return found

    def unschedule(self, name: str) -> bool:
        """Whether there was such a schedule."""
        with calling("scheduler", "DeleteSchedule"):
            try:
                self.scheduler.delete_schedule(Name=name, GroupName=self.names.schedules)
            except self.scheduler.exceptions.ResourceNotFoundException:
                return False
        return True

    def _get(self, table: str, key: Any) -> Any:
        with calling("dynamodb", "GetItem"):
            return self.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")

    def _items(self, table: str, keys: Iterable[str]) -> list[Item]:
        wanted = [(table, key) for key in keys]
        return list(read_items(self.dynamodb, wanted, consistent=True, pause=lambda _: None).values()) if wanted else []
