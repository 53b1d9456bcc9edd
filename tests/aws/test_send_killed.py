"""Every AWS call of `send` goes wrong, before and after; then its message is delivered ten times more."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from moto import mock_aws

from tandem.customer import Send
from tests.aws.send_faults import Killed, hooked, raising
from tests.aws.send_world import ENVIRONMENT, World, delivered, mails, message_of, now_send, now_text, texts

SENDING = ("GetObject", "TransactWriteItems", "GetItem", "SendEmail", "UpdateItem")
BY_TEXT = ("GetObject", "TransactWriteItems", "GetItem", "Publish", "UpdateItem")
OPTED_OUT = ("GetObject", "TransactWriteItems", "PutItem")
WITHDRAWN = ("GetObject", "TransactWriteItems", "GetItem", "UpdateItem")
BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield World.make()


def interrupted(send: Send, operation: str, fault: BaseException, *, after: bool) -> None:
    """One delivery goes wrong, ten more follow."""
    with raising(fault, operation, after=after), suppress(Killed):
        delivered(message_of(send))
    for _ in range(10):
        delivered(message_of(send))


@pytest.mark.parametrize(
    ("operation", "after", "status", "left"),
    [
        ("GetObject", False, "sent", 1),
        ("GetObject", True, "sent", 1),
        ("TransactWriteItems", False, "sent", 1),
        # From the reservation to the record nobody can tell: shown, and never sent again.
        ("TransactWriteItems", True, "reserved", 0),
        ("GetItem", False, "reserved", 0),
        ("GetItem", True, "reserved", 0),
        ("SendEmail", False, "reserved", 0),
        ("SendEmail", True, "reserved", 1),
        ("UpdateItem", False, "reserved", 1),
        ("UpdateItem", True, "sent", 1),
    ],
)
def test_a_mail_leaves_at_most_once_wherever_send_is_killed(
    world: World, operation: str, after: bool, status: str, left: int
) -> None:
    send = now_send()
    world.decided(send)

    interrupted(send, operation, Killed(), after=after)

    assert (world.row(send)["status"], len(mails())) == (status, left)


@BEFORE_AND_AFTER
@pytest.mark.parametrize("operation", BY_TEXT)
def test_a_text_leaves_at_most_once_wherever_send_is_killed(world: World, operation: str, after: bool) -> None:
    send = now_text()
    world.decided(send)

    interrupted(send, operation, Killed(), after=after)

    assert world.row(send)["status"] in {"sent", "reserved"}
    assert len(texts()) <= 1
    assert texts() or world.row(send)["status"] == "reserved"


@BEFORE_AND_AFTER
@pytest.mark.parametrize("operation", OPTED_OUT)
def test_an_opt_out_is_kept_wherever_send_is_killed(world: World, operation: str, after: bool) -> None:
    send = now_send()
    world.decided(send, granted=False)

    interrupted(send, operation, Killed(), after=after)

    assert (world.row(send)["status"], world.row(send)["reason"]) == ("refused", "opted_out")
    assert mails() == []


@BEFORE_AND_AFTER
@pytest.mark.parametrize("operation", WITHDRAWN)
def test_a_withdrawn_send_never_leaves_wherever_send_is_killed(world: World, operation: str, after: bool) -> None:
    send = now_send()
    world.decided(send, withdrawn="ordered")

    interrupted(send, operation, Killed(), after=after)

    assert world.row(send)["status"] in {"refused", "reserved"}
    assert mails() == []


@pytest.mark.parametrize("operation", SENDING)
def test_a_service_that_is_not_reached_for_a_while_holds_up_a_mail_and_drops_none(world: World, operation: str) -> None:
    send = now_send()
    world.decided(send)

    interrupted(send, operation, EndpointConnectionError(endpoint_url="https://aws"), after=False)

    assert len(mails()) == 1
    assert world.row(send)["status"] == ("reserved" if operation == "UpdateItem" else "sent")


@pytest.mark.parametrize("operation", SENDING)
def test_a_lost_answer_never_makes_two_mails(world: World, operation: str) -> None:
    send = now_send()
    world.decided(send)

    interrupted(send, operation, ReadTimeoutError(endpoint_url="https://aws"), after=True)

    assert len(mails()) == (0 if operation == "TransactWriteItems" else 1)
    assert world.row(send)["status"] == ("reserved" if operation in {"TransactWriteItems", "SendEmail"} else "sent")


def test_nothing_is_handed_over_without_a_reserved_row(world: World) -> None:
    send, rows = now_send(), []
    world.decided(send)

    def look(**_: Any) -> None:
        rows.append(world.row(send)["status"])

    with hooked("before-call.sesv2.SendEmail", look):
        delivered(message_of(send))

    assert rows == ["reserved"]


@pytest.mark.parametrize(
    ("calls", "state"),
    [(SENDING, {}), (OPTED_OUT, {"granted": False}), (WITHDRAWN, {"withdrawn": "ordered"})],
)
def test_these_are_all_the_calls_there_are(world: World, calls: tuple[str, ...], state: dict[str, Any]) -> None:
    send, made = now_send(), []
    world.decided(send, **state)

    with hooked("before-call", lambda model, **_: made.append(model.name)):
        delivered(message_of(send))

    assert tuple(made) == calls
