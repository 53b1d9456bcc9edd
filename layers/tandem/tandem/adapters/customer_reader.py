"""What `send` looks at just before a message leaves. Apart from the actor's table: `send` has no use for its code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.batch_get import read_items
from tandem.adapters.live_item import KEY, read_live
from tandem.customer import unpack_customer
from tandem.sending.ports import Look

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class CustomerReader:
    """The Customers port. `pause` is that of `read_items`."""

    client: "DynamoDBClient"
    customers: str
    playbooks: str
    pause: Callable[[int], None]

    def look(self, customer_id: str) -> Look:
        """The customer as last saved and what is stopped, strongly consistent, in one read."""
        customer, live = (self.customers, customer_id), (self.playbooks, KEY)
        items = read_items(self.client, (customer, live), consistent=True, pause=self.pause)
        item = items.get(customer)
        return Look(
            unpack_customer(bytes(item["data"]["B"]), int(item["version"]["N"])) if item else None,
            read_live(items.get(live)).stops,
        )
