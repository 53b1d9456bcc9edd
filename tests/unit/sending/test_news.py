import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tandem.actor.working import MOST_PICTURED
from tandem.customer import Channel, Send, read_send
from tandem.customer.waiting import Origin
from tandem.events import Event, Line, MessageRefused, MessageSent, SendExpired, parse_envelope
from tandem.sending import Reason, Recorded, Refused, Sent, Shadowed
from tandem.sending.news import news_of
from tandem.sending.outcome import COMES_BACK
from tests.unit.sending.builders import NOW, a_send, a_text

MOST_BYTES = 256 * 1024  # that SNS takes


def heard(send: Send, result: Recorded) -> Event:
    """What the actor reads, a second later."""
    envelope = json.loads(json.dumps(news_of(send, result, NOW)))
    return parse_envelope(envelope, NOW + timedelta(seconds=1))


@pytest.mark.parametrize("result", [Sent("m-1"), Shadowed()])
def test_a_message_that_left_or_would_have_is_told_as_sent(result: Recorded) -> None:
    event = heard(a_send(), result)

    assert event.body == MessageSent(a_send().id)
    assert (event.customer_id, event.occurred_at) == ("c-1", NOW)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Sent("m-1", 2), {"shadow": False, "provider_id": "m-1", "segments": 2}),
        (Shadowed(2), {"shadow": True, "segments": 2}),
        (Sent("m-1"), {"shadow": False, "provider_id": "m-1"}),
        (Refused(Reason.STOPPED, "everything"), {"reason": "stopped", "detail": "everything"}),
    ],
)
def test_the_news_say_all_that_is_known_of_the_message(result: Recorded, said: dict[str, object]) -> None:
    sent = {"send_id": a_text().id, "campaign": "post-purchase", "channel": "sms"}

    assert heard(a_text(), result).properties == {**sent, **said}


@pytest.mark.parametrize("reason", sorted(set(Reason) - COMES_BACK))
def test_a_message_that_will_not_leave_is_told_with_its_reason(reason: Reason) -> None:
    assert heard(a_send(), Refused(reason, "why")).body == MessageRefused(a_send().id, reason.value)


def test_a_message_whose_time_has_passed_is_told_whole_so_that_it_can_be_decided_anew() -> None:
    send = a_send(since=NOW - timedelta(hours=2), origin=Origin("order_completed", "ab" * 8, NOW - timedelta(hours=3)))

    body = heard(send, Refused(Reason.EXPIRED)).body

    assert isinstance(body, SendExpired)
    assert read_send(json.dumps(body.send)) == send


def test_news_told_again_are_the_same_event() -> None:
    one, other = heard(a_send(), Sent("m-1")), heard(a_send(), Sent("m-1"))

    assert (one.event_id, one.identity) == (other.event_id, other.identity)


def test_what_becomes_of_two_messages_is_two_events() -> None:
    news = [heard(send, result) for send in (a_send(), a_send(id="0f" * 16)) for result in (Sent("m"), Shadowed())]
    news += [heard(a_send(), Refused(reason)) for reason in (Reason.EXPIRED, Reason.STOPPED)]

    assert len({event.event_id for event in news}) == len({event.identity for event in news}) == 4


def test_the_longest_message_there_is_can_be_told() -> None:
    long = Line("\U0001f3b8" * 256, 100_000, "\U0001f3b8" * 200, 10**15)
    shown = replace(long, image_url="https://img.example.com/".ljust(300, "x"), url="https://b.example".ljust(300, "/"))
    said = {f"{number:x<63}": "\U0001f3b8" * 200 for number in range(20)}
    lines = (*(shown,) * MOST_PICTURED, *(long,) * (100 - MOST_PICTURED))
    send = replace(a_send(), channel=Channel.SMS, lines=lines, first_name="\U0001f3b8" * 200, attributes=said)

    told = json.dumps(news_of(send, Refused(Reason.EXPIRED), NOW), separators=(",", ":"), ensure_ascii=False)

    assert len(told.encode()) < MOST_BYTES
