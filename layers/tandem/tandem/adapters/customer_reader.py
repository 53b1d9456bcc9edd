"""One customer, read and never written. Apart from the actor's table: `send` has no use for the actor's code."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling
from tandem.customer import Customer, unpack_customer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class CustomerReader:
    """The Customers port."""

    client: "DynamoDBClient"
    table: str

    def get(self, customer_id: str) -> Customer | None:
        """The customer as last saved, strongly consistent."""
        with calling("dynamodb", "GetItem"):
            key = {"pk": {"S": customer_id}}
            item = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
        return unpack_customer(bytes(item["data"]["B"]), int(item["version"]["N"])) if item else None
