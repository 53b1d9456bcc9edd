"""The words and designs that come with the starter playbook."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
import yaml

from infra.publish.playbook import read_playbook
from tandem.content import Content, Mail, Sms, render
from tandem.customer import Channel, Send
from tests.unit.content.samples import samples

TEMPLATES = (
    *("post-purchase-low", "post-purchase-medium", "post-purchase-high"),
    *("cart-low", "cart-medium", "cart-high", "cart-incentive", "second-order", "browsing"),
    *("welcome-1", "welcome-2", "welcome-3", "review-request", "replenishment", "win-back", "birthday"),
    "refund-apology",
)
LOCALES = ("en", "es", "fil")
IMAGES = Path("infra/playbook/images")
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
        self.headings: list[str] = []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.headings += [tag] if tag in {"h1", "h2", "h3"} else []
        self.pictures += [dict(attrs)] if tag == "img" else []
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
            assert len(message.html.encode()) < 40_000  # Gmail clips at 102 KB


@EACH
def test_every_mail_has_one_heading_of_its_own_and_every_picture_its_words_and_size(template: str, locale: str) -> None:
    for send in fitting(template, locale):
        message = render(starter(), send)
        if isinstance(message, Mail):
            tags = Tags()
            tags.feed(message.html)

            assert tags.headings[:1] == ["h1"]
            assert tags.headings.count("h1") == 1
            assert all({"alt", "width", "height"} <= set(each) for each in tags.pictures)
            assert all(each["alt"] for each in tags.pictures if "hero-" in (each["src"] or ""))


@EACH
def test_a_mail_asks_for_one_thing_alone(template: str, locale: str) -> None:
    for send in fitting(template, locale):
        message = render(starter(), send)
        if isinstance(message, Mail):
            label = starter().templates[template][locale].action.label

            assert message.html.count(f">{label}</a>") == 1
            assert f"\n{label}: https://shop.example.com/" in message.text


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_mail_shows_the_same_picture_in_every_language_and_says_what_it_is_in_each(template: str) -> None:
    pictures = [words.picture for words in starter().templates[template].values()]

    assert len({picture and picture.image for picture in pictures}) == 1
    assert len({picture and picture.alt for picture in pictures}) == (len(LOCALES) if pictures[0] else 1)


def test_every_picture_that_is_named_lies_in_the_folder_and_none_lies_there_for_nothing() -> None:
    content = starter()
    named = {product.image for product in content.products}
    named |= {words.picture.image for each in content.templates.values() for words in each.values() if words.picture}
    named |= {path for each in content.designs.values() for path in re.findall(r"/images/[a-z-]+\.png", each.html)}

    assert named == {f"/images/{path.name}" for path in IMAGES.glob("*.png")}
    assert {path.stem for path in IMAGES.glob("*.png")} == {path.stem for path in IMAGES.glob("sources/*.svg")}


def test_pictures_are_light_enough_for_a_phone() -> None:
    heavy = {path.name: path.stat().st_size for path in IMAGES.glob("*.png")}

    assert {name: size for name, size in heavy.items() if size > (40_000 if name.startswith("hero") else 15_000)} == {}


def test_every_design_is_worn() -> None:
    worn = {words.design for each in starter().templates.values() for words in each.values()}

    assert worn == set(starter().designs)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_offer_says_how_long_it_holds(locale: str) -> None:
    offers = {name: words[locale].offer for name, words in starter().templates.items()}

    assert [name for name, offer in offers.items() if offer and not offer.days] == []


def test_what_designs_say_is_said_in_every_language() -> None:
    phrases = [
        yaml.safe_load(Path(f"infra/playbook/templates/_phrases/{locale}.yaml").read_text()) for locale in LOCALES
    ]

    assert phrases[0].keys() == phrases[1].keys() == phrases[2].keys()


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
