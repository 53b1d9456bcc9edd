"""The stack's one secret, and the keys made of it: each use has its own, so that no use can speak for another."""

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tandem.adapters.aws import calling

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

UNSUBSCRIBE: Final = "unsubscribe"
WEBHOOK: Final = "webhook"


def derive(secret: str, use: str) -> bytes:
    """The key of one use: HMAC-SHA256 of the use's name under the secret, 32 bytes."""
    return hmac.digest(secret.encode(), use.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class StackSecret:
    """Read once a worker. The secret is never rotated: what was signed with it stays valid for ever."""

    client: "SecretsManagerClient"
    secret_arn: str
    _read: dict[str, str] = field(default_factory=dict, repr=False)

    def key(self, use: str) -> bytes:
        """The key of one use. Raises Unavailable."""
        if self.secret_arn not in self._read:
            with calling("secretsmanager", "GetSecretValue"):
                answer = self.client.get_secret_value(SecretId=self.secret_arn)
            self._read[self.secret_arn] = answer["SecretString"]
        return derive(self._read[self.secret_arn], use)
