"""What leaves, from the published form to the bytes: every starter mail in every language, read by plain parsers."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from itertools import product
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from tandem.content import Content, read_published
from tandem.customer import Channel, Send
from tandem.events import Line
from tandem.sending import Envelope
from tandem.sending.compose import compose
from tests.unit.content.test_mime import assert_whole
from tests.unit.content.test_starter import LOCALES, TEMPLATES, fitting, starter
from tests.unit.sending.builders import SENDER

LINK = "https://u.example.com/" + "Ab-_9" * 30
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>{{ x }}{% if %}\r\nBcc: all@example.com\u202e\ud800\0 👨‍👩‍👧‍👦 ' + "é" * 2_000
ARABIC = "شكرًا لك على طلبك"


@cache
def published() -> Content:
    return read_published(starter().model_dump_json().encode())


def parts(send: Send, content: Content | None = None) -> tuple[EmailMessage, str, str]:
    made = compose(send, content or published(), SENDER, NOW, unsubscribe_url=LINK)
    assert isinstance(made, Envelope), made
    assert isinstance(made.body, bytes)
    message = message_from_bytes(made.body, policy=policy.default)
    assert_whole(message, made.body)
    text, html = (cast("EmailMessage", part).get_content() for part in message.iter_parts())
    return message, text, html


def assert_whole_html(page: str) -> JustHTML:
    read = JustHTML(page, collect_errors=True)
    assert [(error.code, error.line) for error in read.errors] == []
    return read


@pytest.mark.parametrize(("template", "locale"), list(product(TEMPLATES, LOCALES)))
def test_plain_parsers_find_no_defect_in_any_starter_mail(template: str, locale: str) -> None:
    for send in fitting(template, locale):
        if send.channel is Channel.EMAIL:
            message, text, html = parts(send)

            read = assert_whole_html(html)
            page = cast("Any", read.query("html"))[0]
            assert (page.attrs["lang"], page.attrs["dir"]) == (locale, "ltr")
            assert message["Content-Language"] == locale
            assert message["List-Id"] == "<marketing.example.com>"
            assert LINK in text
            assert LINK in html


@pytest.mark.parametrize(("template", "locale"), [("cart-low", "en"), ("post-purchase-high", "es")])
def test_neither_do_they_in_a_mail_to_somebody_hostile(template: str, locale: str) -> None:
    for send in fitting(template, locale):
        if send.channel is Channel.EMAIL:
            lines = tuple(Line(f"{at}{HOSTILE}", 1, HOSTILE, 10**13) for at in range(3))
            _, _, html = parts(replace(send, first_name=HOSTILE, lines=lines))

            assert_whole_html(html)
            assert "<script>alert" not in html


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60), st.text(st.characters(codec=None), max_size=60))
def test_any_name_of_a_customer_and_of_a_record_leaves_a_whole_mail(first_name: str, record: str) -> None:
    send = next(each for each in fitting("cart-low", "en") if each.channel is Channel.EMAIL)

    _, _, html = parts(replace(send, first_name=first_name, lines=(Line("x", 1, record or "x"),)))

    assert_whole_html(html)


def test_a_mail_in_arabic_runs_from_right_to_left() -> None:
    """Words of a test's own in the starter's designs: the starter does not speak Arabic."""
    base = published()
    words = base.templates["cart-low"]["en"].model_copy(
        update={"subject": ARABIC, "heading": ARABIC, "paragraphs": (ARABIC, "{{ customer.first_name }}، " + ARABIC)}
    )
    content = base.model_copy(
        update={
            "templates": {"cart-low": {"ar": words}},
            "phrases": {**base.phrases, "ar": base.phrases["en"]},
        }
    )
    send = next(each for each in fitting("cart-low", "en") if each.channel is Channel.EMAIL)

    message, text, html = parts(replace(send, locale="ar-EG", first_name="نور"), content)

    page = cast("Any", assert_whole_html(html).query("html"))[0]
    assert (page.attrs["lang"], page.attrs["dir"]) == ("ar", "rtl")
    assert message["Subject"] == ARABIC
    assert message["Content-Language"] == "ar"
    assert f"نور، {ARABIC}" in text.splitlines()
