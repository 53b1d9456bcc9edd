"""Consent items in DynamoDB: `pk` hashes address and purpose; `status`; `said_at`, the person's own last word."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.adapters.batch_get import read_items
from tandem.customer import DENIED, GRANTED, SetConsent
from tandem.customer.consent import Word, address_hash, consent_key_of, said_at_text
from tandem.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class ConsentTable:
    """Where words are written, and the ledger's reservation reads them. `pause` is that of `read_items`."""

    client: "DynamoDBClient"
    table: str
    pause: Callable[[int], None] = lambda _: None

    def set_consent(self, effect: SetConsent) -> None:
        """Write the word, unless the item holds a later one; of two at one moment a no stands. Raises Unavailable."""
        hashed = address_hash(effect.channel, effect.address)
        word = Word(effect.channel, hashed, effect.purpose, effect.granted, effect.said_at)
        self._put(word, said_at_text(effect.said_at), explicit=effect.explicit)

    def say(self, word: Word) -> None:
        """Write what a person says right now. A no stands over a yes by a clock that runs ahead. Raises Unavailable."""
        said_at = said_at_text(word.said_at)
        for _ in range(_MOST_TRIES):
            held = self._put(word, said_at, explicit=True)
            if word.granted or held.get("status", {}).get("S") != GRANTED:
                return
            said_at = held["said_at"]["S"]
        raise Unavailable("dynamodb", "PutItem", "somebody says yes all the time")

    def held(self, keys: Collection[str]) -> dict[str, bool]:
        """The items with these keys that exist: whether each is a yes. Strongly consistent. Raises Unavailable."""
        named = [(self.table, key) for key in keys]
        items = read_items(self.client, named, consistent=True, pause=self.pause)
        return {key: item["status"]["S"] == GRANTED for (_, key), item in items.items()}

    def _put(self, word: Word, said_at: str, *, explicit: bool) -> Mapping[str, Any]:
        """The item that stands against it, in DynamoDB's form; empty where it is written."""
        later = "said_at < :said_at" if word.granted else "said_at <= :said_at"
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if explicit:
            condition["ConditionExpression"] += f" OR {later}"
            condition["ExpressionAttributeValues"] = {":said_at": {"S": said_at}}
        with calling("dynamodb", "PutItem"):
            try:
                self.client.put_item(
                    TableName=self.table,
                    Item={
                        "pk": {"S": consent_key_of(word.address_hash, word.purpose)},
                        "status": {"S": GRANTED if word.granted else DENIED},
                        "said_at": {"S": said_at},
                        "channel": {"S": word.channel.value},
                        "purpose": {"S": word.purpose},
                        "v": {"N": "1"},
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **condition,
                )
            except self.client.exceptions.ConditionalCheckFailedException as error:
                held: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]
                return held
        return {}
