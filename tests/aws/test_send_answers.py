"""What SES and SNS answer, and what that says about the message."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from tandem.adapters.provider_answer import ONCE, hand_over
from tandem.adapters.ses import SesMail
from tandem.adapters.sns_sms import SnsSms
from tandem.customer import Channel
from tandem.sending import Accepted, Envelope, NoAnswer, NotTaken, Reason, Rejected

MAIL = Envelope("5e" * 16, "post-purchase", Channel.EMAIL, "ana@example.com", b"To: ana@example.com\r\n\r\n")
TEXT = Envelope("5e" * 16, "post-purchase", Channel.SMS, "+12025550123", "Hello", 1)


def client(service: str) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name="us-east-1", config=ONCE, **keys)  # type: ignore[call-overload]


def refused(code: str, status: int) -> Any:
    ses = client("sesv2")
    with Stubber(ses) as stub:
        stub.add_client_error("send_email", code, "because", http_status_code=status)
        return SesMail(ses, "hello@example.com").send(MAIL)


def test_a_mail_is_sent_raw_with_its_decision_and_campaign_as_tags() -> None:
    ses = client("sesv2")
    expected = {
        "FromEmailAddress": "hello@example.com",
        "Destination": {"ToAddresses": ["ana@example.com"]},
        "Content": {"Raw": {"Data": MAIL.body}},
        "EmailTags": [
            {"Name": "decision", "Value": "5e" * 16},
            {"Name": "campaign", "Value": "post-purchase"},
        ],
    }
    with Stubber(ses) as stub:
        stub.add_response("send_email", {"MessageId": "m-1"}, expected)

        assert SesMail(ses, "hello@example.com").send(MAIL) == Accepted("m-1")


@pytest.mark.parametrize("sender_id", ["", "NEEDLE"])
def test_a_text_is_promotional_and_names_its_sender_where_there_is_one(sender_id: str) -> None:
    sns = client("sns")
    attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Promotional"}}
    if sender_id:
        attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}
    expected = {"PhoneNumber": "+12025550123", "Message": "Hello", "MessageAttributes": attributes}
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "s-1"}, expected)

        assert SnsSms(sns, sender_id).send(TEXT) == Accepted("s-1")


def attributes_of(text: Envelope, sender: Callable[[Any], SnsSms]) -> dict[str, str]:
    """What SNS is told of a text."""
    sns, asked = client("sns"), dict[str, Any]()
    sns.meta.events.register("provide-client-params.sns.Publish", lambda params, **_: asked.update(params))
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "s-1"})
        sender(sns).send(text)
    return {name: said["StringValue"] for name, said in asked["MessageAttributes"].items()}


def test_a_text_about_the_customers_own_affair_is_transactional() -> None:
    told = attributes_of(replace(TEXT, transactional=True), SnsSms)

    assert told == {"AWS.SNS.SMS.SMSType": "Transactional"}


def test_a_text_has_a_cap_on_its_price_where_the_stack_has_one() -> None:
    told = attributes_of(TEXT, lambda sns: SnsSms(sns, max_price="0.20"))

    assert told["AWS.SNS.SMS.MaxPrice"] == "0.20"


@pytest.mark.parametrize(
    ("code", "status", "answer"),
    [
        ("OptedOut", 400, Rejected(Reason.OPTED_OUT, "OptedOut: because")),
        ("InvalidParameter", 400, Rejected(Reason.PROVIDER_REJECTED, "InvalidParameter: because")),
        ("AuthorizationError", 403, Rejected(Reason.PROVIDER_REJECTED, "AuthorizationError: because")),
        ("KMSDisabled", 400, Rejected(Reason.PROVIDER_REJECTED, "KMSDisabled: because")),
        ("Throttled", 429, NotTaken("Throttled: because")),
        ("KMSThrottling", 400, NotTaken("KMSThrottling: because")),
        ("InternalError", 500, NoAnswer("InternalError: because")),
    ],
)
def test_what_sns_says_of_a_text(code: str, status: int, answer: object) -> None:
    sns = client("sns")
    with Stubber(sns) as stub:
        stub.add_client_error("publish", code, "because", http_status_code=status)

        assert SnsSms(sns).send(TEXT) == answer


@pytest.mark.parametrize(
    ("code", "status"),
    [("MessageRejected", 400), ("MailFromDomainNotVerifiedException", 400), ("AccessDeniedException", 403)],
)
def test_a_refusal_is_definite(code: str, status: int) -> None:
    assert refused(code, status) == Rejected(Reason.PROVIDER_REJECTED, f"{code}: because")


@pytest.mark.parametrize(
    ("code", "status"),
    [("TooManyRequestsException", 429), ("LimitExceededException", 400), ("Throttling", 400), ("Slow", 429)],
)
def test_a_throttled_send_was_not_taken_and_comes_back(code: str, status: int) -> None:
    assert refused(code, status) == NotTaken(f"{code}: because")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("not verified: ana.o'neil+news@example.com, x", "not verified: <address>, x"),
        ("<ana@bücher.example> is not verified", "<<address>> is not verified"),
        ("Reason: +34600111222 is not valid", "Reason: <address> is not valid"),
    ],
)
def test_whom_a_provider_refused_is_not_kept(said: str, kept: str) -> None:
    ses = client("sesv2")
    with Stubber(ses) as stub:
        stub.add_client_error("send_email", "MessageRejected", said, http_status_code=400)

        assert SesMail(ses, "hello@example.com").send(MAIL) == Rejected(
            Reason.PROVIDER_REJECTED, f"MessageRejected: {kept}"
        )


@pytest.mark.parametrize("code", ["ExpiredTokenException", "InvalidSignatureException", "InvalidClientTokenId"])
def test_a_request_whose_signature_is_not_taken_comes_back(code: str) -> None:
    assert refused(code, 403) == NotTaken(f"{code}: because")


def test_a_failure_of_the_service_leaves_open_what_it_did() -> None:
    assert isinstance(refused("InternalFailure", 500), NoAnswer)
    assert isinstance(refused("ServiceUnavailable", 503), NoAnswer)


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (ReadTimeoutError(endpoint_url="x"), NoAnswer("ReadTimeoutError")),
        (ConnectionClosedError(endpoint_url="x"), NoAnswer("ConnectionClosedError")),
        (EndpointConnectionError(endpoint_url="x"), NotTaken("EndpointConnectionError")),
        (ConnectTimeoutError(endpoint_url="x"), NotTaken("ConnectTimeoutError")),
    ],
)
def test_only_a_connection_that_was_never_made_proves_that_nothing_left(fault: BotoCoreError, answer: object) -> None:
    def call() -> str:
        raise fault

    assert hand_over(call) == answer


def test_a_request_that_was_never_valid_is_refused() -> None:
    def call() -> str:
        raise ParamValidationError(report="no address")

    answer = hand_over(call)

    assert isinstance(answer, Rejected)
    assert answer.reason is Reason.PROVIDER_REJECTED


@pytest.mark.parametrize("service", ["sesv2", "sns"])
def test_clients_that_send_try_once(service: str) -> None:
    assert client(service).meta.config.retries["total_max_attempts"] == 1
