"""Customers and their profiles in DynamoDB: one BatchGetItem a batch, one conditional write a customer.

Before somebody without a record gets one, one more read asks whether they were erased.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tandem.actor import Loaded
from tandem.adapters.aws import calling
from tandem.adapters.batch_get import read_items
from tandem.adapters.live_item import KEY, read_live
from tandem.adapters.tombstone_table import read_erased
from tandem.attributes import Profile
from tandem.attributes.stored import unpack_header, unpack_profile
from tandem.customer import Customer, pack_customer, unpack_customer
from tandem.errors import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROFILE: Final = "profile#"
HEADER: Final = "snapshot"


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """`pause` waits between reads of what DynamoDB left unprocessed; its argument counts the tries, from 1."""

    client: "DynamoDBClient"
    customers: str
    profiles: str
    playbooks: str
    tombstones: str
    pause: Callable[[int], None]

    def load(self, customer_ids: Collection[str]) -> Loaded:
        """One BatchGetItem for up to 49 customers, with the snapshot's header and what is live.

        One more, strongly consistent, where some of them have no record.
        """
        return self._load(customer_ids, consistent=False)

    def load_again(self, customer_id: str) -> Loaded:
        """Strongly consistent."""
        return self._load([customer_id], consistent=True)

    def save(self, customer: Customer) -> None:
        """Puts the next version over the one that was loaded. Raises Conflict or Unavailable."""
        condition: dict[str, Any] = (
            {
                "ConditionExpression": "version = :loaded",
                "ExpressionAttributeValues": {":loaded": {"N": str(customer.version)}},
            }
            if customer.version
            else {"ConditionExpression": "attribute_not_exists(pk)"}
        )
        with calling("dynamodb", "PutItem"):
            self.client.put_item(TableName=self.customers, Item=customer_item(customer), **condition)

    def _load(self, customer_ids: Collection[str], *, consistent: bool) -> Loaded:
        keys = [(self.customers, each) for each in customer_ids]
        keys += [(self.profiles, PROFILE + each) for each in customer_ids]
        keys += [(self.profiles, HEADER), (self.playbooks, KEY)]
        items = read_items(self.client, keys, consistent=consistent, pause=self.pause)
        header = items.get((self.profiles, HEADER))
        missing = [each for each in customer_ids if (self.customers, each) not in items]
        customers: dict[str, Customer] = {}
        profiles: dict[str, Profile] = {}
        unreadable: list[str] = []
        for each in customer_ids:
            try:
                if item := items.get((self.customers, each)):
                    customers[each] = unpack_customer(bytes(item["data"]["B"]), int(item["version"]["N"]))
                if item := items.get((self.profiles, PROFILE + each)):
                    profiles[each] = unpack_profile(each, bytes(item["data"]["B"]))
            except Unreadable:
                unreadable.append(each)
        return Loaded(
            customers=customers,
            profiles=profiles,
            header=unpack_header(json.loads(header["data"]["S"])) if header else None,
            live=read_live(items.get((self.playbooks, KEY))),
            unreadable=unreadable,
            erased=read_erased(self.client, self.tombstones, missing, self.pause) if missing else (),
        )


def customer_item(customer: Customer) -> dict[str, Any]:
    """The item stored for the next version of a customer."""
    version = customer.version + 1
    return {
        "pk": {"S": customer.customer_id},
        "version": {"N": str(version)},
        "data": {"B": pack_customer(replace(customer, version=0))},
    }
