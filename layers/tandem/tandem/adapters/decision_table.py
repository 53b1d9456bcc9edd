"""Decisions as they were made, and what they reached, kept for 400 days."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.adapters.tombstone_table import read_erased
from tandem.decisions import Decision, Reached, decision_document, reached_document, read_record
from tandem.decisions.ports import Recordable
from tandem.decisions.reached import earliest
from tandem.errors import Unavailable
from tandem.events.times import to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR: Final = timedelta(days=400)
MOST_ITEMS: Final = 25
GOAL: Final = "#goal#"  # what a goal's sort key has after its decision's
BY_ID: Final = "ById"  # the index of ids; it holds keys only


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """The Records port: an item a decision, by customer and time, and beside it one for each event that reached the
    goal of one of its candidates. Writing the same again changes nothing; of several goals the earliest counts.

    Who writes names the table of `tombstones` too: of customers who were erased nothing is written.
    """

    client: "DynamoDBClient"
    table: str
    tombstones: str = ""

    def put(self, records: Sequence[Recordable]) -> frozenset[str]:
        """Writes them; returns the ids of those that could not be written."""
        undone: set[str] = set()
        try:
            erased = self._erased(records)
        except Unavailable:
            return frozenset(each.id for each in records)
        distinct = {each.id: each for each in records if each.customer_id not in erased}.values()
        for chunk in batched(distinct, MOST_ITEMS, strict=False):
            requests: Any = {self.table: [{"PutRequest": {"Item": _item(each)}} for each in chunk]}
            try:
                with calling("dynamodb", "BatchWriteItem"):
                    left: Any = self.client.batch_write_item(RequestItems=requests).get("UnprocessedItems", {})
                undone |= {read_item(each["PutRequest"]["Item"]).id for each in left.get(self.table, [])}
            except Unavailable:
                undone |= {each.id for each in chunk}
        return frozenset(undone)

    def _erased(self, records: Sequence[Recordable]) -> frozenset[str]:
        customers = {each.customer_id for each in records} if self.tombstones else set()
        return read_erased(self.client, self.tombstones, customers, pause=lambda _: None)

    def of(self, customer_id: str) -> Iterator[Decision]:
        """A customer's decisions, oldest first. Raises Unavailable."""
        return (each for each in self._all_of(customer_id) if isinstance(each, Decision))

    def reached(self, customer_id: str) -> tuple[Reached, ...]:
        """The goals that they reached: of each candidate the earliest. Raises Unavailable."""
        return tuple(earliest(each for each in self._all_of(customer_id) if isinstance(each, Reached)).values())

    def _all_of(self, customer_id: str) -> Iterator[Recordable]:
        with calling("dynamodb", "Query"):
            pages = self.client.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="pk = :customer",
                ExpressionAttributeValues={":customer": {"S": customer_id}},
            )
            for page in pages:
                yield from (read_item(item) for item in page["Items"])

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
        read = read_item(item["Item"]) if "Item" in item else None
        return read if isinstance(read, Decision) else None


def _item(record: Recordable) -> dict[str, Any]:
    """A goal stands right after its decision. It has no id of its own: the index is for decisions."""
    if isinstance(record, Reached):
        goal = f"{GOAL}{record.campaign}#{record.identity}"
        return _row(record.customer_id, record.decided_at, record.decision + goal, reached_document(record))
    row = _row(record.customer_id, record.at, record.id, decision_document(record))
    return {**row, "id": {"S": record.id}}


def _row(customer_id: str, at: datetime, name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "pk": {"S": customer_id},
        "sk": {"S": f"{to_text(at)}#{name}"},
        "data": {"S": json.dumps(document, separators=(",", ":"))},
        "expires_at": {"N": str(int((at + KEPT_FOR).timestamp()))},
    }


def read_item(item: Mapping[str, Any]) -> Recordable:
    """What an item in DynamoDB's form holds."""
    return read_record(json.loads(item["data"]["S"]))
