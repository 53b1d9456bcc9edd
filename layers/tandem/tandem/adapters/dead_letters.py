"""The dead-letter queue of events, as `trigger` itself writes to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """`reason` and `field` are message attributes: the body stays as it came, so that it can be redriven."""

    client: "SQSClient"
    queue: str

    def put(self, body: str, *, reason: str, field: str) -> None:
        """Raises Unavailable."""
        attributes = {"reason": reason, **({"field": printable} if (printable := _printable(field)) else {})}
        with calling("sqs", "SendMessage"):
            self.client.send_message(
                QueueUrl=self.queue,
                MessageBody=body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )


def _printable(field: str) -> str:
    """A field's name is the sender's: SQS takes no control characters, and nobody reads more than a line."""
    return "".join(character if character.isprintable() else "?" for character in field)[:200]
