"""Consent items in DynamoDB: `pk` hashes address and purpose; `status`; `said_at`, the person's own last word."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tandem.adapters.aws import calling
from tandem.customer import DENIED, GRANTED, SetConsent
from tandem.customer.consent import consent_key, said_at_text
from tandem.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class ConsentTable:
    """Where the trigger writes consents, and the ledger's reservation reads them."""

    client: "DynamoDBClient"
    table: str

    def set_consent(self, effect: SetConsent) -> None:
        """Write the word, unless the item holds a later one; of two at one moment a no stands. Raises Unavailable."""
        said_at = said_at_text(effect.said_at)
        later = "said_at < :said_at" if effect.granted else "said_at <= :said_at"
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if effect.explicit:
            condition["ConditionExpression"] += f" OR {later}"
            condition["ExpressionAttributeValues"] = {":said_at": {"S": said_at}}
        with suppress(Conflict), calling("dynamodb", "PutItem"):
            self.client.put_item(
                TableName=self.table,
                Item={
                    "pk": {"S": consent_key(effect.channel, effect.address, effect.purpose)},
                    "status": {"S": GRANTED if effect.granted else DENIED},
                    "said_at": {"S": said_at},
                    "channel": {"S": effect.channel.value},
                    "purpose": {"S": effect.purpose},
                    "v": {"N": "1"},
                },
                **condition,
            )
