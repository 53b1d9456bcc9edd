from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from tests.aws.send_world import ENVIRONMENT, World, delivered, mails, message_of
from tests.unit.sending.builders import a_send


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield World.make()


def now_send(**changes):
    now = datetime.now(UTC)
    return a_send(not_before=now - timedelta(minutes=1), not_after=now + timedelta(hours=1), **changes)


def test_a_send_leaves_as_one_mail_and_its_row_holds_the_providers_id(world: World) -> None:
    send = now_send()
    world.decided(send)

    back = delivered(message_of(send))

    assert back == []
    (mail,) = mails()
    assert mail["To"] == "ana@example.com"
    assert world.row(send)["status"] == "sent"
    assert world.row(send)["provider_id"]
