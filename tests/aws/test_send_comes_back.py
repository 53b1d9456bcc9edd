"""A message that comes back to its queue does so at a time that its reason says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.send.app import Desk, run
from tandem.adapters.memory_sending import (
    MemoryBreakers,
    MemoryConsents,
    MemoryContents,
    MemoryCustomers,
    MemoryLedger,
    MemoryNews,
    MemoryPace,
    MemoryProvider,
)
from tandem.adapters.returns import MemoryReturns, QueueReturns
from tandem.customer import Channel, Send
from tandem.errors import Unavailable
from tandem.sending import Ports, Rules, SendMode
from tandem.sending.coming_back import comes_back_after
from tandem.sending.outcome import Refused
from tests.aws.one_session import quick_aws
from tests.aws.send_world import message_of
from tests.unit.sending.builders import NOW, SENDER, a_content, a_customer, a_send, a_text, a_word

MINUTE = timedelta(minutes=1)


class FarAway(MemoryPace):
    """The next place is too far away for some."""

    def take(self, channel: Channel, *, transactional: bool) -> Refused | None:
        if channel is Channel.EMAIL:
            raise Unavailable("pace", "wait_for_a_place")
        return None


def a_desk(*sends: Send, pace: MemoryPace | None = None) -> Desk:
    """Everybody said yes, and there is place."""
    consents = MemoryConsents()
    for each in sends:
        consents.set_consent(a_word(each))
    ports = Ports(
        ledger=MemoryLedger(consents),
        customers=MemoryCustomers({each.customer_id: a_customer(each) for each in sends}),
        contents=MemoryContents({7: a_content()}),
        providers=dict.fromkeys(Channel, MemoryProvider()),
        news=MemoryNews(),
        pace=pace or MemoryPace(),
        breakers=MemoryBreakers(),
    )
    return Desk(ports, Rules(SendMode.LIVE, SENDER), lambda: NOW, MemoryReturns(), lambda: 0.0)


def batch(*bodies: str, times: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m-{number}",
                "receiptHandle": f"r-{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(times)},
            }
            for number, body in enumerate(bodies)
        ]
    }


def back(answer: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_what_waits_for_a_place_comes_back_and_the_rest_leaves() -> None:
    mail, text = a_send(), a_text(id="7e" * 16, customer_id="c-2")
    desk = a_desk(mail, text, pace=FarAway())

    answer = run(batch(message_of(mail), message_of(text)), desk)

    assert back(answer) == ["m-0"]
    assert desk.returns == MemoryReturns({"r-0": timedelta(seconds=15)})


def test_a_copy_of_a_message_under_way_stays_away_until_that_can_be_no_more() -> None:
    desk = a_desk(a_send())
    desk.ports.ledger.reserve(a_send(), NOW)

    run(batch(message_of(a_send())), desk)

    assert desk.returns == MemoryReturns({"r-0": 2 * MINUTE})


def test_what_is_no_send_comes_back_soon_each_time_and_is_a_dead_letter_within_the_hour() -> None:
    desk = a_desk()

    answer = run(batch("{oops", times=49), desk)

    assert (back(answer), desk.returns) == (["m-0"], MemoryReturns({"r-0": timedelta(seconds=15)}))


def test_a_call_says_how_many_places_it_needs_of_each_kind() -> None:
    mails = [a_send(id=f"{n}a" * 16, transactional=n == 2) for n in range(3)]
    pace = MemoryPace()

    run(batch(*map(message_of, mails)), a_desk(*mails, pace=pace))

    assert pace.expected == [{(Channel.EMAIL, False): 2, (Channel.EMAIL, True): 1}]


def test_nothing_is_asked_of_the_queue_where_all_left() -> None:
    class Never(MemoryReturns):
        def later(self, delays: Any) -> None:
            raise AssertionError

    assert back(run(batch(message_of(a_send())), replace(a_desk(a_send()), returns=Never()))) == []


@pytest.mark.parametrize("fault", [Unavailable("dynamodb", "GetItem"), Unavailable("email", "throttled"), KeyError()])
@pytest.mark.parametrize("times", [1, 49])
def test_a_fault_is_looked_at_again_within_the_minute(fault: Exception, times: int) -> None:
    delays = [comes_back_after(fault, times, drawn) for drawn in (0.0, 0.5, 0.999)]

    assert delays[0] == timedelta(seconds=15)
    assert delays == sorted(delays)
    assert delays[-1] < MINUTE


@pytest.mark.parametrize("fault", [Unavailable("pace", "wait_for_a_place"), Unavailable(Channel.WEBHOOK.value, "500")])
def test_who_waits_for_a_place_or_a_receiver_waits_longer_each_time_up_to_a_quarter_of_an_hour(
    fault: Exception,
) -> None:
    shortest = [comes_back_after(fault, times, 0.0) for times in range(1, 8)]

    assert [each.total_seconds() for each in shortest] == [15, 30, 60, 120, 240, 240, 240]
    assert comes_back_after(fault, 50, 0.999) < 16 * MINUTE


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with quick_aws():
        yield boto3.client("sqs", region_name="us-east-1")


def test_a_message_on_the_queue_is_there_again_when_it_was_said_to_be(sqs: Any) -> None:
    queue = sqs.create_queue(QueueName="sends", Attributes={"VisibilityTimeout": "540"})["QueueUrl"]
    for name in ("soon", "late"):
        sqs.send_message(QueueUrl=queue, MessageBody=name)
    held = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    handles = {each["Body"]: each["ReceiptHandle"] for each in held}

    QueueReturns(sqs, queue).later({handles["soon"]: timedelta(), handles["late"]: 2 * MINUTE})

    assert [each["Body"] for each in sqs.receive_message(QueueUrl=queue)["Messages"]] == ["soon"]


def test_a_queue_that_does_not_answer_gives_messages_back_by_its_own_time(sqs: Any) -> None:
    QueueReturns(sqs, "https://sqs.us-east-1.amazonaws.com/123456789012/none").later({"r-0": MINUTE})
