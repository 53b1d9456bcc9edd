"""The words that come with the starter playbook."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest

from infra.publish.playbook import read_playbook
from infra.publish.samples import samples
from tandem.content import Content, Mail, Sms, render
from tandem.customer import Channel, Send

TEMPLATES = (
    *("post-purchase-low", "post-purchase-medium", "post-purchase-high"),
    *("cart-low", "cart-medium", "cart-high", "cart-incentive", "second-order", "browsing"),
    *("welcome-1", "welcome-2", "welcome-3", "review-request", "replenishment", "win-back", "birthday"),
    "refund-apology",
)
LOCALES = ("en", "es", "fil")
EACH = pytest.mark.parametrize(("template", "locale"), list(product(TEMPLATES, LOCALES)))
VOID = {"meta", "br", "img", "hr", "link", "wbr"}


@cache
def starter() -> Content:
    return read_playbook(Path("infra/playbook"), published_at=datetime(2026, 1, 1, tzinfo=UTC)).content


def fitting(template: str, locale: str) -> list[Send]:
    """The full sample, and the least that this template can be given: a cart, or not even an order."""
    full, order, cart = samples(starter(), template, locale)
    return [*full, *(cart if template.startswith("cart") else (replace(send, order_id="") for send in order))]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)


def test_every_template_is_looked_at() -> None:
    assert set(starter().templates) == set(TEMPLATES)


@EACH
def test_every_template_is_written_in_every_language(template: str, locale: str) -> None:
    assert starter().for_locale(template, locale)[0] == locale


@EACH
def test_every_mail_is_whole_html_with_links_into_the_shop_only(template: str, locale: str) -> None:
    for send in fitting(template, locale):
        message = render(starter(), send)
        if isinstance(message, Mail):
            tags = Tags()
            tags.feed(message.html)

            assert (tags.open, tags.wrong) == ([], [])
            assert all(link.startswith("https://shop.example.com") for link in tags.links)
            assert f'<html lang="{locale}"' in message.html
            assert starter().shop.postal_address in message.html
            assert len(message.html.encode()) < 100_000  # Gmail clips at 102 KB


@EACH
def test_every_text_message_fits_one_segment(template: str, locale: str) -> None:
    for send in fitting(template, locale):
        message = render(starter(), send)
        if isinstance(message, Sms):
            assert message.segments == 1


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "template", ["post-purchase-high", "cart-high", "post-purchase-medium", "cart-medium", "browsing", "replenishment"]
)
def test_who_spends_more_is_offered_no_discount(template: str, locale: str) -> None:
    words = starter().templates[template][locale]

    assert words.offer is None
    assert "%" not in words.model_dump_json().replace("{%", "").replace("%}", "")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", ["welcome-1", "welcome-2", "review-request", "refund-apology"])
def test_who_is_welcomed_or_asked_is_offered_nothing(template: str, locale: str) -> None:
    words = starter().templates[template][locale]

    assert words.offer is None
    assert "recommendations" not in words.show


@EACH
def test_an_offer_is_the_same_in_every_language_and_named_in_the_text_message(template: str, locale: str) -> None:
    words, english = (starter().templates[template][each] for each in (locale, "en"))

    assert (words.offer and words.offer.code) == (english.offer and english.offer.code)
    assert words.action.url == english.action.url
    assert words.offer is None or words.offer.code in words.sms


def test_every_product_has_its_tip_in_every_language() -> None:
    assert [each.id for each in starter().products if set(each.tip) != set(LOCALES)] == []


def test_both_channels_are_rehearsed() -> None:
    assert {send.channel for send in fitting("cart-low", "en")} == set(Channel)
