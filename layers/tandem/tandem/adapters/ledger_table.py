"""The ledger in DynamoDB: one row a send, made in one transaction with the checks of the consent items."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from tandem.adapters.aws import calling
from tandem.adapters.consent_table import ConsentTable
from tandem.customer import DENIED, GRANTED, Send, effect_document
from tandem.customer.consent import address_hash, consent_key, said_at_text
from tandem.errors import Conflict, Unavailable
from tandem.events.identity import EVERYTHING
from tandem.sending.no_more import no_more
from tandem.sending.outcome import Found, Reason, Recorded, Refused, Sent, Shadowed, Status
from tandem.sending.settle import may_be_tried_again

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT: Final = timedelta(days=400)
UNSETTLED: Final = "Unsettled"  # the sparse index of what is open: by the id's first digit, then by time
SHARDS: Final = "0123456789abcdef"
_NEW: Final = "attribute_not_exists(pk)"
_LOST: Final = "ConditionalCheckFailed"
_NOES: Final = (Reason.OPTED_OUT, Reason.SUPPRESSED)  # in the order of the checks
_SETTLED: Final = " REMOVE unsettled, unsettled_at, send"
_MINE: Final = "#status = :reserved AND reserved_at = :reserved_at"
_ONE: Final = {":one": {"N": "1"}}
_OPEN: Final = {":reserved": {"S": Status.RESERVED}, ":unknown": {"S": Status.UNKNOWN}}
# When a row came to be what it is. Older rows of shadow mode have no moment of their own.
_MOMENT: Final = {
    Status.SENT: "sent_at",
    Status.SHADOW: "shadow_at",
    Status.REFUSED: "refused_at",
    Status.UNKNOWN: "unknown_at",
}


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """The Ledger port over two tables."""

    client: "DynamoDBClient"
    table: str
    consents: str

    def reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        """In one transaction: the address said yes to the purpose and not no to everything, and a row is reserved."""
        row = _row(send, at) | {"status": Status.RESERVED, "reserved_at": said_at_text(at), **_unsettled(send, at)}
        update = {
            "TableName": self.table,
            "Key": {"pk": {"S": send.id}},
            "UpdateExpression": _set(row) + ", attempts = if_not_exists(attempts, :none) + :one",
            "ConditionExpression": "attribute_not_exists(pk) OR #status = :again",
            "ExpressionAttributeNames": _names(row),
            "ExpressionAttributeValues": {
                **_values(row),
                ":again": {"S": Status.AGAIN},
                ":none": {"N": "0"},
                ":one": {"N": "1"},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        items: Any = [{"ConditionCheck": check} for check in self._consents(send)] + [{"Update": update}]
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
        row = _row(send, at) | _result(refused, at)
        with calling("dynamodb", "UpdateItem"):
            try:
                self.client.update_item(
                    TableName=self.table,
                    Key={"pk": {"S": send.id}},
                    UpdateExpression=_set(row) + _SETTLED,
                    ConditionExpression=_NEW,
                    ExpressionAttributeNames=_names(row),
                    ExpressionAttributeValues=_values(row),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self.client.exceptions.ConditionalCheckFailedException as error:
                found = found_row(cast("Mapping[str, Any]", error.response.get("Item", {})))
                if found.status is not Status.AGAIN:
                    return found
            else:
                return None
        self._give_up(send, refused, at, "#status = :again", {":again": {"S": Status.AGAIN}})
        return Found(Status.UNKNOWN, at, refused)

    def finish(self, send: Send, result: Recorded, at: datetime) -> bool:
        """Write on a row that is reserved, or unknown by now, what came of it. False: it is given up instead."""
        known = "#status IN (:reserved, :unknown)"
        if not isinstance(result, Refused):
            self._change(send.id, _result(result, at), _SETTLED, known, _OPEN)
            return True
        first = f"{known} AND (attribute_not_exists(attempts) OR attempts = :one)"
        if self._change(send.id, _result(result, at), _SETTLED, first, {**_OPEN, ":one": {"N": "1"}}):
            return True
        return not self._give_up(send, result, at, f"{known} AND attempts > :one", {**_OPEN, ":one": {"N": "1"}})

    def _give_up(self, send: Send, refused: Refused, at: datetime, condition: str, known: Mapping[str, Any]) -> bool:
        why = f"{refused.reason}: {refused.detail}" if refused.detail else refused.reason.value
        fields = {"status": Status.UNKNOWN, "unknown_at": said_at_text(at), "given_up_at": said_at_text(at)}
        return self._change(send.id, {**fields, "given_up": why}, _SETTLED, condition, known)

    def doubt(self, send: Send, detail: str, at: datetime) -> None:
        """Write on a reserved row that nobody knows whether it left."""
        fields = {"status": Status.UNKNOWN, "unknown_at": said_at_text(at), "detail": detail}
        self._change(send.id, fields, "", "#status = :reserved", {":reserved": {"S": Status.RESERVED}})

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Take back the reservation of exactly this moment: certainly nothing has left by it."""
        try:
            with calling("dynamodb", "DeleteItem"):
                self.client.delete_item(
                    TableName=self.table,
                    Key={"pk": {"S": send.id}},
                    ConditionExpression=f"{_MINE} AND attempts = :one",
                    ExpressionAttributeNames={"#status": "status"},
                    ExpressionAttributeValues={**_mine(reserved_at), ":one": {"N": "1"}},
                )
        except Conflict:  # an earlier attempt may have left; or it is as it should be
            self._change(
                send.id, {"status": Status.AGAIN}, ", attempts = attempts - :one", _MINE, {**_mine(reserved_at), **_ONE}
            )

    def reopen(self, send: Send, reserved_at: datetime) -> None:
        """The reservation of exactly this moment is `again`."""
        self._change(send.id, {"status": Status.AGAIN}, "", _MINE, _mine(reserved_at))

    def suppress(self, send: Send, at: datetime) -> None:
        """Write into the consent item that the address takes nothing at all, unless it holds a later word."""
        ConsentTable(self.client, self.consents).set_consent(no_more(send, at))

    def _change(
        self, send_id: str, fields: Mapping[str, str | int], more: str, condition: str, known: Mapping[str, Any]
    ) -> bool:
        """False: the condition was lost, as a retry finds it whose first try was written: the row is as it is to be."""
        said = {name: value for name, value in fields.items() if value}
        with suppress(Conflict), calling("dynamodb", "UpdateItem"):
            self.client.update_item(
                TableName=self.table,
                Key={"pk": {"S": send_id}},
                UpdateExpression=_set(said) + more,
                ConditionExpression=condition,
                ExpressionAttributeNames=_names({"status": 0, **said}),
                ExpressionAttributeValues={**_values(said), **known},
            )
            return True
        return False


def _mine(reserved_at: datetime) -> dict[str, Any]:
    return {":reserved": {"S": Status.RESERVED}, ":reserved_at": {"S": said_at_text(reserved_at)}}


def _set(fields: Mapping[str, str | int]) -> str:
    return "SET " + ", ".join(f"#{name} = :{name}" for name in fields)


def _names(fields: Mapping[str, str | int]) -> dict[str, str]:
    return {f"#{name}": name for name in fields}


def _values(fields: Mapping[str, str | int]) -> dict[str, Any]:
    return {f":{name}": _value(value) for name, value in fields.items()}


def _row(send: Send, at: datetime) -> dict[str, str | int]:
    """What a row says of its send, without empty texts."""
    row: dict[str, str | int] = {
        "customer_id": send.customer_id,
        "campaign": send.campaign,
        "channel": send.channel.value,
        "template": send.template,
        "variant": send.variant,
        "purpose": send.purpose,
        "locale": send.locale,
        "address_hash": address_hash(send.channel, send.address),
        "playbook": send.playbook,
        "delivery": send.delivery.value,
        "not_after": said_at_text(send.not_after),
        "expires_at": int((at + KEPT).timestamp()),
        "v": 1,
    }
    return {name: value for name, value in row.items() if value != ""}


def _unsettled(send: Send, at: datetime) -> dict[str, str | int]:
    """The sparse index's key while it is open, and of what may be tried again the whole Send."""
    whole = json.dumps(effect_document(send), separators=(",", ":"), ensure_ascii=False)
    return {
        "unsettled": send.id[:1],
        "unsettled_at": said_at_text(at),
        **({"send": whole} if may_be_tried_again(send) else {}),
    }


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


def found_row(row: Mapping[str, Any]) -> Found:
    """What a row in DynamoDB's form says. Raises Conflict where there is none."""
    if "status" not in row:
        raise Conflict
    fields = {name: next(iter(value.values())) for name, value in row.items()}
    status = Status(fields["status"])
    at = fields.get(_MOMENT.get(status, ""), fields.get("reserved_at", fields.get("refused_at", "")))
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
        case Status.UNKNOWN:
            return _refused_in_the_end(fields.get("given_up", ""))
        case Status.RESERVED | Status.AGAIN:
            return None


def _refused_in_the_end(given_up: str) -> Refused | None:
    """The refusal of a second attempt, by which a row was given up. Who settles gives up in other words."""
    reason, _, detail = given_up.partition(": ")
    return Refused(Reason(reason), detail) if reason in Reason else None


def _why_cancelled(response: Mapping[str, Any]) -> Found | Refused:
    """A row that is there says more than a consent that is not; of two noes the first is said."""
    *consents, row = response["CancellationReasons"]
    if row.get("Code") == _LOST:
        return found_row(row.get("Item", {}))
    refused = [Refused(reason) for reason, each in zip(_NOES, consents, strict=False) if each.get("Code") == _LOST]
    if not refused:
        raise Unavailable("dynamodb", "TransactWriteItems")
    return refused[0]
