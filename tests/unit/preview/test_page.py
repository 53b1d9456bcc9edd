"""The page that shows a message."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from infra.preview.look import Look, Sender, Subject
from infra.preview.look import look as look_at
from infra.preview.made_up import MADE_UP
from infra.preview.page import page, sizes
from tandem.attributes import Tier
from tandem.customer import Channel
from tests.unit.preview.world import STARTER, a_look, starter


class Reader(HTMLParser):
    """The frames, the scripts, and the words outside of styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str]] = []
        self.scripts = 0
        self.words = ""
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._silent = tag == "style"
        self.scripts += tag == "script" or any(name.startswith("on") for name in told)
        if tag == "iframe":
            self.frames.append(told)

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        self.words += "" if self._silent else data


def shown(look: Look) -> Reader:
    return Reader(page(look).decode())


@pytest.mark.parametrize("locale", ["en", "es-MX", "fil"])
@pytest.mark.parametrize("customer", MADE_UP)
def test_every_starter_campaign_can_be_looked_at(customer: str, locale: str) -> None:
    for campaign in starter().playbook.campaigns:
        look = a_look(campaign, customer, locale=locale, folder=None)
        reader = shown(look)

        assert look.refused == {}, campaign.id
        assert look.mail is not None
        assert " ".join(look.mail.header("Subject").split()) in " ".join(reader.words.split())
        assert len(reader.frames) == 3
        assert (look.text is None) == (Channel.SMS not in campaign.channels)


def test_desktop_phone_and_dark_stand_side_by_side_and_nothing_of_them_runs() -> None:
    frames = shown(a_look("cart-reminder")).frames

    assert [frame["width"] for frame in frames] == ["640", "375", "375"]
    assert {frame["sandbox"] for frame in frames} == {""}
    assert all("prefers-color-scheme" not in frame["srcdoc"] for frame in frames)
    assert frames[0]["srcdoc"] == frames[1]["srcdoc"] != frames[2]["srcdoc"]


@pytest.mark.parametrize("customer", MADE_UP)
def test_the_page_has_no_scripts_whoever_it_is_for(customer: str) -> None:
    assert shown(a_look("cart-reminder", customer)).scripts == 0


def test_pictures_of_the_folder_are_in_the_page_and_without_a_folder_the_shop_serves_them() -> None:
    own, live = shown(a_look("cart-reminder")), shown(a_look("cart-reminder", folder=None))

    assert "data:image/png;base64," in own.frames[0]["srcdoc"]
    assert 'src="https://shop.example.com/images/' not in own.frames[0]["srcdoc"]
    assert 'src="https://shop.example.com/images/' in live.frames[0]["srcdoc"]
    assert "https://shop.example.com has to serve them" in live.words


def test_headers_inbox_line_sizes_and_links_are_told() -> None:
    words = shown(a_look("cart-reminder")).words

    assert "List-Unsubscribe<https://unsubscribe.example.com/" in words
    assert "List-Unsubscribe-Post" in words
    assert "multipart/alternative" in words
    assert "of the 102 kB that Gmail shows" in words
    assert "utm_campaign=cart-reminder" in words
    assert "shop.example.com/cart/c-1" in words


def test_the_text_message_is_told_with_what_it_costs() -> None:
    words = shown(a_look("cart-reminder")).words

    assert re.search(r"encoding\s*GSM-7", words)
    assert "0.0083 USD" in words
    assert "Whole link: https://shop.example.com/" in words


def test_a_letter_that_doubles_the_price_of_a_text_is_named() -> None:
    look = a_look("cart-reminder", "hostile-4")  # a name of emoji

    assert look.text is not None
    assert look.text.encoding == "UCS-2"
    assert "It is UCS-2, with room for 70 characters instead of 160, because of: 👩 (U+1F469" in shown(look).words


def test_a_push_and_a_webhook_are_shown_as_the_documents_that_they_are() -> None:
    birthday = starter().playbook.by_id["birthday"]
    every = birthday.model_copy(update={"channels": tuple(Channel)})
    look = a_look(every)
    words = shown(look).words

    assert [*look.notes] == [Channel.PUSH, Channel.WEBHOOK]
    assert '"fcmV1Message"' in words
    assert '"campaign": "birthday"' in words


def test_channels_that_the_campaign_does_not_name_are_said_to_lack() -> None:
    assert "text message, push, webhook" in shown(a_look("review-request")).words


def test_what_would_be_refused_is_said_and_why() -> None:
    draft = starter()
    template = draft.content.templates["birthday"]["en"].model_copy(update={"sms": "{{ customer.first_name }}"})
    content = draft.content.model_copy(update={"templates": {**draft.content.templates, "birthday": {"en": template}}})
    look = a_look("birthday", "sparsest")
    refused = look_at(Subject(draft.playbook, content, look.subject.campaign), look.person, at=look.at, sender=Sender())

    assert refused.text is None
    assert "sms" in refused.refused[Channel.SMS]
    assert "Would be refused by sms" in shown(refused).words


def test_the_other_ways_to_look_are_commands_to_paste() -> None:
    others = (("low: cart-low", "tandem preview cart-reminder --tier low"),)

    assert "tandem preview cart-reminder --tier low" in shown(a_look("cart-reminder", others=others)).words


def test_the_tier_chooses_the_template() -> None:
    assert a_look("cart-reminder", tier=Tier.LOW).send.template == "cart-low"
    assert a_look("cart-reminder", tier=Tier.HIGH).send.template == "cart-high"


def test_a_name_made_of_html_stays_text_on_the_page() -> None:
    look = a_look("cart-reminder", "hostile-2")
    body = page(look).decode()

    assert "<script" in look.send.first_name
    assert "<script" not in body
    assert all("<script" not in unescape(found) for found in re.findall(r'srcdoc="([^"]*)"', body))


def test_a_mail_that_gmail_would_clip_is_told() -> None:
    look = a_look("cart-reminder")
    assert look.mail is not None

    large = replace(look, mail=replace(look.mail, html=look.mail.html + "x" * 102_000))

    assert "Too large:" in shown(large).words
    assert "Too large:" not in shown(look).words


def test_pictures_are_weighed_where_their_files_are(tmp_path: Path) -> None:
    mail = a_look("cart-reminder").mail
    assert mail is not None

    here, nowhere = (sizes(mail, "https://shop.example.com", folder)["Pictures"] for folder in (STARTER, tmp_path))

    assert re.search(r"\d+ pictures, [\d.]+ kB in the \d+ files", here)
    assert "file" not in nowhere
