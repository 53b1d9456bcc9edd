"""`tandem breaker list|close` against moto, and where else an open breaker is told of."""

from collections.abc import Mapping

import boto3
import pytest

from infra.cli.session import Session
from infra.cli.stack import Stack
from tandem.adapters.breakers import LiveBreakers
from tandem.adapters.playbook_table import LiveTable
from tandem.customer import Channel
from tests.aws.cli_world import Client
from tests.aws.cli_world import session as shops_session
from tests.aws.shop_world import Shop
from tests.builders import HOUR, NOON
from tests.unit.cli.typed import Typed, on, typed

HEALTHY = {"get_account": {"SendQuota": {"MaxSendRate": 14, "Max24HourSend": 50_000}, "SendingEnabled": True}}
PAUSED = {"get_account": {"SendQuota": {"MaxSendRate": 14, "Max24HourSend": 50_000}, "SendingEnabled": False}}


@pytest.fixture
def breakers(aws: None) -> LiveBreakers:
    """None is open."""
    boto3.client("dynamodb").create_table(
        TableName="playbooks",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return breakers_of_the_stack()


def breakers_of_the_stack() -> LiveBreakers:
    return LiveBreakers(LiveTable(boto3.client("dynamodb"), "playbooks", lambda: NOON))


def session(account: Mapping[str, object] = HEALTHY) -> Session:
    return on(lambda name: Client(name, account), Stack("tandem", {"PlaybooksTableName": "playbooks"}), NOON + HOUR)


def breaker(*words: str, account: Mapping[str, object] = HEALTHY) -> Typed:
    return typed("breaker", *words, session=session(account))


@pytest.mark.parametrize("words", [(), ("list",)])
def test_an_open_breaker_is_listed_with_since_when_and_why(breakers: LiveBreakers, words: tuple[str, ...]) -> None:
    breakers.open(Channel.EMAIL, "4.20% of the mails bounce")

    answer = breaker(*words)

    assert answer.code == 0
    for said in ("email", "20 Nov 2026 12:00 UTC", "4.20% of the mails bounce", "tandem breaker close email"):
        assert said in answer.out


def test_nothing_is_listed_where_none_is_open(breakers: LiveBreakers) -> None:
    assert "No breaker is open." in breaker().out


def test_closing_lets_the_channel_go_on_and_says_what_to_look_at(breakers: LiveBreakers) -> None:
    breakers.open(Channel.EMAIL, "sending is paused")

    answer = breaker("close", "email")

    assert (answer.code, breakers.open_ones()) == (0, {})
    assert breakers.closed_at(Channel.EMAIL) == NOON + HOUR
    for said in ("is closed", "aws sesv2 get-account", "For 1 day the rates"):
        assert said in answer.out


def test_closing_says_so_where_the_provider_takes_nothing_still(breakers: LiveBreakers) -> None:
    breakers.open(Channel.EMAIL, "sending is paused")

    assert "It will open again: sending is paused" in breaker("close", "email", account=PAUSED).out


def test_closing_what_is_not_open_changes_nothing(breakers: LiveBreakers) -> None:
    assert "The breaker of sms is not open." in breaker("close", "sms").out
    assert breakers.closed_at(Channel.SMS) is None


def test_a_channel_that_is_none_is_refused_with_a_guess(breakers: LiveBreakers) -> None:
    answer = breaker("close", "emial")

    assert answer.code == 2
    assert "there is no channel emial; did you mean email?" in answer.err


def test_doctor_names_an_open_breaker_and_the_command_that_closes_it(shop: Shop) -> None:
    breakers_of_the_stack().open(Channel.EMAIL, "sending is paused")

    answer = typed("doctor", session=shops_session())

    assert answer.code == 1
    assert "✗ stops          stopped: channel email by its breaker (sending is paused)" in answer.out
    assert "tandem breaker close email" in answer.out


def test_resuming_a_channel_does_not_close_its_breaker(shop: Shop) -> None:
    breakers_of_the_stack().open(Channel.EMAIL, "sending is paused")

    answer = typed("playbook", "resume", "channel", "email", session=shops_session())

    assert answer.code == 2
    assert "its breaker is open" in answer.err
    assert "tandem breaker close email" in answer.err
