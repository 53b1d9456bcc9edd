"""`profile_refreshed`, straight to the events queue: a newer profile of the customer was loaded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.adapters.outbox import group_of
from tandem.errors import Unavailable
from tandem.events import digest
from tandem.events.times import to_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_MESSAGES: Final = 10


@dataclass(frozen=True, slots=True)
class RefreshedQueue:
    """Fulfils `News`."""

    client: "SQSClient"
    queue: str

    def refreshed(self, snapshot: datetime, customers: Sequence[tuple[str, datetime]]) -> None:
        """Ten a call. Raises Unavailable where some could not be sent: all may be sent again."""
        for chunk in batched(customers, MOST_MESSAGES, strict=False):
            entries: list[Any] = [
                {
                    "Id": str(at),
                    "MessageBody": refreshed_message(snapshot, customer_id, as_of),
                    "MessageGroupId": group_of(customer_id),
                }
                for at, (customer_id, as_of) in enumerate(chunk)
            ]
            with calling("sqs", "SendMessageBatch"):
                answer = self.client.send_message_batch(QueueUrl=self.queue, Entries=entries)
            if failed := answer.get("Failed"):
                raise Unavailable("sqs", "SendMessageBatch", f"{len(failed)} not sent")


def refreshed_message(snapshot: datetime, customer_id: str, as_of: datetime) -> str:
    """The event. `as_of` is the profile's: it may be of a snapshot before, that was never loaded."""
    return json.dumps(
        {
            "v": 1,
            "event_id": digest("profile_refreshed", to_text(snapshot), customer_id),
            "type": "profile_refreshed",
            "customer_id": customer_id,
            "occurred_at": to_text(snapshot),
            "properties": {"as_of": to_text(as_of)},
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
