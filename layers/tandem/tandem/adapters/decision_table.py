"""Decisions as they were made, kept for 400 days."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.decisions import Decision, decision_document, read_decision
from tandem.errors import Unavailable
from tandem.events.times import to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR: Final = timedelta(days=400)
MOST_ITEMS: Final = 25
BY_ID: Final = "ById"  # the index of ids; it holds keys only


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """An item a decision, by customer and time. Writing the same decision again changes nothing."""

    client: "DynamoDBClient"
    table: str

    def put(self, decisions: Sequence[Decision]) -> frozenset[str]:
        """Writes them; returns the ids of those that could not be written."""
        undone: set[str] = set()
        distinct = {decision.id: decision for decision in decisions}.values()
        for chunk in batched(distinct, MOST_ITEMS, strict=False):
            requests: Any = {self.table: [{"PutRequest": {"Item": _item(decision)}} for decision in chunk]}
            try:
                with calling("dynamodb", "BatchWriteItem"):
                    left: Any = self.client.batch_write_item(RequestItems=requests).get("UnprocessedItems", {})
                undone |= {_read(each["PutRequest"]["Item"]).id for each in left.get(self.table, [])}
            except Unavailable:
                undone |= {decision.id for decision in chunk}
        return frozenset(undone)

    def of(self, customer_id: str) -> Iterator[Decision]:
        """A customer's decisions, oldest first. Raises Unavailable."""
        with calling("dynamodb", "Query"):
            pages = self.client.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="pk = :customer",
                ExpressionAttributeValues={":customer": {"S": customer_id}},
            )
            for page in pages:
                yield from (_read(item) for item in page["Items"])

    def find(self, decision_id: str) -> Decision | None:
        """The decision with this id; None where there is none. An index finds it, a moment after it was written.

        What the first release wrote is in no index. Raises Unavailable.
        """
        with calling("dynamodb", "Query"):
            found = self.client.query(
                TableName=self.table,
                IndexName=BY_ID,
                KeyConditionExpression="id = :id",
                ExpressionAttributeValues={":id": {"S": decision_id}},
            )["Items"]
        if not found:
            return None
        with calling("dynamodb", "GetItem"):
            item = self.client.get_item(TableName=self.table, Key={name: found[0][name] for name in ("pk", "sk")})
        return _read(item["Item"]) if "Item" in item else None


def _item(decision: Decision) -> dict[str, Any]:
    return {
        "pk": {"S": decision.customer_id},
        "sk": {"S": f"{to_text(decision.at)}#{decision.id}"},
        "id": {"S": decision.id},
        "data": {"S": json.dumps(decision_document(decision), separators=(",", ":"))},
        "expires_at": {"N": str(int((decision.at + KEPT_FOR).timestamp()))},
    }


def _read(item: Mapping[str, Any]) -> Decision:
    return read_decision(json.loads(item["data"]["S"]))
