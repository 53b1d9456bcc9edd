"""What a mail says of unsubscribing: two headers for mail programs, and a link for people."""

from email import message_from_bytes, policy

import pytest

from tandem.content import Content, Mail, render, to_bytes
from tandem.customer import Send
from tandem.sending import Envelope, Refused
from tandem.sending.compose import compose
from tandem.unsubscribing import Links
from tests.unit.content.test_starter import starter
from tests.unit.sending.builders import NOW, SENDER, a_content, a_send

LINK = "https://u.example.com/" + "Ab-_9" * 60


def headers(link: str, *, name: str = "Ana") -> bytes:
    mail = render(a_content(), a_send(first_name=name), unsubscribe_url=link)
    assert isinstance(mail, Mail)
    sender = ("Needle & Groove", SENDER)
    raw = to_bytes(mail, sender=sender, recipient="ana@example.com", decision="5e" * 16, date=NOW, unsubscribe_url=link)
    return raw.partition(b"\r\n\r\n")[0] + b"\r\n"


def in_starter(locale: str, link: str) -> Mail:
    shop = starter()
    send = a_send(template="post-purchase-medium", locale=locale, playbook=shop.number)
    mail = render(shop, send, unsubscribe_url=link)
    assert isinstance(mail, Mail)
    return mail


@pytest.mark.parametrize("length", [1, 40, 60, 78, 300, 900])
def test_both_headers_stay_whole_on_one_line_whatever_their_length(length: int) -> None:
    link = "https://u.example.com/" + ("Ab-_9" * 200)[:length]

    raw = headers(link, name="é" * 300)

    assert b"\r\nList-Unsubscribe: <" + link.encode() + b">\r\n" in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_headers_read_back_as_they_were_meant() -> None:
    read = message_from_bytes(headers(LINK), policy=policy.default)

    assert read["List-Unsubscribe"] == f"<{LINK}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read.keys().count("List-Unsubscribe") == 1


def test_without_a_link_a_mail_says_nothing_of_it() -> None:
    assert b"unsubscribe" not in headers("").lower()
    assert all("nsubscribe" not in part for part in (in_starter("en", "").text, in_starter("en", "").html))


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "Unsubscribe"), ("es", "Darte de baja"), ("fil", "Mag-unsubscribe")]
)
def test_the_footer_offers_the_link_in_both_forms_in_every_language(locale: str, words: str) -> None:
    mail = in_starter(locale, LINK)

    assert f'href="{LINK}" ses:no-track' in mail.html
    assert words in mail.html
    assert mail.text.splitlines()[-1].startswith(words)
    assert mail.text.rstrip().endswith(LINK)


def test_a_send_leaves_with_its_own_link_and_a_transactional_one_with_none() -> None:
    links = Links("https://u.example.com", b"key")
    own = links.of(a_send())

    assert own.encode() in body(a_send(), links)
    assert b"List-Unsubscribe" not in body(a_send(transactional=True), links)


def body(send: Send, links: Links) -> bytes:
    made = compose(send, a_content(), SENDER, NOW, unsubscribe_url=links.of(send))
    assert isinstance(made, Envelope)
    assert isinstance(made.body, bytes)
    return made.body


def test_content_that_was_published_before_links_existed_is_still_sent() -> None:
    published = a_content().model_dump(mode="json")
    del published["phrases"]["en"]["unsubscribe"]

    content = Content.model_validate(published)

    assert not isinstance(compose(a_send(), content, SENDER, NOW, unsubscribe_url=LINK), Refused)
