"""The ledger in DynamoDB: one row a send, made in one transaction with the checks of the consent items."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from tandem.adapters.aws import calling
from tandem.customer import DENIED, GRANTED, Send
from tandem.customer.consent import consent_key, said_at_text
from tandem.errors import Conflict, Unavailable
from tandem.events.identity import EVERYTHING
from tandem.sending.outcome import Found, Reason, Recorded, Refused, Sent, Shadowed, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT: Final = timedelta(days=400)
_NEW: Final = "attribute_not_exists(pk)"
_LOST: Final = "ConditionalCheckFailed"
_NOES: Final = (Reason.OPTED_OUT, Reason.SUPPRESSED)  # in the order of the checks
# What happened last to a row comes first. Older rows of shadow mode have no moment of their own.
_MOMENTS: Final = ("sent_at", "shadow_at", "refused_at", "reserved_at")


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """The Ledger port over two tables."""

    client: "DynamoDBClient"
    table: str
    consents: str

    def reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        """In one transaction: the address said yes to the purpose and not no to everything, and a row is made."""
        put = {
            "TableName": self.table,
            "Item": _row(send, at, {"status": Status.RESERVED, "reserved_at": said_at_text(at)}),
            "ConditionExpression": _NEW,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        items: Any = [{"ConditionCheck": check} for check in self._consents(send)] + [{"Put": put}]
        with calling("dynamodb", "TransactWriteItems"):
            try:
                self.client.transact_write_items(TransactItems=items)
            except self.client.exceptions.TransactionCanceledException as error:
                return _why_cancelled(error.response)
        return None

    def _consents(self, send: Send) -> list[dict[str, Any]]:
        """First the yes to the purpose, then no no to everything. A transaction meets an item once."""
        wanted = {send.purpose: ("#status = :word", GRANTED)}
        wanted.setdefault(EVERYTHING, ("attribute_not_exists(pk) OR #status <> :word", DENIED))
        return [
            {
                "TableName": self.consents,
                "Key": {"pk": {"S": consent_key(send.channel, send.address, purpose)}},
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": {":word": {"S": word}},
            }
            for purpose, (condition, word) in wanted.items()
        ]

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Found | None:
        """Make a row `refused`. None when made, else the row found."""
        with calling("dynamodb", "PutItem"):
            try:
                self.client.put_item(
                    TableName=self.table,
                    Item=_row(send, at, _result(refused, at)),
                    ConditionExpression=_NEW,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self.client.exceptions.ConditionalCheckFailedException as error:
                return _found(cast("Mapping[str, Any]", error.response.get("Item", {})))
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
            return {"status": Status.SHADOW, "shadow_at": said_at_text(at), "segments": segments}
        case Refused(reason, detail):
            return {"status": Status.REFUSED, "reason": reason, "detail": detail, "refused_at": said_at_text(at)}


def _value(value: str | int) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": str(value)}


def _found(row: Mapping[str, Any]) -> Found:
    if "status" not in row:
        raise Conflict
    fields = {name: next(iter(value.values())) for name, value in row.items()}
    status = Status(fields["status"])
    at = next(fields[name] for name in _MOMENTS if name in fields)
    return Found(status, datetime.fromisoformat(at), _recorded(status, fields))


def _recorded(status: Status, fields: Mapping[str, str]) -> Recorded | None:
    segments = int(fields.get("segments", 0))
    match status:
        case Status.SENT:
            return Sent(fields.get("provider_id", ""), segments)
        case Status.SHADOW:
            return Shadowed(segments)
        case Status.REFUSED:
            return Refused(Reason(fields["reason"]), fields.get("detail", ""))
        case Status.RESERVED:
            return None


def _why_cancelled(response: Mapping[str, Any]) -> Found | Refused:
    """A row that is there says more than a consent that is not; of two noes the first is said."""
    *consents, row = response["CancellationReasons"]
    if row.get("Code") == _LOST:
        return _found(row.get("Item", {}))
    refused = [Refused(reason) for reason, each in zip(_NOES, consents, strict=False) if each.get("Code") == _LOST]
    if not refused:
        raise Unavailable("dynamodb", "TransactWriteItems")
    return refused[0]
