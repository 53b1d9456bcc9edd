"""What a phone and another tool are handed."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tandem.content import Template
from tandem.customer import Channel, Send
from tandem.events import Line
from tandem.sending import Envelope, Reason, Refused
from tandem.sending.compose import compose
from tandem.sending.push import LARGEST
from tests.unit.sending.builders import NOW, SENDER, a_content, a_send, a_template

ENDPOINT = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"


def a_note(channel: Channel, **changes: Any) -> Send:
    address = ENDPOINT if channel is Channel.PUSH else "c-1"
    return a_send(channel=channel, address=address, **changes)


def composed(send: Send, **words: Any) -> Envelope | Refused:
    template: Template = a_template(**words)
    return compose(send, a_content(thanks=template), SENDER, NOW)


def body(envelope: Envelope | Refused) -> dict[str, Any]:
    assert isinstance(envelope, Envelope)
    document: dict[str, Any] = json.loads(envelope.body)
    return document


def test_a_push_says_the_same_to_apple_and_to_google_and_leads_to_the_same_place() -> None:
    forms = body(composed(a_note(Channel.PUSH)))
    apple, google = json.loads(forms["APNS"]), json.loads(forms["GCM"])["fcmV1Message"]["message"]

    assert forms["APNS_SANDBOX"] == forms["APNS"]
    assert apple["aps"]["alert"] == {"title": "Thank you, Ana", "body": "Your order o-1 is on its way"}
    assert google["notification"] == apple["aps"]["alert"]
    assert apple["url"] == google["data"]["url"] == "https://shop.example.com/new"
    assert google["data"]["id"] == a_send().id
    assert all(isinstance(value, str) for value in google["data"].values())  # Google takes nothing else


def test_a_push_is_of_use_until_the_messages_window_ends() -> None:
    envelope = composed(a_note(Channel.PUSH, not_after=NOW + timedelta(minutes=20)))

    assert isinstance(envelope, Envelope)
    assert envelope.lives_for == timedelta(minutes=20)


@pytest.mark.parametrize("letter", ["a", "é", "🎷"])
def test_a_push_that_no_phone_takes_is_refused_before_anything_is_reserved(letter: str) -> None:
    long = {"label": "See", "url": "https://shop.example.com/" + letter * (3_900 // len(letter.encode()))}

    refused = composed(a_note(Channel.PUSH), action=long)

    assert isinstance(refused, Refused)
    assert refused.reason is Reason.RENDER_FAILED
    assert f"more than {LARGEST}" in refused.detail


def test_a_webhook_is_told_what_the_message_is_about() -> None:
    told = body(composed(a_note(Channel.WEBHOOK)))

    assert (told["title"], told["url"]) == ("Thank you, Ana", "https://shop.example.com/new")
    assert told["products"] == [{"product_id": "lp-1", "name": "Blue Tape", "quantity": 2, "price_minor": 2400}]
    assert (told["customer_id"], told["total_minor"], told["currency"]) == ("c-1", 4800, "USD")


@pytest.mark.parametrize("channel", [Channel.PUSH, Channel.WEBHOOK])
@pytest.mark.parametrize("name", ["Ana\r\nBcc: all\x00", "An\u202ea", "Ana\ud800", "🎷" * 10_000])
def test_what_customers_and_products_are_called_stays_on_its_line_and_can_be_written(
    channel: Channel, name: str
) -> None:
    envelope = composed(a_note(channel, first_name=name, lines=(Line("lp-1", 1, name, 1),)))

    assert isinstance(envelope, Envelope)
    text = str(envelope.body)
    text.encode()
    told = json.dumps(body(envelope), ensure_ascii=False)
    assert not {"\r", "\x00", "\u202e", "\ud800"} & set(text + told)
    assert "\\r" not in told
    assert len(text) < 4 * LARGEST


@pytest.mark.parametrize("channel", [Channel.PUSH, Channel.WEBHOOK])
def test_a_note_without_a_word_is_refused(channel: Channel) -> None:
    refused = composed(a_note(channel), preheader="{{ order.id }}{{ gone }}")

    assert isinstance(refused, Refused)
    assert refused.reason is Reason.RENDER_FAILED
