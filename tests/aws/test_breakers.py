"""Breakers: one contract over the table and its twin, who watches them, and what SES says of an account."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import boto3
import pytest
from botocore.stub import ANY, Stubber

from tandem.adapters.aws import PATIENT
from tandem.adapters.breakers import LiveBreakers, read_opened
from tandem.adapters.live_item import Stoppable
from tandem.adapters.memory_sending import MemoryBreakers
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.ses_account import SesAccount, SesStanding
from tandem.customer import Channel
from tandem.errors import Unavailable
from tandem.sending.pacing import Account
from tandem.sending.reputation import Standing, WatchedBreakers, verdict, watch
from tests.aws.one_session import quick_aws
from tests.unit.sending.builders import NOW

HOUR = timedelta(hours=1)
BOUNCING = Standing(bounces=0.041)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


class Side(WatchedBreakers, Protocol):
    def close(self, channel: Channel) -> bool: ...


@dataclass
class Memory(MemoryBreakers):
    """The twin, closed now."""

    clock: Callable[[], datetime] = lambda: NOW

    def close(self, channel: Channel, at: datetime | None = None) -> bool:
        return super().close(channel, at or self.clock())


@dataclass
class Told:
    """A provider that says so."""

    standing: Standing

    def read(self, now: datetime) -> Standing:
        return self.standing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Side]:
    if request.param == "memory":
        yield Memory(clock=clock)
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with quick_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="playbooks",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield LiveBreakers(LiveTable(client, "playbooks", clock))


def whys(side: Side) -> dict[str, str]:
    return {channel: read_opened(text).why for channel, text in side.open_ones().items()}


def test_a_breaker_is_opened_once_and_keeps_its_first_reason(side: Side) -> None:
    side.open(Channel.EMAIL, "sending is paused")
    side.open(Channel.EMAIL, "too many bounces")

    assert whys(side) == {"email": "sending is paused"}


def test_one_that_is_closed_can_open_again(side: Side) -> None:
    side.open(Channel.EMAIL, "sending is paused")

    assert (side.close(Channel.EMAIL), side.close(Channel.EMAIL)) == (True, False)
    side.open(Channel.EMAIL, "too many bounces")

    assert whys(side) == {"email": "too many bounces"}


def test_when_one_was_closed_is_kept_by_channel(side: Side, clock: Clock) -> None:
    assert side.closed_at(Channel.EMAIL) is None
    side.close(Channel.EMAIL)
    clock.now += HOUR
    side.close(Channel.EMAIL)

    assert (side.closed_at(Channel.EMAIL), side.closed_at(Channel.SMS)) == (NOW + HOUR, None)


def test_since_when_a_breaker_is_open_is_kept_with_its_reason(side: Side) -> None:
    side.open(Channel.EMAIL, "sending is paused")

    [text] = side.open_ones().values()
    assert isinstance(side, Memory) or read_opened(text).since == NOW


def test_resuming_a_channel_closes_no_breaker(side: Side) -> None:
    side.open(Channel.EMAIL, "sending is paused")

    if isinstance(side, LiveBreakers):
        side.live.resume(Stoppable.CHANNEL, "email")

    assert [*side.open_ones()] == ["email"]


def test_who_watches_opens_the_breaker_of_a_channel_whose_mails_bounce(side: Side) -> None:
    opened = watch({Channel.EMAIL: Told(BOUNCING)}, side, NOW)

    assert [*opened] == [*side.open_ones()] == ["email"]
    assert "4.10% of the mails bounce" in whys(side)["email"]


def test_who_closes_a_breaker_answers_for_the_rates_for_a_day(side: Side, clock: Clock) -> None:
    side.close(Channel.EMAIL)

    assert watch({Channel.EMAIL: Told(BOUNCING)}, side, NOW + 23 * HOUR) == {}
    assert [*watch({Channel.EMAIL: Told(BOUNCING)}, side, NOW + 24 * HOUR)] == ["email"]


def test_a_provider_that_takes_nothing_opens_it_also_on_that_day(side: Side) -> None:
    side.close(Channel.EMAIL)

    assert [*watch({Channel.EMAIL: Told(Standing("paused"))}, side, NOW)] == ["email"]


def test_a_breaker_that_is_open_asks_nobody(side: Side) -> None:
    class Never:
        def read(self, now: datetime) -> Standing:
            raise AssertionError

    side.open(Channel.EMAIL, "sending is paused")

    assert [*watch({Channel.EMAIL: Never()}, side, NOW)] == ["email"]


@pytest.mark.parametrize(
    ("standing", "opens"),
    [
        (Standing(), False),
        (Standing(bounces=0.04, complaints=0.0008), False),
        (Standing(bounces=0.0401), True),
        (Standing(complaints=0.00081), True),
        (Standing("sending is paused"), True),
    ],
)
def test_a_breaker_opens_before_the_provider_reviews_the_account(standing: Standing, opens: bool) -> None:
    assert bool(verdict(standing, spared=False)) is opens


def client(service: str) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name="us-east-1", config=PATIENT, **keys)  # type: ignore[call-overload]


QUOTA = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 120.0}
PAUSED = "sending is paused for this SES account"
SHUT = "SES has shut this account down (EnforcementStatus SHUTDOWN)"


@pytest.mark.parametrize(
    ("said", "account"),
    [
        ({"SendQuota": QUOTA, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}, Account(14, 50_000, 120)),
        ({"SendQuota": QUOTA, "SendingEnabled": True, "EnforcementStatus": "PROBATION"}, Account(14, 50_000, 120)),
        ({"SendQuota": {**QUOTA, "Max24HourSend": -1.0}, "SendingEnabled": True}, Account(14, None, 120)),
        ({"SendQuota": QUOTA, "SendingEnabled": False}, Account(14, 50_000, 120, PAUSED)),
        ({"SendQuota": QUOTA, "EnforcementStatus": "SHUTDOWN"}, Account(14, 50_000, 120, SHUT)),
    ],
)
def test_an_account_is_what_ses_says_of_it(said: dict[str, Any], account: Account) -> None:
    ses = client("sesv2")
    with Stubber(ses) as stub:
        stub.add_response("get_account", said, {})

        assert SesAccount(ses).read() == account


def test_an_account_that_cannot_be_read_is_a_passing_fault() -> None:
    ses = client("sesv2")
    with Stubber(ses) as stub:
        stub.add_client_error("get_account", "AccessDeniedException", "no", 403)

        with pytest.raises(Unavailable):
            SesAccount(ses).read()


@pytest.mark.parametrize(("values", "expected"), [([0.05, 0.01], 0.05), ([], None)])
def test_the_standing_is_the_latest_of_what_was_measured(values: list[float], expected: float | None) -> None:
    ses, cloudwatch = client("sesv2"), client("cloudwatch")
    measured = {"Id": "bounces", "Values": values, "Timestamps": [NOW] * len(values)}
    answer = {"MetricDataResults": [measured, {"Id": "complaints", "Values": []}]}
    asked = {"MetricDataQueries": ANY, "StartTime": NOW - 24 * HOUR, "EndTime": NOW, "ScanBy": "TimestampDescending"}
    with Stubber(ses) as account, Stubber(cloudwatch) as metrics:
        account.add_response("get_account", {"SendQuota": QUOTA, "SendingEnabled": True}, {})
        metrics.add_response("get_metric_data", answer, asked)

        assert SesStanding(SesAccount(ses), cloudwatch).read(NOW) == Standing("", expected, None)
