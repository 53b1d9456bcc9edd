"""The ledger's open rows, by the sparse index `Unsettled`: only what is reserved, unknown or again is in it.

An index is read as it was a moment ago. What is written is therefore bound to the attempt that was read, by its status
and its moment, or to what the same call has written already: a retry whose first try came through is no loss.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.adapters.ledger_table import SHARDS, UNSETTLED
from tandem.customer import Channel, Delivery, Send, read_send
from tandem.customer.consent import said_at_text
from tandem.errors import Conflict
from tandem.sending.outcome import Status
from tandem.sending.settling import Open

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPEN: Final = {each.value: each for each in (Status.RESERVED, Status.UNKNOWN, Status.AGAIN)}
_READ: Final = "#status = :was AND reserved_at = :reserved_at AND attribute_exists(unsettled)"


@dataclass(frozen=True, slots=True)
class UnsettledTable:
    """The Unsettled port. `first` says with which of the 16 shards a run begins, so that none is always the last."""

    client: "DynamoDBClient"
    table: str
    first: Callable[[], int] = lambda: 0

    def open(self) -> Iterator[Open]:
        """Shard by shard, in each what was reserved first first."""
        start = self.first() % len(SHARDS)
        for shard in SHARDS[start:] + SHARDS[:start]:
            for item in self._items(shard):
                with suppress(KeyError, ValueError):  # of a newer release, which knows what to do with it
                    yield open_row(item)

    def doubt(self, row: Open, at: datetime) -> bool:
        """The reserved row is unknown since `at`."""
        return self._write(row, {"status": Status.UNKNOWN, "unknown_at": said_at_text(at)}, "unknown_at")

    def again(self, row: Open, at: datetime) -> bool:
        """The row may be reserved once more."""
        return self._write(row, {"status": Status.AGAIN, "again_at": said_at_text(at)}, "again_at")

    def give_up(self, row: Open, why: str, at: datetime) -> bool:
        """The row is unknown, says why, and leaves the index."""
        fields = {"status": Status.UNKNOWN, "given_up_at": said_at_text(at), "given_up": why}
        return self._write(row, fields, "given_up_at", " REMOVE unsettled, unsettled_at, send")

    def _items(self, shard: str) -> Iterator[Mapping[str, Any]]:
        more: Any = {}
        while True:
            with calling("dynamodb", "Query"):
                answer = self.client.query(
                    TableName=self.table,
                    IndexName=UNSETTLED,
                    KeyConditionExpression="unsettled = :shard",
                    ExpressionAttributeValues={":shard": {"S": shard}},
                    **more,
                )
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _write(self, row: Open, fields: Mapping[str, str], moment: str, more: str = "") -> bool:
        values = {f":{name}": {"S": str(value)} for name, value in fields.items()}
        try:
            with calling("dynamodb", "UpdateItem"):
                self.client.update_item(
                    TableName=self.table,
                    Key={"pk": {"S": row.send_id}},
                    UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in fields) + more,
                    ConditionExpression=f"({_READ}) OR (#status = :status AND #{moment} = :{moment})",
                    ExpressionAttributeNames={f"#{name}": name for name in fields},
                    ExpressionAttributeValues={
                        **values,
                        ":was": {"S": row.status},
                        ":reserved_at": {"S": said_at_text(row.reserved_at)},
                    },
                )
        except Conflict:
            return False
        return True


def open_row(item: Mapping[str, Any]) -> Open:
    """An item of the index. Raises KeyError or ValueError where it says what this release does not know.

    Without its Send, or with one that cannot be read, less is done: it is given up in the end.
    """
    fields = {name: next(iter(value.values())) for name, value in item.items()}
    reserved_at = fields["reserved_at"]
    return Open(
        send_id=fields["pk"],
        customer_id=fields.get("customer_id", ""),
        campaign=fields.get("campaign", ""),
        channel=Channel(fields["channel"]),
        delivery=Delivery(fields.get("delivery", Delivery.AT_MOST_ONCE)),
        status=OPEN[fields["status"]],
        reserved_at=datetime.fromisoformat(reserved_at),
        not_after=datetime.fromisoformat(fields.get("not_after", reserved_at)),
        unknown_at=_moment(fields, "unknown_at"),
        again_at=_moment(fields, "again_at"),
        attempts=int(fields.get("attempts", 1)),
        send=_send(fields.get("send", "")),
    )


def _moment(fields: Mapping[str, str], name: str) -> datetime | None:
    return datetime.fromisoformat(fields[name]) if fields.get(name) else None


def _send(text: str) -> Send | None:
    try:
        return read_send(text)
    except ValueError:
        return None
