import boto3
import pytest

from tandem.adapters.secret import UNSUBSCRIBE, WEBHOOK, StackSecret, derive
from tandem.errors import Unavailable


def test_each_use_of_the_secret_has_a_key_of_its_own(aws: None) -> None:
    client = boto3.client("secretsmanager")
    secret = StackSecret(client, client.create_secret(Name="tandem", SecretString="s" * 32)["ARN"])

    assert secret.key(UNSUBSCRIBE) == derive("s" * 32, "unsubscribe") != secret.key(WEBHOOK)
    assert len(secret.key(UNSUBSCRIBE)) == 32


def test_the_secret_is_read_once_and_never_shown(aws: None) -> None:
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name="tandem", SecretString="s" * 32)["ARN"]
    secret = StackSecret(client, arn)
    before = secret.key(UNSUBSCRIBE)

    client.put_secret_value(SecretId=arn, SecretString="t" * 32)

    assert secret.key(UNSUBSCRIBE) == before
    assert "ssss" not in repr(secret)


def test_a_secret_that_cannot_be_read_is_a_passing_fault(aws: None) -> None:
    with pytest.raises(Unavailable):
        StackSecret(boto3.client("secretsmanager"), "gone").key(UNSUBSCRIBE)
