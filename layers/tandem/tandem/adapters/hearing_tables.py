"""What is heard, in DynamoDB: items of addresses beside their consents, and what happened to a message in its row."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from tandem.adapters.aws import calling
from tandem.customer import DENIED, GRANTED, Channel
from tandem.customer.consent import consent_key_of, said_at_text
from tandem.errors import Conflict
from tandem.events.identity import EVERYTHING
from tandem.hearing import Bounces, Row
from tandem.sending.outcome import Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BOUNCES: Final = "bounces"  # like a purpose in the key of an address's item: "<address hash> bounces"
MARKS: Final = (
    "delivered_at",
    "delayed_at",
    "bounced_at",
    "complained_at",
    "rejected_at",
    "opened_at",
    "clicked_at",
    "machine_opened_at",
    "machine_clicked_at",
)
DETAILS: Final = ("bounce", "complaint", "rejection", "delay")


@dataclass(frozen=True, slots=True)
class HeardAddresses:
    """The Addresses port over the table of consents. An item never expires."""

    client: "DynamoDBClient"
    table: str

    def deny(self, hashed: str, at: datetime, why: str) -> None:
        """A no to everything, unless the item holds a later word."""
        with suppress(Conflict), calling("dynamodb", "PutItem"):
            self.client.put_item(
                TableName=self.table,
                Item={
                    "pk": {"S": consent_key_of(hashed, EVERYTHING)},
                    "status": {"S": DENIED},
                    "said_at": {"S": said_at_text(at)},
                    "channel": {"S": Channel.EMAIL.value},
                    "purpose": {"S": EVERYTHING},
                    "why": {"S": why},
                    "v": {"N": "1"},
                },
                # At one moment: a no stands against a yes, the person's own (without a why) against ours.
                ConditionExpression="attribute_not_exists(pk) OR said_at < :said_at"
                " OR (said_at = :said_at AND (#status = :granted OR why > :why))",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":said_at": {"S": said_at_text(at)},
                    ":granted": {"S": GRANTED},
                    ":why": {"S": why},
                },
            )

    def bounces(self, hashed: str) -> Bounces:
        """One read."""
        with calling("dynamodb", "GetItem"):
            found = self.client.get_item(
                TableName=self.table, Key={"pk": {"S": consent_key_of(hashed, BOUNCES)}}, ConsistentRead=True
            )
        item: Mapping[str, Any] = found.get("Item", {})
        delivered_at = _text(item, "delivered_at")
        return Bounces(
            soft=_moments(item, "soft"),
            delivered_at=datetime.fromisoformat(delivered_at) if delivered_at else None,
            changes=_number(item, "changes"),
        )

    def keep(self, hashed: str, bounces: Bounces) -> None:
        """Written if nobody else did since they were read."""
        delivered_at = {"S": said_at_text(bounces.delivered_at)} if bounces.delivered_at else None
        with calling("dynamodb", "PutItem"):
            self.client.put_item(
                TableName=self.table,
                Item={
                    "pk": {"S": consent_key_of(hashed, BOUNCES)},
                    "soft": _texts(bounces.soft),
                    **({"delivered_at": delivered_at} if delivered_at else {}),
                    "changes": {"N": str(bounces.changes)},
                    "v": {"N": "1"},
                },
                ConditionExpression="attribute_not_exists(pk) OR changes = :before",
                ExpressionAttributeValues={":before": {"N": str(bounces.changes - 1)}},
            )


@dataclass(frozen=True, slots=True)
class HeardRows:
    """The Rows port over the ledger."""

    client: "DynamoDBClient"
    table: str

    def find(self, send_id: str) -> Row | None:
        """One read."""
        with calling("dynamodb", "GetItem"):
            found = self.client.get_item(TableName=self.table, Key={"pk": {"S": send_id}}, ConsistentRead=True)
        item = cast("Mapping[str, Any]", found.get("Item", {}))
        return _row(send_id, item) if "status" in item else None

    def write(self, row: Row, before: Row) -> None:
        """One write, if neither the status nor what was heard changed since."""
        fields: dict[str, Any] = {name: {"S": said_at_text(at)} for name, at in row.marks.items()}
        fields |= {name: {"S": detail} for name, detail in row.details.items() if detail}
        fields |= {"told": _texts(row.told), "heard": {"N": str(row.heard)}}
        fields |= {"lasting": {"BOOL": True}} if row.lasting else {}
        if is_settled := row.settled_by != before.settled_by:
            fields |= _settled(row)
        heard = "heard = :before" if before.heard else "attribute_not_exists(heard)"
        with calling("dynamodb", "UpdateItem"):
            self.client.update_item(
                TableName=self.table,
                Key={"pk": {"S": row.send_id}},
                UpdateExpression="SET "
                + ", ".join(f"#{name} = :{name}" for name in fields)
                + (" REMOVE unsettled, unsettled_at, send, reason, detail" if is_settled else ""),
                ConditionExpression=f"#status = :was AND {heard}",
                ExpressionAttributeNames={f"#{name}": name for name in {"status": 0, **fields}},
                ExpressionAttributeValues={
                    **{f":{name}": value for name, value in fields.items()},
                    ":was": {"S": before.status},
                    **({":before": {"N": str(before.heard)}} if before.heard else {}),
                },
            )


def _settled(row: Row) -> dict[str, Any]:
    sent_at = {"sent_at": {"S": said_at_text(row.sent_at)}} if row.sent_at else {}
    texts = {"status": row.status.value, "provider_id": row.provider_id, "settled_by": row.settled_by}
    return {**sent_at, **{name: {"S": text} for name, text in texts.items()}}


def _row(send_id: str, item: Mapping[str, Any]) -> Row:
    sent_at = _text(item, "sent_at")
    return Row(
        send_id=send_id,
        status=Status(_text(item, "status")),
        customer_id=_text(item, "customer_id"),
        campaign=_text(item, "campaign"),
        channel=_text(item, "channel"),
        address_hash=_text(item, "address_hash"),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        provider_id=_text(item, "provider_id"),
        settled_by=_text(item, "settled_by"),
        marks={name: datetime.fromisoformat(_text(item, name)) for name in MARKS if name in item},
        details={name: _text(item, name) for name in DETAILS if name in item},
        lasting=bool(item.get("lasting", {}).get("BOOL")),
        told=_moments(item, "told"),
        heard=_number(item, "heard"),
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _moments(item: Mapping[str, Any], name: str) -> dict[str, datetime]:
    return {key: datetime.fromisoformat(value["S"]) for key, value in item.get(name, {}).get("M", {}).items()}


def _texts(moments: Mapping[str, datetime]) -> Any:
    return {"M": {key: {"S": said_at_text(at)} for key, at in moments.items()}}
