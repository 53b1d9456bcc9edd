"""What the tests do with a deployed stack: publish, wait, read back."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from infra.local import LocalStack, Mail
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.outbox import group_of
from tandem.customer import Customer
from tandem.decisions import Decision


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack and its outputs. Customers are made up anew for each test, so that tests share the stack."""

    stack: LocalStack
    outputs: Mapping[str, str]

    def publish(self, kind: str, customer: str, properties: Mapping[str, Any], **envelope: Any) -> None:
        """One event by the door, as a shop publishes it."""
        event = {
            "v": 1,
            "event_id": str(uuid4()),
            "type": kind,
            "customer_id": customer,
            "occurred_at": datetime.now(UTC).isoformat(),
            "properties": properties,
            **envelope,
        }
        self.stack.client("sns").publish(
            TopicArn=self.outputs["EventsTopicArn"], Message=json.dumps(event), MessageGroupId=group_of(customer)
        )

    def someone(self, **traits: Any) -> str:
        """A new customer whom the stack already knows, reachable by email unless told otherwise."""
        customer = f"customer-{uuid4()}"
        known = {"email": f"{customer}@example.com", "first_name": "Ana", "consents": {"email": True}, **traits}
        self.publish("customer_identified", customer, known)
        wait_for(lambda: self.customer(customer))
        return customer

    def customer(self, customer: str) -> Customer | None:
        """The customer's record."""
        tables = self.outputs["CustomersTableName"], self.outputs["PlaybooksTableName"]
        return CustomerReader(self.stack.client("dynamodb"), *tables, pause=lambda _: None).look(customer).customer

    def decisions(self, customer: str) -> list[Decision]:
        """The customer's recorded decisions."""
        return list(DecisionTable(self.stack.client("dynamodb"), self.outputs["DecisionsTableName"]).of(customer))

    def ledger(self, send_id: str) -> dict[str, str]:
        """A row of the ledger."""
        found = self.row(send_id)
        assert found is not None, send_id
        return found

    def row(self, send_id: str) -> dict[str, str] | None:
        """A row of the ledger, if there is one."""
        found = self.stack.client("dynamodb").get_item(
            TableName=self.outputs["LedgerTableName"], Key={"pk": {"S": send_id}}, ConsistentRead=True
        )
        item = found.get("Item")
        return {name: next(iter(value.values())) for name, value in item.items()} if item else None

    def mails(self, customer: str) -> list[Mail]:
        """The mails that left for a customer made by `someone`."""
        return [mail for mail in self.stack.mails() if f"{customer}@example.com" in mail.to]


def wait_for[T](look: Callable[[], T], seconds: float = 300) -> T:
    """Looks until there is something. The time only bounds a failure."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)
    return found
