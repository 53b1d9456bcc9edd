"""Every way out does the same: it tries once, says what it knows, and raises nothing."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from botocore.config import Config

from tandem.adapters.https_post import HttpsPost
from tandem.adapters.memory_sending import MemoryProvider
from tandem.adapters.provider_answer import ONCE
from tandem.adapters.ses import SesMail
from tandem.adapters.sns_push import SnsPush
from tandem.adapters.sns_sms import SnsSms
from tandem.adapters.webhook import Webhook
from tandem.customer import Channel
from tandem.sending import Abilities, Accepted, Answer, Envelope, NoAnswer, NotTaken, Provider, Reason, Rejected
from tandem.sending.settle import ABILITIES
from tests.aws.receiver import Behaviour, Said, certificate, closed_port, receiving
from tests.unit.sending.builders import NOW

HOST = "hooks.example.com"
ENDPOINT = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"
NOTHING = Abilities()


def an_envelope(channel: Channel) -> Envelope:
    addresses = {Channel.EMAIL: "ana@example.com", Channel.SMS: "+12025550123", Channel.PUSH: ENDPOINT}
    body = b"To: ana@example.com\r\n\r\n" if channel is Channel.EMAIL else '{"default":"Hello"}'
    return Envelope("5e" * 16, "thanks", channel, addresses.get(channel, "c-1"), body, lives_for=timedelta(hours=1))


def of_ses(status: int, code: str = "") -> Said:
    body = f'{{"message":"because","__type":"{code}"}}' if code else '{"MessageId":"m-1"}'
    return Said(status, body.encode(), {"Content-Type": "application/json", "X-Amzn-ErrorType": code})


def of_sns(status: int, code: str = "") -> Said:
    named = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"'
    good = f"<PublishResponse {named}><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>"
    said = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>because</Message></Error>"
    body = f"<ErrorResponse {named}>{said}<RequestId>r</RequestId></ErrorResponse>" if code else good
    return Said(status, body.encode(), {"Content-Type": "text/xml"})


@dataclass(frozen=True)
class Side:
    """A provider, the port at which its service is to be found, and the service's words."""

    channel: Channel
    make: Callable[[int], Provider]
    accepts: Said
    throttles: Said
    refuses: Said
    fails: Said
    abilities: Abilities
    tls: ssl.SSLContext | None = None


def aws(service: str, port: int) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    config = ONCE.merge(Config(read_timeout=0.3))
    endpoint = f"http://127.0.0.1:{port}"
    return boto3.client(service, region_name="us-east-1", endpoint_url=endpoint, config=config, **keys)  # type: ignore[call-overload]


def email(_: Path) -> Side:
    return Side(
        Channel.EMAIL,
        lambda port: SesMail(aws("sesv2", port), "hello@example.com", "tandem"),
        of_ses(200),
        of_ses(429, "TooManyRequestsException"),
        of_ses(400, "MessageRejected"),
        of_ses(500, "InternalFailure"),
        Abilities(settles=True),
    )


def sms(_: Path) -> Side:
    throttled, refused, failed = of_sns(400, "Throttled"), of_sns(400, "InvalidParameter"), of_sns(500, "InternalError")
    return Side(Channel.SMS, lambda port: SnsSms(aws("sns", port)), of_sns(200), throttled, refused, failed, NOTHING)


def push(_: Path) -> Side:
    throttled, failed = of_sns(400, "KMSThrottling"), of_sns(503, "InternalError")
    refused = of_sns(403, "AuthorizationError")
    return Side(Channel.PUSH, lambda port: SnsPush(aws("sns", port)), of_sns(200), throttled, refused, failed, NOTHING)


def webhook(folder: Path) -> Side:
    pem = certificate(folder, HOST)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(pem))
    server.load_cert_chain(pem)

    def make(port: int) -> Webhook:
        post = HttpsPost(lambda _: [("127.0.0.1", port)], lambda _: True, client, read_seconds=0.3)
        return Webhook(f"https://{HOST}/messages", lambda: b"k" * 32, lambda: NOW, post)

    idempotent = Abilities(idempotent=True)
    return Side(Channel.WEBHOOK, make, Said(202), Said(429), Said(422, b"no"), Said(500), idempotent, server)


def memory(_: Path) -> Side:
    """The twin has no wire: it is told what the service says."""
    return Side(Channel.EMAIL, lambda _: MemoryProvider(), Said(0), Said(1), Said(2), Said(3), NOTHING)


@pytest.fixture(params=[email, sms, push, webhook, memory], ids=lambda make: make.__name__)
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    found: Side = request.param(tmp_path)
    return found


@contextmanager
def service(side: Side, says: Said | Behaviour) -> Iterator[tuple[Provider, Callable[[], int]]]:
    """The provider, and how many requests have come to its service."""
    if isinstance(side.make(0), MemoryProvider):
        yield memory_twin(says)
        return
    with receiving(says, side.tls) as receiver:
        yield side.make(receiver.port), lambda: len(receiver.received)


def memory_twin(says: Said | Behaviour) -> tuple[Provider, Callable[[], int]]:
    answers: dict[object, Answer] = {1: NotTaken("throttled"), 2: Rejected(Reason.PROVIDER_REJECTED, "no")}
    asked: list[Envelope] = []

    def answer(envelope: Envelope) -> Answer | None:
        asked.append(envelope)
        status = says.status if isinstance(says, Said) else says
        return None if status == 0 else answers.get(status, NoAnswer("lost"))

    return MemoryProvider(answers=answer), lambda: len(asked)


def test_what_is_accepted_has_an_id(side: Side) -> None:
    with service(side, side.accepts) as (provider, requests):
        answer = provider.send(an_envelope(side.channel))

        assert isinstance(answer, Accepted)
        assert answer.provider_id
        assert requests() == 1


def test_what_is_throttled_was_not_taken_and_is_not_tried_again_at_once(side: Side) -> None:
    with service(side, side.throttles) as (provider, requests):
        assert isinstance(provider.send(an_envelope(side.channel)), NotTaken)
        assert requests() == 1


def test_a_refusal_is_definite_and_says_why(side: Side) -> None:
    with service(side, side.refuses) as (provider, requests):
        answer = provider.send(an_envelope(side.channel))

        assert isinstance(answer, Rejected)
        assert answer.reason is Reason.PROVIDER_REJECTED
        assert answer.detail
        assert requests() == 1


@pytest.mark.parametrize("how", ["fails", "resets", "is silent"])
def test_of_a_lost_answer_nobody_knows_and_it_is_asked_for_once(side: Side, how: Behaviour | Literal["fails"]) -> None:
    with service(side, side.fails if how == "fails" else how) as (provider, requests):
        assert isinstance(provider.send(an_envelope(side.channel)), NoAnswer)
        assert requests() == 1


def test_without_a_connection_nothing_has_left(side: Side) -> None:
    if isinstance(side.make(0), MemoryProvider):
        pytest.skip("the twin has no wire")

    assert isinstance(side.make(closed_port()).send(an_envelope(side.channel)), NotTaken)


def test_words_that_make_no_sense_are_no_answer_and_no_exception(side: Side) -> None:
    with service(side, Said(200, b"<html>", {"Content-Type": "text/html"})) as (provider, _):
        answer = provider.send(an_envelope(side.channel))

        assert isinstance(answer, Accepted if side.channel is Channel.WEBHOOK else NoAnswer)


def test_what_a_provider_can_do_about_a_lost_answer_is_what_it_says(side: Side) -> None:
    assert side.make(0).abilities == side.abilities


@pytest.mark.parametrize("make", [email, sms, push, webhook])
def test_settle_believes_of_a_provider_what_it_says(make: Callable[[Path], Side], tmp_path: Path) -> None:
    side = make(tmp_path)

    assert ABILITIES[side.channel] == side.abilities


def test_an_account_without_a_configuration_set_hears_nothing_and_settles_nothing() -> None:
    assert SesMail(aws("sesv2", 1), "hello@example.com").abilities == NOTHING
