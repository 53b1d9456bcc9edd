"""Pushes on moto: phones that are there, and phones that are not."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto.sns.models import sns_backends

from functions.send.app import desk
from tandem.adapters.provider_answer import ONCE
from tandem.adapters.sns_push import SnsPush
from tandem.customer import Channel
from tandem.sending import Accepted, Envelope, Halted, NoAnswer, Reason, Rejected
from tests.aws.send_world import ACCOUNT, ENVIRONMENT, REGION, World, delivered, message_of, now_send

BODY = '{"default":"Hello"}'


@pytest.fixture
def sns(aws: None) -> Any:
    return boto3.client("sns", config=ONCE)


@pytest.fixture
def endpoint(sns: Any) -> str:
    app = sns.create_platform_application(Name="shop", Platform="GCM", Attributes={})["PlatformApplicationArn"]
    arn: str = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="ana")["EndpointArn"]
    return arn


def a_push(endpoint: str) -> Envelope:
    return Envelope("5e" * 16, "thanks", Channel.PUSH, endpoint, BODY, lives_for=timedelta(minutes=20))


def endpoints() -> list[str]:
    return list(sns_backends[ACCOUNT][REGION].platform_endpoints)


def test_a_push_is_shown_on_the_phone_that_is_there(sns: Any, endpoint: str) -> None:
    assert isinstance(SnsPush(sns).send(a_push(endpoint)), Accepted)
    assert list(sns_backends[ACCOUNT][REGION].platform_endpoints[endpoint].messages.values()) == [BODY]


def test_a_push_that_comes_too_late_for_its_phone_is_dropped_by_the_phones_service() -> None:
    sns = boto3.client("sns", REGION, config=ONCE, aws_access_key_id="testing", aws_secret_access_key="testing")
    seconds = {"DataType": "String", "StringValue": "1200"}
    expected = {
        "TargetArn": "arn",
        "MessageStructure": "json",
        "Message": BODY,
        "MessageAttributes": {f"AWS.SNS.MOBILE.{each}.TTL": seconds for each in ("APNS", "APNS_SANDBOX", "FCM")},
    }
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "p-1"}, expected)

        assert SnsPush(sns).send(a_push("arn")) == Accepted("p-1")


def disabled(sns: Any, endpoint: str) -> None:
    sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})


def deleted(sns: Any, endpoint: str) -> None:
    sns.delete_endpoint(EndpointArn=endpoint)


@pytest.mark.parametrize("happens", [disabled, deleted])
def test_a_phone_that_is_not_there_any_more_is_refused_as_dead_and_its_endpoint_removed(
    sns: Any, endpoint: str, happens: Callable[[Any, str], None]
) -> None:
    happens(sns, endpoint)

    answer = SnsPush(sns).send(a_push(endpoint))

    assert isinstance(answer, Rejected)
    assert answer.reason is Reason.ENDPOINT_DEAD
    assert endpoints() == []


def answered(*answers: tuple[str, str]) -> Any:
    """What comes of a push to which SNS answers these errors, by call; a call without one is well."""
    sns = boto3.client("sns", REGION, config=ONCE, aws_access_key_id="testing", aws_secret_access_key="testing")
    with Stubber(sns) as stub:
        for call, code in answers:
            if code:
                stub.add_client_error(call, code, "because", http_status_code=503 if code == "InternalError" else 400)
            else:
                stub.add_response(call, {})
        answer = SnsPush(sns).send(a_push("arn"))
        stub.assert_no_pending_responses()
    return answer


def test_an_invalid_parameter_is_a_dead_endpoint_only_if_sns_does_not_know_it() -> None:
    gone = answered(("publish", "InvalidParameter"), ("get_endpoint_attributes", "NotFound"), ("delete_endpoint", ""))
    there = answered(("publish", "InvalidParameter"), ("get_endpoint_attributes", ""))
    untold = answered(("publish", "InvalidParameter"), ("get_endpoint_attributes", "InternalError"))

    assert gone.reason is Reason.ENDPOINT_DEAD
    assert there == untold == Rejected(Reason.PROVIDER_REJECTED, "InvalidParameter: because")


def test_an_endpoint_that_cannot_be_removed_is_dead_all_the_same() -> None:
    answer = answered(("publish", "EndpointDisabled"), ("delete_endpoint", "InternalError"))

    assert answer == Rejected(Reason.ENDPOINT_DEAD, "EndpointDisabled: because")


def test_an_app_without_valid_credentials_halts_its_channel() -> None:
    assert answered(("publish", "PlatformApplicationDisabled")) == Halted("PlatformApplicationDisabled: because")
    assert isinstance(answered(("publish", "InternalError")), NoAnswer)


def test_send_pushes_tells_of_a_dead_endpoint_and_reserves_nothing_more_for_it(
    sns: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ENVIRONMENT, "PUSH_ENDPOINTS": "arn:aws:sns:*"}.items():
        monkeypatch.setenv(name, value)
    world = World.make()
    first, second, third = [now_send(id=letter * 32, channel=Channel.PUSH, address=endpoint) for letter in "abc"]
    world.decided(first)
    assert delivered(message_of(first)) == []
    [shown] = sns_backends[ACCOUNT][REGION].platform_endpoints[endpoint].messages.values()

    disabled(sns, endpoint)
    world.decided(second)
    assert delivered(message_of(second), message_of(second)) == []
    world.decided(third)
    assert delivered(message_of(third)) == []

    assert json.loads(shown)["default"] == "Your order o-1 is on its way"
    assert [world.row(each).get("reason", "") for each in (first, second, third)] == ["", "endpoint_dead", "suppressed"]
    assert [event.type for event in world.told() if event.type == "message_bounced"] == ["message_bounced"] * 2
    assert endpoints() == []
    desk.cache_clear()


def test_without_an_app_or_a_webhook_their_messages_are_refused_with_what_lacks(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    world = World.make()
    endpoint = f"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/GCM/shop/5e3e9847"
    push = now_send(id="a" * 32, channel=Channel.PUSH, address=endpoint)
    hook = now_send(id="b" * 32, channel=Channel.WEBHOOK, address="c-1")
    for send in (push, hook):
        world.decided(send)
        assert delivered(message_of(send)) == []

    assert [world.row(each)["reason"] for each in (push, hook)] == ["not_deliverable"] * 2
    assert "PushEndpoints" in world.row(push)["detail"]
    assert "WebhookUrl" in world.row(hook)["detail"]
    desk.cache_clear()
