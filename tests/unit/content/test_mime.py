import base64
import re
import unicodedata
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tandem.content import Mail, render, to_bytes
from tandem.content.plain import one_line
from tests.unit.sending.builders import NOW, SENDER, a_content, a_send

LINK = "https://u.example.com/" + "Ab-_9" * 60
OURS = ["From", "To", "Subject", "Date", "X-Tandem-Decision", "Auto-Submitted"]
OF_LISTS = ["List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"]
HEADERS = [*OURS, *OF_LISTS, "Content-Language", "MIME-Version", "Content-Type"]
HOSTILE = [
    "Ana\r\nBcc: all@example.com",
    "Ana\nX-Evil: 1\n\n<html>",
    "\x00Ana\x0b\x0c\x85",
    "\u202egnp.exe\u2066",
    "\ud800\udfff",
    "A" * 10_000,
    "Ana " * 2_500,
    "é" * 10_000,
    "نور 👩🏽‍🎤 Zoë",
    '"; <x@example.com>, :',
    "--=_5e5e",
    "a\u0301" * 300,
    "👨‍👩‍👧‍👦" * 60,
    "\u200d" * 300 + "x",
    "a\u2028b\u2029c\xa0d",
    "\\",
    "",
]
FAMILY = "👨‍👩‍👧‍👦"
SHOPS = [
    "Needle & Groove",
    'The "Groove", Inc. <shop>',
    "Aguja y Surco: música en vinilo",
    "حفر وإبرة",
    "針と溝 " * 12,
    "back\\slash",
    "=?utf-8?q?x?=",
    "x" * 100,
    "a, " * 33 + "a",
    f"{FAMILY} Records",
    "Needle\r\nBcc: all@example.com",
    "a" * 59,
    "a" * 60,
    "(comment) and @home",
]


def written(
    name: str = "Ana", *, shop: str = "Needle & Groove", decision: str = "5e" * 32, link: str = LINK
) -> tuple[EmailMessage, bytes, Mail]:
    mail = render(a_content(), a_send(first_name=name))
    assert isinstance(mail, Mail)
    return *read(mail, shop=shop, decision=decision, link=link), mail


def read(
    mail: Mail, *, shop: str = "Needle & Groove", decision: str = "5e" * 32, link: str = LINK
) -> tuple[EmailMessage, bytes]:
    raw = to_bytes(
        mail,
        sender=(shop, SENDER),
        recipient="ana@example.com",
        decision=decision,
        date=NOW,
        unsubscribe_url=link,
        topic="marketing",
        language="en",
    )
    return message_from_bytes(raw, policy=policy.default), raw


def assert_whole(message: EmailMessage, raw: bytes) -> None:
    """What holds for the bytes of any mail (RFC 5322, 2.1.1 and 2.2.3; RFC 2045, 6.7; RFC 2047, 2 and 5)."""
    head, _, body = raw.partition(b"\r\n\r\n")
    assert message.keys() == [each for each in HEADERS if each in message]
    assert [part.defects for part in message.walk()] == [[], [], []]
    assert [defect for value in message.values() for defect in value.defects] == []
    assert raw.isascii()
    assert b"\0" not in raw
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None
    for line in head.split(b"\r\n"):
        whole = line.startswith((b"List-", b"X-")) or max(map(len, line.split())) > 70
        assert len(line) <= (998 if whole else 78)
        assert line.strip(), "a blank continuation line"
        assert line == line.rstrip()
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    for kind, text in re.findall(rb"=\?utf-8\?(.)\?(.*?)\?=", head):
        assert len(b"=?utf-8?%b?%b?=" % (kind, text)) <= 75
        decoded(kind, text).decode()  # no character is broken in two
    old = message_from_bytes(raw, policy=policy.compat32)
    assert [part.defects for part in old.walk()] == [[], [], []]
    assert words(old["Subject"]) == message["Subject"]


def words(header: str) -> str:
    """As RFC 2047 has it: the space between encoded words is no part of them. Python's newer parser leaves it in
    names that need several."""
    return str(make_header(decode_header(header.replace("\r\n", "").replace("\n", ""))))


def signed(raw: bytes) -> tuple[str, str]:
    name, address = parseaddr(
        message_from_bytes(raw, policy=policy.compat32)["From"].replace("\r\n", "").replace("\n", "")
    )
    return words(name), address


def decoded(kind: bytes, text: bytes) -> bytes:
    if kind == b"b":
        return base64.b64decode(text, validate=True)
    return re.sub(rb"=([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), text.replace(b"_", b" "))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_leaves_every_header_and_both_parts_whole(name: str) -> None:
    message, raw, mail = written(name)

    assert_whole(message, raw)
    assert message.keys() == HEADERS
    assert message["Subject"] == mail.subject
    assert message["To"] == "ana@example.com"
    assert contents(message) == [mail.text, mail.html]


@given(
    st.text(st.characters(codec=None), max_size=120)
    | st.text('ab\r\n\t =?_-"\\,:;<>@é\u200d👩🏽🎤\u202e\ud800\0', max_size=300)
)
@example("=?utf-8?b?" + "A" * 300)
def test_any_name_leaves_every_header_and_both_parts_whole(name: str) -> None:
    message, raw, mail = written(name)

    assert_whole(message, raw)
    assert message["Subject"] == mail.subject.replace("=?", "= ?")
    assert contents(message) == [mail.text, mail.html]


@given(st.text(st.characters(codec=None), max_size=300), st.text(st.characters(codec=None), max_size=300))
def test_any_subject_and_any_body_come_back_from_the_bytes(subject: str, body: str) -> None:
    said = one_line(subject, 250) or "x"

    message, raw = read(Mail(said, f"<p>{body}</p>\n", f"{body}\n"))

    plain = body.encode(errors="replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    assert_whole(message, raw)
    assert message["Subject"] == said.replace("=?", "= ?")
    assert contents(message) == [f"{plain}\n", f"<p>{plain}</p>\n"]


@pytest.mark.parametrize("length", [*range(60, 82), 150, 250])
@pytest.mark.parametrize("unit", ["x", "word ", "a longer phrase ", "é ", "🎷", "x" * 75 + " "])
def test_subjects_around_the_length_of_a_line_are_folded_whole(length: int, unit: str) -> None:
    subject = (unit * length)[:length].strip()

    message, raw = read(Mail(subject, "<p>x</p>\n", "x\n"))

    assert_whole(message, raw)
    assert message["Subject"] == subject


def test_a_subject_in_plain_letters_is_not_encoded_however_long() -> None:
    _, raw = read(Mail("Thank you for the records, " * 9, "<p>x</p>\n", "x\n"))

    assert b"=?" not in raw.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("cluster", [FAMILY, "👩🏽‍🎤", "e\u0301\u0323", "ก็"])
@pytest.mark.parametrize("shift", range(8))
def test_an_encoded_word_never_ends_within_what_is_seen_as_one_character(cluster: str, shift: int) -> None:
    _, raw = read(Mail("x" * shift + cluster * 20, "<p>x</p>\n", "x\n"))

    found = [decoded(*each).decode() for each in re.findall(rb"=\?utf-8\?(.)\?(.*?)\?=", raw.partition(b"\r\n\r\n")[0])]
    assert len(found) > 2
    assert all(not word.endswith("\u200d") for word in found)
    assert all(word[0] != "\u200d" and unicodedata.category(word[0])[0] != "M" for word in found)
    assert all(not word.startswith("\U0001f3fd") for word in found)


@pytest.mark.parametrize("shop", SHOPS)
def test_a_shop_signs_with_its_name_whatever_is_in_it(shop: str) -> None:
    message, raw, _ = written(shop=shop)

    assert_whole(message, raw)
    assert signed(raw) == (one_line(shop, 200), SENDER)
    if raw.count(b"=?utf-8?", 0, raw.index(b"\r\nTo:")) < 2:
        assert message["From"].addresses == (Address(one_line(shop, 200), addr_spec=SENDER),)


@given(st.text(st.characters(codec=None), max_size=100) | st.text('ab \\"(),:;<>@[]=?é\u200d', max_size=100))
def test_any_shop_signs_with_its_name(shop: str) -> None:
    message, raw, _ = written(shop=shop)

    assert_whole(message, raw)
    assert signed(raw) == (one_line(shop, 200), SENDER)
    if raw.count(b"=?utf-8?", 0, raw.index(b"\r\nTo:")) < 2:
        assert message["From"].addresses == (Address(one_line(shop, 200), addr_spec=SENDER),)


def test_a_name_that_looks_encoded_is_not_decoded_by_those_who_read_it() -> None:
    message, _, _ = written("=?utf-8?q?=E2=80=AEgnp?=")

    assert message["Subject"] == "Thank you, = ?utf-8?q?=E2=80=AEgnp?="


def test_what_programs_read_stands_on_one_line_as_it_is() -> None:
    _, raw, _ = written("é" * 200, decision="5e" * 32)

    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    assert b"\r\nX-Tandem-Decision: " + b"5e" * 32 + b"\r\n" in head
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode() in head
    assert b"\r\nList-Id: <marketing.example.com>\r\n" in head
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in head


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "ana@example.com\r\nBcc: all@example.com"},
        {"recipient": "ána@example.com"},
        {"recipient": ""},
        {"decision": "5e\n5e"},
        {"unsubscribe_url": "https://u.example.com/" + "x" * 1000},
        {"unsubscribe_url": "https://u.example.com/a\tb"},
        {"language": "en\r\n"},
        {"sender": ("Shop", "hello@example.com>\r\nBcc: <all@example.com")},
        {"sender": ("", "hello@exämple.com")},
        {"date": datetime(2026, 11, 22, 15)},  # noqa: DTZ001 - that is what is wrong with it
    ],
)
def test_what_no_header_can_hold_is_refused_rather_than_mended(wrong: dict[str, str]) -> None:
    right = {"sender": ("Shop", SENDER), "recipient": "ana@example.com", "decision": "5e", "date": NOW}

    with pytest.raises(ValueError, match=r"not a header's value|without a zone"):
        to_bytes(Mail("x", "x", "x"), **{**right, **wrong})  # type: ignore[arg-type]


def test_the_date_is_that_moment_with_its_zone() -> None:
    assert written()[0]["Date"].datetime == NOW.astimezone(UTC)


def test_nobody_but_the_address_is_named_in_the_headers() -> None:
    raw = written("Ana")[1].partition(b"\r\n\r\n")[0]

    rest = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith((b"To:", b"Subject:")))
    assert b"ana" not in rest.lower().replace(LINK.lower().encode(), b"")
    assert b"c-1" not in rest  # the customer
    assert b"message-id" not in raw.lower()  # the provider gives it


def test_a_mail_offers_its_text_first_and_then_its_html() -> None:
    message, _, mail = written("Zoë 🎷")

    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert message.get_body(("plain",)) is text
    assert message.get_body() is html
    assert {part.get_content_charset() for part in (text, html)} == {"utf-8"}
    assert contents(message) == [mail.text, mail.html]


def test_the_boundary_stands_in_no_body_even_where_somebody_writes_it() -> None:
    boundary = "--=_" + "5e" * 20

    message, raw = read(Mail("x", f"<p>\n{boundary}\n{boundary}--\n</p>\n", f"{boundary}\nx\n{boundary}--\n"))

    assert raw.count(boundary.encode()) == 3
    assert contents(message) == [f"{boundary}\nx\n{boundary}--\n", f"<p>\n{boundary}\n{boundary}--\n</p>\n"]


def test_the_same_mail_has_the_same_bytes() -> None:
    assert written("Ana")[1] == written("Ana")[1]


def contents(message: EmailMessage) -> list[str]:
    parts = (cast("EmailMessage", part) for part in message.iter_parts())
    return [part.get_content().replace("\r\n", "\n") for part in parts]
