"""Email by SES v2, as raw mail."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tandem.adapters.provider_answer import hand_over
from tandem.sending.ports import Abilities, Answer, Envelope

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@dataclass(frozen=True, slots=True)
class SesMail:
    """A Provider. The client must have its retries off: SES knows no idempotency.

    `is_test`: a mail of nobody's decision. It says so by a tag, and so what SES tells of it is told to nobody.
    """

    client: "SESV2Client"
    from_address: str
    configuration_set: str = ""  # without one nothing is heard back, and nothing settles
    is_test: bool = False

    @property
    def abilities(self) -> Abilities:
        """SES tells by events what it took."""
        return Abilities(settles=bool(self.configuration_set))

    def send(self, envelope: Envelope) -> Answer:
        """One SendEmail."""
        return hand_over(lambda: self._send(envelope))

    def _send(self, envelope: Envelope) -> str:
        body = envelope.body if isinstance(envelope.body, bytes) else envelope.body.encode()
        more: Any = {"ConfigurationSetName": self.configuration_set} if self.configuration_set else {}
        answer = self.client.send_email(
            FromEmailAddress=self.from_address,
            Destination={"ToAddresses": [envelope.address]},
            Content={"Raw": {"Data": body}},
            EmailTags=[
                {"Name": "test", "Value": "1"} if self.is_test else {"Name": "decision", "Value": envelope.id},
                {"Name": "campaign", "Value": envelope.campaign},
            ],
            **more,
        )
        return answer["MessageId"]
