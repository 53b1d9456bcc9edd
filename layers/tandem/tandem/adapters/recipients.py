"""Whom a link was sent to: the ledger's row, and the customer's item."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling
from tandem.customer import Customer, unpack_customer
from tandem.unsubscribing.ports import Recipient

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class LedgerRecipients:
    """The Sends port."""

    client: "DynamoDBClient"
    table: str

    def recipient(self, send_id: str) -> Recipient | None:
        """None where there is no row, or none any more."""
        with calling("dynamodb", "GetItem"):
            row = self.client.get_item(TableName=self.table, Key={"pk": {"S": send_id}}, ConsistentRead=True).get(
                "Item"
            )
        if row is None:
            return None
        customer_id, locale = (row.get(name, {}).get("S", "") for name in ("customer_id", "locale"))
        return Recipient(customer_id, locale)


@dataclass(frozen=True, slots=True)
class CustomerItems:
    """The Customers port."""

    client: "DynamoDBClient"
    table: str

    def get(self, customer_id: str) -> Customer | None:
        """The customer as last saved; None where there is none, or nothing is kept of them. Raises Unreadable."""
        with calling("dynamodb", "GetItem"):
            key = {"pk": {"S": customer_id}}
            item = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
        if item is None or "data" not in item:
            return None
        return unpack_customer(bytes(item["data"]["B"]), int(item["version"]["N"]))
