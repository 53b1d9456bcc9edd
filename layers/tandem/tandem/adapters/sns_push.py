"""Notes on a phone's screen, by SNS platform endpoints."""

from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from tandem.adapters.aws import code_of
from tandem.adapters.provider_answer import hand_over, text_attribute
from tandem.sending.outcome import Reason
from tandem.sending.ports import Abilities, Answer, Envelope, Rejected

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_INVALID: Final = "InvalidParameter"
_UNKNOWN: Final = "NotFound"
_REASONS: Final = MappingProxyType({"EndpointDisabled": Reason.ENDPOINT_DEAD, _UNKNOWN: Reason.ENDPOINT_DEAD})
_SERVICES: Final = ("APNS", "APNS_SANDBOX", "FCM")


@dataclass(frozen=True, slots=True)
class SnsPush:
    """A Provider. The client must have its retries off. A dead endpoint is deleted: SNS would keep it for ever."""

    client: "SNSClient"

    @property
    def abilities(self) -> Abilities:
        """None: SNS tells nobody what it took, and shows the same note twice."""
        return Abilities()

    def send(self, envelope: Envelope) -> Answer:
        """One Publish to the endpoint."""
        answer = hand_over(lambda: self._send(envelope), _REASONS)
        if isinstance(answer, Rejected) and answer.reason is Reason.ENDPOINT_DEAD:
            with suppress(BotoCoreError, ClientError):  # it stays, and is found dead once more
                self.client.delete_endpoint(EndpointArn=envelope.address)
        return answer

    def _send(self, envelope: Envelope) -> str:
        body = envelope.body if isinstance(envelope.body, str) else envelope.body.decode()
        seconds = text_attribute(str(int(envelope.lives_for.total_seconds())))
        try:
            answer = self.client.publish(
                TargetArn=envelope.address,
                MessageStructure="json",
                Message=body,
                MessageAttributes={f"AWS.SNS.MOBILE.{service}.TTL": seconds for service in _SERVICES},
            )
        except ClientError as error:
            raise self._cause(error, envelope.address) from error
        return answer["MessageId"]

    def _cause(self, error: ClientError, endpoint: str) -> ClientError:
        """Of an endpoint that is gone, Publish says no more than that a parameter is invalid: so we ask for it."""
        if code_of(error) == _INVALID:
            try:
                self.client.get_endpoint_attributes(EndpointArn=endpoint)
            except ClientError as found:
                return found if code_of(found) == _UNKNOWN else error
            except BotoCoreError:
                return error
        return error
