"""What SES publishes is read as it is meant, and what cannot be read is refused with reason and field."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tandem.errors import BadEvent
from tandem.hearing import Heard, Kind, parse
from tandem.hearing.ses import GREETING
from tests.unit.hearing.told import LEFT, MESSAGE, SAMPLES, SEND, enveloped, heard, sample
from tests.unit.sending.builders import NOW

ANA = ("ana@example.com",)
KINDS = {
    "send": Kind.SENT,
    "delivery": Kind.DELIVERED,
    "bounce-permanent": Kind.BOUNCED,
    "bounce-transient": Kind.BOUNCED,
    "complaint": Kind.COMPLAINED,
    "complaint-not-spam": Kind.SENT,
    "reject": Kind.REJECTED,
    "open": Kind.OPENED,
    "open-privacy-proxy": Kind.OPENED,
    "click": Kind.CLICKED,
    "rendering-failure": Kind.REJECTED,
    "delivery-delay": Kind.DELAYED,
}


def test_every_sample_is_read() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == KINDS.keys()


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_an_event_says_its_kind_and_which_send_it_is_about_and_when_that_left(name: str, kind: Kind) -> None:
    found = heard(name)

    assert (found.kind, found.send_id, found.provider_id, found.left_at) == (kind, SEND, MESSAGE, LEFT)
    assert found.recipients == ANA


def test_a_bounce_says_why_and_whether_it_lasts_and_repeats_no_address() -> None:
    at = LEFT + timedelta(milliseconds=4377)

    assert heard("bounce-permanent") == Heard(
        Kind.BOUNCED,
        SEND,
        MESSAGE,
        LEFT,
        at,
        ANA,
        lasting=True,
        detail="Permanent/General 5.1.1 smtp; 550 5.1.1 <<address>>: user unknown",
    )
    assert not heard("bounce-transient").lasting
    assert not heard("bounce-transient", bounceType="Undetermined", bounceSubType="Undetermined").lasting


def test_a_click_says_what_was_followed() -> None:
    found = heard("click")

    assert (found.link, found.machine) == ("https://shop.example.com/new", False)


def test_an_open_by_a_privacy_proxy_is_a_machines() -> None:
    assert heard("open-privacy-proxy").machine
    assert not heard("open").machine


def test_an_event_is_read_without_the_topics_envelope_too() -> None:
    assert parse(json.dumps(sample("click")), NOW + timedelta(days=1)) == heard("click")


def test_a_message_that_says_no_send_is_heard_of_all_the_same() -> None:
    assert heard("complaint", mail={"tags": {}}).send_id == ""
    old = {("notificationType" if name == "eventType" else name): each for name, each in sample("complaint").items()}

    assert parse(enveloped(old), NOW) == heard("complaint")


def test_a_message_forwarded_is_about_whom_it_was_for_too() -> None:
    found = heard("bounce-permanent", bouncedRecipients=[{"emailAddress": '"Ana" <elsewhere@example.net>'}])

    assert found.recipients == ("ana@example.com", "elsewhere@example.net")


def test_of_several_recipients_only_those_named_are_spoken_of() -> None:
    assert heard("complaint", mail={"destination": ["ana@example.com", "bo@example.com"]}).recipients == ANA


def test_the_greeting_of_the_topic_is_no_event() -> None:
    assert parse(enveloped(GREETING), NOW) is None


BAD: list[tuple[Any, str, str]] = [
    ("not JSON", "not_json", ""),
    ([], "not_an_object", ""),
    ({}, "missing", "eventType"),
    ({"eventType": "Subscription"}, "unknown_type", "eventType"),
    ({"eventType": ["Send"]}, "unknown_type", "eventType"),
    ({"eventType": "Send"}, "missing", "mail"),
    (sample("send", mail={"timestamp": None}), "missing", "mail.timestamp"),
    (sample("send", mail={"timestamp": "2026-11-22T15:00:00"}), "no_time_zone", "mail.timestamp"),
    (sample("send", mail={"timestamp": "2100-01-01T00:00:00Z"}), "in_the_future", "mail.timestamp"),
    (sample("send", mail={"timestamp": "1970-01-01T00:00:00Z"}), "too_old", "mail.timestamp"),
    (sample("send", mail={"tags": {"decision": "x"}}), "wrong_type", "mail.tags.decision"),
    ({**sample("bounce-permanent"), "bounce": None}, "missing", "bounce"),
    (sample("bounce-permanent", timestamp=1795359604), "wrong_type", "bounce.timestamp"),
    (sample("bounce-permanent", bounceType=None), "missing", "bounce.bounceType"),
    (sample("click", timestamp="2100-01-01T00:00:00Z"), "in_the_future", "click.timestamp"),
]


@pytest.mark.parametrize(("event", "reason", "field"), BAD)
def test_what_cannot_be_read_is_refused_with_its_reason_and_field(event: Any, reason: str, field: str) -> None:
    with pytest.raises(BadEvent) as refused:
        parse(enveloped(event), NOW)

    assert (refused.value.reason, refused.value.field) == (reason, field)
