"""Many items in one read: what DynamoDB leaves unprocessed is asked for again."""

from collections.abc import Callable, Iterable
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_KEYS: Final = 100
MOST_READS: Final = 5
Key = tuple[str, str]  # table, pk


def read_items(
    client: "DynamoDBClient", keys: Iterable[Key], *, consistent: bool, pause: Callable[[int], None]
) -> dict[Key, Any]:
    """The items that exist, a hundred a BatchGetItem. `pause` waits before another try, which it counts from 1.

    Raises Unavailable.
    """
    found: dict[Key, Any] = {}
    for chunk in batched(keys, MOST_KEYS, strict=False):
        wanted: Any = {}
        for table, key in chunk:
            wanted.setdefault(table, {"Keys": [], "ConsistentRead": consistent})["Keys"].append({"pk": {"S": key}})
        for tries in range(1, MOST_READS + 1):
            with calling("dynamodb", "BatchGetItem"):
                answer = client.batch_get_item(RequestItems=wanted)
            found |= {(table, item["pk"]["S"]): item for table, items in answer["Responses"].items() for item in items}
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                break
            pause(tries)
        else:
            raise Unavailable("dynamodb", "BatchGetItem")
    return found
