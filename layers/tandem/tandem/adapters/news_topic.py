"""The door, as `send` uses it: what became of a message is an event of its customer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tandem.adapters.aws import calling
from tandem.adapters.outbox import group_of

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True, slots=True)
class NewsTopic:
    """The News port. Unlike the client that texts people, this one may try again: an event told twice is one."""

    client: "SNSClient"
    topic: str

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """One Publish. SNS takes 256 KiB; the longest Send, of a hundred lines, is below that. Raises Unavailable."""
        with calling("sns", "Publish"):
            self.client.publish(
                TopicArn=self.topic,
                Message=json.dumps(envelope, separators=(",", ":"), ensure_ascii=False),
                MessageGroupId=group_of(envelope["customer_id"]),
            )
