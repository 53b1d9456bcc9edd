"""Text messages by SNS."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tandem.adapters.provider_answer import hand_over, text_attribute
from tandem.sending.outcome import Reason
from tandem.sending.ports import Abilities, Answer, Envelope

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_REASONS: Final = MappingProxyType({"OptedOut": Reason.OPTED_OUT})


@dataclass(frozen=True, slots=True)
class SnsSms:
    """A Provider. The client must have its retries off.

    `sender_id` is empty where the country takes none. `max_price` is in USD, empty for no cap: what would cost more SNS
    accepts and drops, and tells it to nobody but its own delivery log.
    """

    client: "SNSClient"
    sender_id: str = ""
    max_price: str = ""

    @property
    def abilities(self) -> Abilities:
        """None: SNS tells nobody what it took, and takes the same text twice."""
        return Abilities()

    def send(self, envelope: Envelope) -> Answer:
        """One Publish to a phone number."""
        return hand_over(lambda: self._send(envelope), _REASONS)

    def _send(self, envelope: Envelope) -> str:
        text = envelope.body if isinstance(envelope.body, str) else envelope.body.decode()
        kind = "Transactional" if envelope.transactional else "Promotional"
        attributes = {"AWS.SNS.SMS.SMSType": text_attribute(kind)}
        if self.sender_id:
            attributes["AWS.SNS.SMS.SenderID"] = text_attribute(self.sender_id)
        if self.max_price:
            attributes["AWS.SNS.SMS.MaxPrice"] = {"DataType": "Number", "StringValue": self.max_price}
        answer = self.client.publish(PhoneNumber=envelope.address, Message=text, MessageAttributes=attributes)
        return answer["MessageId"]
