"""The words that come with the starter playbook."""

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
    *("cart-low", "cart-medium", "cart-high", "second-order", "browsing"),
)
LOCALES = ("en", "es", "fil")
EACH = pytest.mark.parametrize(("template", "locale"), list(product(TEMPLATES, LOCALES)))
VOID = {"meta", "br", "img", "hr"}


@cache
def starter() -> Content:
    return read_playbook(Path("infra/playbook"), published_at=datetime(2026, 1, 1, tzinfo=UTC)).content


def fitting(template: str, locale: str) -> list[Send]:
    """The full sample and the sparse one that this template is for."""
    full, order, cart = samples(starter(), template, locale)
    return [*full, *(cart if template.startswith("cart") else order)]


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

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)


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
    "template", ["post-purchase-high", "cart-high", "post-purchase-medium", "cart-medium", "browsing"]
)
def test_who_spends_more_is_offered_no_discount(template: str, locale: str) -> None:
    words = starter().templates[template][locale]

    assert words.offer is None
    assert "%" not in words.model_dump_json().replace("{%", "").replace("%}", "")


def test_every_product_has_its_tip_in_every_language() -> None:
    assert [each.id for each in starter().products if set(each.tip) != set(LOCALES)] == []


def test_both_channels_are_rehearsed() -> None:
    assert {send.channel for send in fitting("cart-low", "en")} == set(Channel)
