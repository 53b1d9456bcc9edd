"""Messages that come back to their queue at a time of our choosing."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling
from tandem.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class QueueReturns:
    """The Returns port over a queue whose messages we hold."""

    client: "SQSClient"
    queue: str

    def later(self, delays: Mapping[str, timedelta]) -> None:
        """One ChangeMessageVisibilityBatch, of up to ten. Where it fails they come back later."""
        with suppress(Unavailable), calling("sqs", "ChangeMessageVisibilityBatch"):
            self.client.change_message_visibility_batch(
                QueueUrl=self.queue,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": int(after.total_seconds())}
                    for number, (handle, after) in enumerate(delays.items())
                ],
            )


@dataclass(slots=True)
class MemoryReturns:
    """Its twin: keeps what is to come back, and when."""

    delays: dict[str, timedelta] = field(default_factory=dict)

    def later(self, delays: Mapping[str, timedelta]) -> None:
        """Keeps them."""
        self.delays |= delays
