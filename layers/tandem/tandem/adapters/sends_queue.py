"""The queue of sends, for who puts single messages there."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling
from tandem.adapters.outbox import group_of
from tandem.customer import Send, effect_document

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class SendsQueue:
    """The Sends port of `settle`."""

    client: "SQSClient"
    queue: str

    def put(self, send: Send) -> None:
        """One message, in the form and the group of the actor's."""
        body = json.dumps(effect_document(send), separators=(",", ":"), ensure_ascii=False)
        with calling("sqs", "SendMessage"):
            self.client.send_message(QueueUrl=self.queue, MessageBody=body, MessageGroupId=group_of(send.customer_id))
