"""Every AWS call of `send` goes wrong, before and after; then its message is delivered ten times more."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tandem.adapters.live_item import Stoppable
from tandem.customer import Send
from tandem.errors import Unavailable
from tests.aws.one_session import quick_aws
from tests.aws.send_faults import Killed, hooked, raising_at
from tests.aws.send_world import ENVIRONMENT, World, delivered, mails, message_of, now_send, now_text, texts

# What ends before anything was counted: Powertools says so, and here it is meant.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")
PLACE = ("GetItem", "UpdateItem")  # of a worker that starts; later it is the second alone, for all of a call
COLD = ("GetSecretValue",)  # a worker that starts signs links
RESERVED = (*COLD, "GetObject", *PLACE, "TransactWriteItems", "BatchGetItem")
TOLD_OF = ("UpdateItem", "Publish")
SENDING = (*RESERVED, "SendEmail", *TOLD_OF)
BY_TEXT = (*RESERVED, "Publish", "UpdateItem", "Publish")  # the first to a phone, the second by the door
AT_ONCE = (*RESERVED, "UpdateItem", "Publish")  # it looks who was erased before it says so
LOOKED_AT = (*RESERVED, "UpdateItem", "Publish")
EXPIRED = (*COLD, "BatchGetItem", *TOLD_OF)
BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
TOLD = {"sent": "message_sent", "withdrawn": "message_refused", "stopped": "message_refused"}
TOLD |= {"opted_out": "message_refused", "expired": "send_expired"}


def each_of(calls: tuple[str, ...]) -> pytest.MarkDecorator:
    """The calls by their place."""
    return pytest.mark.parametrize("number", range(len(calls)), ids=calls)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        yield World.make()


def interrupted(world: World, send: Send, number: int, fault: BaseException, *, after: bool) -> None:
    """One delivery goes wrong, ten more follow, one of them when nobody can be at work any more."""
    with raising_at(fault, number, after=after) as made, suppress(Killed, Unavailable):
        delivered(message_of(send))  # a worker that cannot start fails as a whole, and all its messages come back
    assert len(made) > number, "there was no such call"
    for _ in range(9):
        delivered(message_of(send))
    world.wait(send)
    assert delivered(message_of(send)) == []


def news(world: World) -> set[tuple[str, str, str]]:
    """The events told: the same one again is one."""
    return {(event.type.value, event.event_id, event.identity) for event in world.told()}


def assert_told_as_the_row_says(world: World, send: Send) -> None:
    """One event, told as often as it may be; and none of a row that says nothing."""
    row, told = world.row(send), news(world)
    expected = TOLD.get(row.get("reason", row["status"]))
    assert [kind for kind, *_ in told] == ([expected] if expected else [])


@pytest.mark.kill_points("send", "single")
@BEFORE_AND_AFTER
@each_of(SENDING)
def test_a_mail_leaves_at_most_once_wherever_send_is_killed(world: World, number: int, after: bool) -> None:
    send = now_send()
    world.decided(send)

    interrupted(world, send, number, Killed(), after=after)

    # From the reservation to the record nobody can tell: shown, and never sent again.
    done = number + after
    reserved, handed_over = (SENDING.index(name) + 1 for name in ("TransactWriteItems", "SendEmail"))
    unknown = reserved <= done <= handed_over
    assert world.row(send)["status"] == ("reserved" if unknown else "sent")
    assert len(mails()) == (0 if reserved <= done < handed_over else 1)
    assert_told_as_the_row_says(world, send)


@pytest.mark.kill_points("send", "single")
@BEFORE_AND_AFTER
@each_of(BY_TEXT)
def test_a_text_leaves_at_most_once_wherever_send_is_killed(world: World, number: int, after: bool) -> None:
    send = now_text()
    world.decided(send)

    interrupted(world, send, number, Killed(), after=after)

    assert world.row(send)["status"] in {"sent", "reserved"}
    assert len(texts()) <= 1
    assert texts() or world.row(send)["status"] == "reserved"
    assert_told_as_the_row_says(world, send)


@pytest.mark.kill_points("send", "single")
@BEFORE_AND_AFTER
@each_of(AT_ONCE)
def test_an_opt_out_is_kept_wherever_send_is_killed(world: World, number: int, after: bool) -> None:
    send = now_send()
    world.decided(send, granted=False)

    interrupted(world, send, number, Killed(), after=after)

    assert (world.row(send)["status"], world.row(send)["reason"]) == ("refused", "opted_out")
    assert mails() == []
    assert_told_as_the_row_says(world, send)


@BEFORE_AND_AFTER
@each_of(LOOKED_AT)
@pytest.mark.parametrize("reason", ["withdrawn", "stopped"])
def test_what_the_second_look_finds_never_leaves_wherever_send_is_killed(
    world: World, reason: str, number: int, after: bool
) -> None:
    send = now_send()
    world.decided(send, withdrawn="ordered" if reason == "withdrawn" else "")
    if reason == "stopped":
        world.live().stop(Stoppable.EVERYTHING)

    interrupted(world, send, number, Killed(), after=after)

    assert world.row(send).get("reason", world.row(send)["status"]) in {reason, "reserved"}
    assert mails() == []
    assert_told_as_the_row_says(world, send)


@BEFORE_AND_AFTER
@each_of(EXPIRED)
def test_a_send_whose_time_has_passed_is_handed_back_wherever_send_is_killed(
    world: World, number: int, after: bool
) -> None:
    send = now_send(not_after=datetime.now(UTC) - timedelta(seconds=1))
    world.decided(send)

    interrupted(world, send, number, Killed(), after=after)

    assert world.row(send)["reason"] == "expired"
    assert_told_as_the_row_says(world, send)


@each_of(SENDING)
def test_a_service_that_is_not_reached_for_a_while_holds_up_a_mail_and_drops_none(world: World, number: int) -> None:
    send = now_send()
    world.decided(send)

    interrupted(world, send, number, EndpointConnectionError(endpoint_url="https://aws"), after=False)

    assert len(mails()) == 1
    assert world.row(send)["status"] == ("reserved" if SENDING[number:] == TOLD_OF else "sent")
    assert_told_as_the_row_says(world, send)


@each_of(SENDING)
def test_a_lost_answer_never_makes_two_mails_and_loses_no_news(world: World, number: int) -> None:
    send, operation = now_send(), SENDING[number]
    world.decided(send)

    interrupted(world, send, number, ReadTimeoutError(endpoint_url="https://aws"), after=True)

    assert len(mails()) == 1
    assert world.row(send)["status"] == ("unknown" if operation == "SendEmail" else "sent")
    assert_told_as_the_row_says(world, send)


@each_of(TOLD_OF)
@BEFORE_AND_AFTER
def test_a_message_comes_back_until_what_became_of_it_is_written_and_told(
    world: World, number: int, after: bool
) -> None:
    send = now_send()
    world.decided(send)

    with raising_at(ReadTimeoutError(endpoint_url="https://aws"), len(SENDING) - 2 + number, after=after):
        back = delivered(message_of(send))

    world.wait(send)
    assert back == ["0"]
    assert delivered(message_of(send)) == []


def test_nothing_is_handed_over_without_a_reserved_row(world: World) -> None:
    send, rows = now_send(), []
    world.decided(send)

    def look(**_: Any) -> None:
        rows.append(world.row(send)["status"])

    with hooked("before-call.sesv2.SendEmail", look):
        delivered(message_of(send))

    assert rows == ["reserved"]


def test_nothing_is_told_before_the_row_says_so(world: World) -> None:
    send, rows = now_send(), []
    world.decided(send)

    def look(**_: Any) -> None:
        rows.append(world.row(send)["status"])

    with hooked("before-call.sns.Publish", look):
        delivered(message_of(send))

    assert rows == ["sent"]


@pytest.mark.parametrize(
    ("calls", "state"),
    [(SENDING, {}), (AT_ONCE, {"granted": False}), (LOOKED_AT, {"withdrawn": "ordered"})],
)
def test_these_are_all_the_calls_there_are(world: World, calls: tuple[str, ...], state: Mapping[str, Any]) -> None:
    send, made = now_send(), []
    world.decided(send, **state)

    with hooked("before-call", lambda model, **_: made.append(model.name)):
        delivered(message_of(send))

    assert tuple(made) == calls


def test_the_messages_of_a_call_take_their_places_by_one_call_of_aws(world: World) -> None:
    sends, made = [now_send(id=f"{number}e" * 16, customer_id=f"c-{number}") for number in range(5)], []
    for each in sends:
        world.decided(each)

    with hooked("before-call", lambda model, **_: made.append(model.name)):
        delivered(*map(message_of, sends))

    each_alone = SENDING[SENDING.index("TransactWriteItems") :]
    assert made == [*COLD, "GetObject", *PLACE, *(each_alone * 5)]
