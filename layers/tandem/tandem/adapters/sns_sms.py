"""Text messages by SNS."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.provider_answer import hand_over
from tandem.sending.ports import Abilities, Answer, Envelope

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef


@dataclass(frozen=True, slots=True)
class SnsSms:
    """A Provider. The client must have its retries off. `sender_id` is empty where the country takes none."""

    client: "SNSClient"
    sender_id: str = ""

    @property
    def abilities(self) -> Abilities:
        """None: SNS tells nobody what it took, and takes the same text twice."""
        return Abilities()

    def send(self, envelope: Envelope) -> Answer:
        """One Publish to a phone number."""
        return hand_over(lambda: self._send(envelope))

    def _send(self, envelope: Envelope) -> str:
        text = envelope.body if isinstance(envelope.body, str) else envelope.body.decode()
        attributes = {"AWS.SNS.SMS.SMSType": _text("Promotional")}
        if self.sender_id:
            attributes["AWS.SNS.SMS.SenderID"] = _text(self.sender_id)
        answer = self.client.publish(PhoneNumber=envelope.address, Message=text, MessageAttributes=attributes)
        return answer["MessageId"]


def _text(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}
