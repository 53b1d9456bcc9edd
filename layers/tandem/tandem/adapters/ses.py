"""Email by SES v2, as raw mail."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.adapters.provider_answer import hand_over
from tandem.sending.ports import Answer, Envelope

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@dataclass(frozen=True, slots=True)
class SesMail:
    """A Provider. The client must have its retries off: SES knows no idempotency."""

    client: "SESV2Client"
    from_address: str

    def send(self, envelope: Envelope) -> Answer:
        """One SendEmail."""
        return hand_over(lambda: self._send(envelope))

    def _send(self, envelope: Envelope) -> str:
        body = envelope.body if isinstance(envelope.body, bytes) else envelope.body.encode()
        answer = self.client.send_email(
            FromEmailAddress=self.from_address,
            Destination={"ToAddresses": [envelope.address]},
            Content={"Raw": {"Data": body}},
            EmailTags=[
                {"Name": "decision", "Value": envelope.id},
                {"Name": "campaign", "Value": envelope.campaign},
            ],
        )
        return answer["MessageId"]
