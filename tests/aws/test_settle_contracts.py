"""The ledger's open rows, by index and in memory: the same promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_sending import MemoryConsents, MemoryLedger
from tandem.adapters.memory_settling import MemorySends, MemoryUnsettled
from tandem.adapters.sends_queue import SendsQueue
from tandem.adapters.unsettled_table import UnsettledTable
from tandem.customer import Channel, Delivery, Send, read_send
from tandem.sending import Found, Ledger, Reason, Refused, Sent, Status
from tandem.sending.settle import Sends, Unsettled
from tandem.sending.settling import Open
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT, World
from tests.unit.sending.builders import NOW, a_send, a_word

LATER = NOW + timedelta(minutes=5)
LAST = NOW + timedelta(hours=1)
HOOK = a_send(channel=Channel.WEBHOOK, address="c-1")


@dataclass
class Side:
    """One implementation of every port."""

    ledger: Ledger
    rows: Unsettled
    sends: Sends

    def reserved(self, **changes: Any) -> Open:
        """The row of a send, as it is read right after its reservation."""
        assert self.ledger.reserve(a_send(**changes), NOW) is None
        return self.only()

    def only(self) -> Open:
        [row] = self.rows.open()
        return row


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    if request.param == "memory":
        consents = MemoryConsents()
        for send in (a_send(), HOOK):
            consents.set_consent(a_word(send))
        ledger = MemoryLedger(consents)
        yield Side(ledger, MemoryUnsettled(ledger), MemorySends())
        return
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        dynamodb, sqs = World.make().dynamodb, boto3.client("sqs")
        for send in (a_send(), HOOK):
            ConsentTable(dynamodb, "consents").set_consent(a_word(send))
        url = sqs.create_queue(QueueName="sends")["QueueUrl"]
        yield Side(
            LedgerTable(dynamodb, "ledger", "consents"), UnsettledTable(dynamodb, "ledger"), SendsQueue(sqs, url)
        )


@pytest.mark.parametrize("delivery", list(Delivery))
def test_what_is_reserved_is_open_with_all_that_decides_about_it(side: Side, delivery: Delivery) -> None:
    send = a_send(delivery=delivery)

    assert side.reserved(delivery=delivery) == Open(
        send_id=send.id,
        customer_id="c-1",
        campaign="post-purchase",
        channel=send.channel,
        delivery=delivery,
        status=Status.RESERVED,
        reserved_at=NOW,
        not_after=send.not_after,
        send=send if delivery is Delivery.AT_LEAST_ONCE else None,
    )


def test_what_a_copy_does_no_harm_to_is_kept_whole(side: Side) -> None:
    side.ledger.reserve(HOOK, NOW)

    assert side.only().send == HOOK


def test_every_open_row_is_found_once_whatever_its_id(side: Side) -> None:
    ids = [f"{digit}{number}" + "0" * 30 for digit in "0123456789abcdef" for number in range(2)]
    for each in ids:
        side.ledger.reserve(a_send(id=each), NOW)

    assert sorted(row.send_id for row in side.rows.open()) == sorted(ids)


def test_what_is_settled_is_open_no_longer(side: Side) -> None:
    side.reserved()

    side.ledger.finish(a_send(), Sent("p-1"), LATER)

    assert list(side.rows.open()) == []


def test_what_is_doubted_is_unknown_and_open(side: Side) -> None:
    assert side.rows.doubt(side.reserved(), LATER)

    row = side.only()
    assert (row.status, row.reserved_at, row.unknown_at) == (Status.UNKNOWN, NOW, LATER)
    assert side.ledger.reserve(a_send(), LAST) == Found(Status.UNKNOWN, LATER)


def test_what_is_tried_again_may_be_reserved_once_more_and_that_is_counted(side: Side) -> None:
    side.rows.doubt(side.reserved(), LATER)

    assert side.rows.again(side.only(), LAST)

    assert (side.only().status, side.only().again_at) == (Status.AGAIN, LAST)
    assert side.ledger.reserve(a_send(), LAST) is None
    assert (side.only().status, side.only().reserved_at, side.only().attempts) == (Status.RESERVED, LAST, 2)


def test_an_attempt_that_was_taken_back_is_not_counted(side: Side) -> None:
    side.rows.doubt(side.reserved(), LATER)
    side.rows.again(side.only(), LAST)
    side.ledger.reserve(a_send(), LAST)

    side.ledger.release(a_send(), LAST)
    side.ledger.release(a_send(), LAST)

    assert (side.only().status, side.only().attempts) == (Status.AGAIN, 1)


def test_what_is_queued_again_says_since_when(side: Side) -> None:
    side.rows.doubt(side.reserved(), LATER)
    side.rows.again(side.only(), LATER)

    assert side.rows.again(side.only(), LAST)
    assert side.only().again_at == LAST


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.AGAIN])
def test_what_is_given_up_is_unknown_and_open_no_longer(side: Side, status: Status) -> None:
    side.rows.doubt(side.reserved(), LATER)
    if status is Status.AGAIN:
        side.rows.again(side.only(), LATER)

    assert side.rows.give_up(side.only(), "why", LAST)

    assert list(side.rows.open()) == []
    found = side.ledger.reserve(a_send(), LAST)
    assert isinstance(found, Found)
    assert found.status is Status.UNKNOWN


@pytest.mark.parametrize("refused", [Refused(Reason.EXPIRED), Refused(Reason.HALTED, "paused: for a while")], ids=str)
@pytest.mark.parametrize("is_reserved", [False, True])
def test_who_finds_one_given_up_for_a_refusal_finds_that_too(
    side: Side, refused: Refused, *, is_reserved: bool
) -> None:
    side.rows.doubt(side.reserved(), LATER)
    side.rows.again(side.only(), LATER)
    if is_reserved:
        side.ledger.reserve(a_send(), LATER)
        side.ledger.finish(a_send(), refused, LAST)
    else:
        side.ledger.refuse(a_send(), refused, LAST)

    assert side.ledger.reserve(a_send(), LAST) == Found(Status.UNKNOWN, LAST, refused)
    assert side.ledger.refuse(a_send(), Refused(Reason.EXPIRED), LAST) == Found(Status.UNKNOWN, LAST, refused)


def test_what_was_given_up_is_sent_when_the_provider_says_so(side: Side) -> None:
    side.rows.doubt(side.reserved(), LATER)
    side.rows.give_up(side.only(), "why", LATER)

    side.ledger.finish(a_send(), Sent("p-1"), LAST)

    assert side.ledger.reserve(a_send(), LAST) == Found(Status.SENT, LAST, Sent("p-1"))


def test_what_was_settled_meanwhile_stays_so(side: Side) -> None:
    reserved = side.reserved()
    side.rows.doubt(reserved, LATER)
    unknown = side.only()
    side.ledger.finish(a_send(), Sent("p-1"), LATER)

    assert not side.rows.doubt(reserved, LATER)
    assert not side.rows.again(unknown, LAST)
    assert not side.rows.give_up(unknown, "why", LAST)
    assert side.ledger.reserve(a_send(), LAST) == Found(Status.SENT, LATER, Sent("p-1"))


def test_a_later_attempt_is_not_touched_by_what_was_read_of_an_earlier_one(side: Side) -> None:
    first = side.reserved()
    side.rows.doubt(first, LATER)
    unknown = side.only()
    side.rows.again(unknown, LATER)
    side.ledger.reserve(a_send(), LAST)

    assert not side.rows.doubt(first, LATER)
    assert not side.rows.again(unknown, LAST)
    assert not side.rows.give_up(unknown, "why", LAST)
    assert (side.only().status, side.only().reserved_at) == (Status.RESERVED, LAST)


def test_what_was_given_up_is_not_tried_again(side: Side) -> None:
    side.rows.doubt(side.reserved(), LATER)
    unknown = side.only()
    side.rows.give_up(unknown, "why", LATER)

    assert not side.rows.again(unknown, LAST)


def test_a_message_is_queued_as_it_was(side: Side) -> None:
    side.sends.put(a_send(first_name="Zoë"))

    assert queued(side.sends) == [a_send(first_name="Zoë")]


def queued(sends: Sends) -> list[Send]:
    if isinstance(sends, MemorySends):
        return sends.messages
    assert isinstance(sends, SendsQueue)
    found = sends.client.receive_message(QueueUrl=sends.queue, MaxNumberOfMessages=10).get("Messages", [])
    return [read_send(each["Body"]) for each in found]
