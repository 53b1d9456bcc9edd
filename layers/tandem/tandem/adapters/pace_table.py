"""The buckets of places in DynamoDB: an item `pace <channel>` each, changed by atomic adds alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.customer import Channel
from tandem.sending.pacing import Allowance, Bucket, Want

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NUMBERS: Final = ("next_free", "gap", "marketing", "transactional", "taken", "read_at", "asked_at")
_TAKE: Final = (
    "marketing = marketing - :many, transactional = transactional - :many, taken = taken + :many, next_free = "
)
_GRANTED: Final = "gap = :gap AND read_at >= :oldest AND halted = :none AND "


@dataclass(frozen=True, slots=True)
class PaceTable:
    """The Buckets port over a table whose key is `pk`; other items of it have other keys."""

    client: "DynamoDBClient"
    table: str

    def look(self, channel: Channel) -> Bucket:
        """As it is, strongly consistent."""
        with calling("dynamodb", "GetItem"):
            found = self.client.get_item(TableName=self.table, Key=_key(channel), ConsistentRead=True)
        return _bucket(found.get("Item", {}))

    def take(self, channel: Channel, want: Want, *, is_behind: bool) -> tuple[Bucket, bool]:
        """One UpdateItem. The table adds, so no two workers have one place."""
        kind = "transactional" if want.transactional else "marketing"
        free = "next_free BETWEEN :now AND :latest" if is_behind else "next_free < :now"
        values = {":many": want.many, ":gap": want.gap, ":oldest": want.oldest, ":now": want.now}
        cost = want.many * want.gap
        values |= {":cost": cost, ":latest": want.latest} if is_behind else {":after": want.now + cost}
        moment = "next_free + :cost" if is_behind else ":after"
        return self._update(
            channel, f"SET {_TAKE}{moment}", f"{_GRANTED}{kind} >= :many AND {free}", {**_n(values), ":none": {"S": ""}}
        )

    def ask(self, channel: Channel, *, now: int, read_since: int, asked_since: int) -> tuple[Bucket, bool]:
        """One UpdateItem, by its condition for one of all who would ask."""
        new = ", ".join(f"{name} = if_not_exists({name}, :zero)" for name in _NUMBERS if name != "asked_at")
        return self._update(
            channel,
            f"SET asked_at = :now, halted = if_not_exists(halted, :none), {new}",
            "attribute_not_exists(pk) OR (read_at < :read AND asked_at < :asked)",
            {**_n({":now": now, ":read": read_since, ":asked": asked_since, ":zero": 0}), ":none": {"S": ""}},
        )

    def put(self, channel: Channel, allowed: Allowance, *, asked: Bucket) -> Bucket:
        """One UpdateItem. A reading that was begun before the one that is kept changes nothing."""
        values = {
            ":gap": allowed.gap,
            ":read": asked.asked_at,
            ":marketing": allowed.marketing + asked.taken,
            ":transactional": allowed.transactional + asked.taken,
        }
        bucket, _ = self._update(
            channel,
            "SET gap = :gap, read_at = :read, halted = :halted, "
            "marketing = :marketing - taken, transactional = :transactional - taken",
            "read_at <= :read",
            {**_n(values), ":halted": {"S": allowed.halted}},
        )
        return bucket

    def push(self, channel: Channel, until: int) -> None:
        """One UpdateItem, or two where places further ahead are taken already."""
        values = _n({":until": until, ":never": 0})
        _, is_pushed = self._update(channel, "SET next_free = :until, read_at = :never", "next_free < :until", values)
        if not is_pushed:
            self._update(channel, "SET read_at = :never", "attribute_exists(pk)", _n({":never": 0}))

    def _update(
        self, channel: Channel, expression: str, condition: str, values: Mapping[str, Any]
    ) -> tuple[Bucket, bool]:
        with calling("dynamodb", "UpdateItem"):
            try:
                answer: Any = self.client.update_item(
                    TableName=self.table,
                    Key=_key(channel),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self.client.exceptions.ConditionalCheckFailedException as error:
                lost: Any = error.response
                return _bucket(lost.get("Item", {})), False
        return _bucket(answer["Attributes"]), True


def _key(channel: Channel) -> Any:
    return {"pk": {"S": f"pace {channel.value}"}}


def _n(values: Mapping[str, int]) -> dict[str, Any]:
    return {name: {"N": str(value)} for name, value in values.items()}


def _bucket(item: Mapping[str, Any]) -> Bucket:
    numbers = {name: int(item[name]["N"]) for name in _NUMBERS if name in item}
    return Bucket(**numbers, halted=item.get("halted", {}).get("S", ""))
