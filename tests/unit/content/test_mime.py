from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.content import Mail, render, to_bytes
from tests.unit.sending.builders import NOW, SENDER, a_content, a_send

HEADERS = ["From", "To", "Subject", "Date", "X-Tandem-Decision", "MIME-Version", "Content-Type"]
HOSTILE = [
    "Ana\r\nBcc: all@example.com",
    "Ana\nX-Evil: 1\n\n<html>",
    "\x00Ana\x0b\x0c\x85",
    "\u202egnp.exe\u2066",
    "\ud800\udfff",
    "A" * 10_000,
    "نور 👩🏽‍🎤 Zoë",
    '"; <x@example.com>, :',
]


def written(name: str, *, shop: str = "Needle & Groove", decision: str = "5e" * 32) -> tuple[EmailMessage, bytes, Mail]:
    mail = render(a_content(), a_send(first_name=name))
    assert isinstance(mail, Mail)
    raw = to_bytes(mail, sender=(shop, SENDER), recipient="ana@example.com", decision=decision, date=NOW)
    return message_from_bytes(raw, policy=policy.default), raw, mail


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_leaves_every_header_whole(name: str) -> None:
    message, raw, mail = written(name)

    assert message.keys() == HEADERS
    assert message["Subject"] == mail.subject
    assert message["To"] == "ana@example.com"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(st.text(st.characters(codec=None), max_size=120))
def test_any_name_leaves_every_header_whole(name: str) -> None:
    message, _, mail = written(name)

    assert message.keys() == HEADERS
    assert message["Subject"] == mail.subject.replace("=?", "= ?")


def test_a_name_that_looks_encoded_is_not_decoded_by_those_who_read_it() -> None:
    message, _, _ = written("=?utf-8?q?=E2=80=AEgnp?=")

    assert message["Subject"] == "Thank you, = ?utf-8?q?=E2=80=AEgnp?="


def test_an_id_longer_than_a_line_is_not_broken() -> None:
    _, raw, _ = written("Ana", decision="5e" * 32)

    assert b"\r\nX-Tandem-Decision: " + b"5e" * 32 + b"\r\n" in raw


def test_encoded_words_are_never_longer_than_mail_programs_read() -> None:
    _, raw, _ = written("é" * 200)

    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n") if not line.startswith(b"X-"))


def test_a_mail_offers_its_text_first_and_then_its_html() -> None:
    message, _, mail = written("Zoë 🎷")

    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert cast("EmailMessage", text).get_content().replace("\r\n", "\n") == mail.text
    assert cast("EmailMessage", html).get_content().replace("\r\n", "\n") == mail.html


def test_the_same_mail_has_the_same_bytes() -> None:
    assert written("Ana")[1] == written("Ana")[1]
