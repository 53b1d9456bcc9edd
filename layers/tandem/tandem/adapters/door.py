"""The one door from inside: what Tandem says of itself is published to the topic that every event enters by."""

from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.adapters.outbox import group_of
from tandem.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MOST_MESSAGES: Final = 10  # SNS's limit for a call, of 256 KiB together: messages of up to 25 KiB fit


def publish_all(client: "SNSClient", topic: str, messages: Iterable[tuple[str, str]]) -> int:
    """Publishes the messages, each with its customer's id, ten a call, and answers how many calls.

    Raises Unavailable where some were not published: all may be published again.
    """
    calls = 0
    for chunk in batched(messages, MOST_MESSAGES, strict=False):
        entries: list[Any] = [
            {"Id": str(at), "Message": message, "MessageGroupId": group_of(customer_id)}
            for at, (customer_id, message) in enumerate(chunk)
        ]
        with calling("sns", "PublishBatch"):
            answer = client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
        if failed := answer.get("Failed"):
            raise Unavailable("sns", "PublishBatch", f"{len(failed)} not published")
        calls += 1
    return calls
