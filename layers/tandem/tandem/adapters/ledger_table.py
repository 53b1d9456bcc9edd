"""The ledger in DynamoDB: one row a send, made in one transaction with the check of the consent item."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.customer import GRANTED, Send
from tandem.customer.consent import consent_key, said_at_text
from tandem.errors import Conflict, Unavailable
from tandem.sending.outcome import Reason, Recorded, Refused, Sent, Shadowed, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT: Final = timedelta(days=400)
_NEW: Final = "attribute_not_exists(pk)"


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """The Ledger port over two tables."""

    client: "DynamoDBClient"
    table: str
    consents: str

    def reserve(self, send: Send, at: datetime) -> Status | Refused | None:
        """In one transaction: the address's consent is granted, and a row `reserved` is made."""
        consent = {"pk": {"S": consent_key(send.channel, send.address)}}
        with calling("dynamodb", "TransactWriteItems"):
            try:
                self.client.transact_write_items(
                    TransactItems=[
                        {
                            "ConditionCheck": {
                                "TableName": self.consents,
                                "Key": consent,
                                "ConditionExpression": "#status = :granted",
                                "ExpressionAttributeNames": {"#status": "status"},
                                "ExpressionAttributeValues": {":granted": {"S": GRANTED}},
                            }
                        },
                        {
                            "Put": {
                                "TableName": self.table,
                                "Item": _row(send, at, {"status": Status.RESERVED, "reserved_at": said_at_text(at)}),
                                "ConditionExpression": _NEW,
                                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                            }
                        },
                    ]
                )
            except self.client.exceptions.TransactionCanceledException as error:
                return _why_cancelled(error.response)
        return None

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Status | None:
        """Make a row `refused`. None when made, else the status of the row found."""
        with calling("dynamodb", "PutItem"):
            try:
                self.client.put_item(
                    TableName=self.table,
                    Item=_row(send, at, _result(refused, at)),
                    ConditionExpression=_NEW,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self.client.exceptions.ConditionalCheckFailedException as error:
                return _status(error.response.get("Item", {}))
        return None

    def finish(self, send: Send, result: Recorded, at: datetime) -> None:
        """Write on a reserved row what came of it."""
        fields = {name: value for name, value in _result(result, at).items() if value}
        with _already_so(), calling("dynamodb", "UpdateItem"):
            self.client.update_item(
                TableName=self.table,
                Key={"pk": {"S": send.id}},
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in fields),
                ConditionExpression="#status = :reserved",
                ExpressionAttributeNames={f"#{name}": name for name in fields},
                ExpressionAttributeValues={
                    ":reserved": {"S": Status.RESERVED},
                    **{f":{name}": _value(value) for name, value in fields.items()},
                },
            )

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Take back the row reserved at exactly this moment: certainly nothing has left."""
        with _already_so(), calling("dynamodb", "DeleteItem"):
            self.client.delete_item(
                TableName=self.table,
                Key={"pk": {"S": send.id}},
                ConditionExpression="#status = :reserved AND reserved_at = :reserved_at",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":reserved": {"S": Status.RESERVED},
                    ":reserved_at": {"S": said_at_text(reserved_at)},
                },
            )


def _already_so() -> suppress:
    """A retry whose first try was written finds its condition lost: the row is as it should be."""
    return suppress(Conflict)


def _row(send: Send, at: datetime, fields: Mapping[str, str | int]) -> dict[str, Any]:
    row: dict[str, str | int] = {
        "pk": send.id,
        "customer_id": send.customer_id,
        "campaign": send.campaign,
        "channel": send.channel.value,
        "template": send.template,
        "address_hash": consent_key(send.channel, send.address),
        "playbook": send.playbook,
        "expires_at": int((at + KEPT).timestamp()),
        "v": 1,
        **fields,
    }
    return {name: _value(value) for name, value in row.items() if value != ""}


def _result(result: Recorded, at: datetime) -> dict[str, str | int]:
    match result:
        case Sent(provider_id, segments):
            status = Status.SENT
            return {"status": status, "sent_at": said_at_text(at), "provider_id": provider_id, "segments": segments}
        case Shadowed(segments):
            return {"status": Status.SHADOW, "segments": segments}
        case Refused(reason, detail):
            return {"status": Status.REFUSED, "reason": reason, "detail": detail, "refused_at": said_at_text(at)}


def _value(value: str | int) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": str(value)}


def _status(row: Any) -> Status:
    if "status" not in row:
        raise Conflict
    return Status(row["status"]["S"])


def _why_cancelled(response: Mapping[str, Any]) -> Status | Refused:
    consent, row = response["CancellationReasons"]
    if row.get("Code") == "ConditionalCheckFailed":
        return _status(row.get("Item", {}))
    if consent.get("Code") == "ConditionalCheckFailed":
        return Refused(Reason.OPTED_OUT)
    raise Unavailable("dynamodb", "TransactWriteItems")
