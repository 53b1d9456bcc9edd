"""The page: in the person's language, readable by everybody, and nothing from elsewhere in it."""

import re
from html.parser import HTMLParser

import pytest

from tandem.customer import Channel
from tandem.unsubscribing.page import _STYLE, HEADERS, Page
from tandem.unsubscribing.words import ENGLISH, LANGUAGES, Words, words_for
from tests.unit.sending.builders import a_send
from tests.unit.unsubscribing.requests import ONE_CLICK, SENDER, World, link_of


class Read(HTMLParser):
    """The tags of a page, and which inputs stand inside a label."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unlabelled: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append((tag, named))
        if tag == "input" and named.get("type") != "hidden" and "label" not in self.open:
            self.unlabelled.append(str(named.get("name")))
        if tag not in ("meta", "link", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "tags are nested"


def pages(world: World, locale: str) -> dict[str, str]:
    """Every page there is."""
    send = world.sent(a_send(locale=locale), email_news=True)
    link = link_of(send)
    return {
        "ask": world.ask(link).html,
        "done": world.ask(link, ONE_CLICK).html,
        "off": world.ask(link).html,
        "stopped": world.ask(link, {"do": "everything"}).html,
        "unclear": world.ask(link, b"?").html,
        "bad": world.ask(link + "x", **{"accept-language": locale}).html,
        "failed": Page(words_for(locale, ""), SENDER).failed(),
    }


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_page_is_small_whole_and_in_its_language(locale: str) -> None:
    for name, html in pages(World(), locale).items():
        read = Read(html)
        assert read.tags[0] == ("html", {"lang": locale}), name
        assert [tag for tag, _ in read.tags].count("h1") == 1, name
        assert (read.open, read.unlabelled) == ([], []), name
        assert re.search(r"<title>[^<]+</title>", html), name
        assert "{" not in html.replace(_STYLE, ""), name
        assert len(html.encode()) < 8_000, name


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_page_has_scripts_or_anything_from_elsewhere(locale: str) -> None:
    for name, html in pages(World(), locale).items():
        tags = Read(html).tags
        assert {tag for tag, _ in tags} & {"script", "img", "iframe", "object", "base"} == set(), name
        assert [each for _, each in tags for key in each if key.startswith("on") and key != "on"] == [], name
        urls = {each[key] for _, each in tags for key in ("href", "src", "action") if key in each}
        assert urls <= {"", "data:,"}, name


def test_the_headers_allow_its_own_style_and_nothing_else_and_keep_no_copy() -> None:
    world = World()
    send = world.sent()

    for each in (world.ask(link_of(send)), world.ask(link_of(send), ONE_CLICK), world.ask(link_of(send) + "x")):
        headers = each.of_function_url()["headers"]
        assert headers == HEADERS
        assert "set-cookie" not in {name.lower() for name in headers}
        assert f"<style>{_STYLE}</style>" in each.html
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
    assert (HEADERS["Cache-Control"], HEADERS["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_who_sent_it_and_what_for_are_printed_as_text() -> None:
    world = World()
    send = world.sent(a_send(purpose="back-in-stock"))

    html = world.ask(link_of(send)).html

    assert "“Back in stock”" in html
    assert "&lt;b&gt;" in Page(ENGLISH, "<b>").failed()


@pytest.mark.parametrize(
    ("locale", "asked", "found"),
    [
        ("es-MX", "en", "es"),
        ("tl_PH", "", "fil"),
        ("de", "fr;q=0.9, es;q=0.8, en;q=0.7", "es"),
        ("", "en;q=0.1, fil", "fil"),
        ("", "de, *;q=x, es-419", "es"),
        ("", "", "en"),
        ("xx", "zz", "en"),
    ],
)
def test_the_language_is_the_customers_else_the_browsers_else_english(locale: str, asked: str, found: str) -> None:
    assert words_for(locale, asked).locale == found


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
def test_a_language_says_everything_of_every_channel(words: Words) -> None:
    for each in (words.stopped, words.stop, words.channels):
        assert set(each) == set(Channel)
    leads = [words.ask_lead, words.done_lead, words.off_lead]
    assert all("{purpose}" in lead and "{sender}" in lead for lead in leads)


def test_the_first_button_is_the_one_click_of_mail_programs() -> None:
    world = World()
    send = world.sent()

    tags = Read(world.ask(link_of(send)).html).tags

    assert ("input", {"type": "hidden", "name": "List-Unsubscribe", "value": "One-Click"}) in tags
    assert [each.get("method") for tag, each in tags if tag == "form"] == ["post", "post"]


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("20242b", "fffdfa"),
        ("5c6069", "fffdfa"),
        ("16606b", "fffdfa"),
        ("ffffff", "16606b"),
        ("9a4a16", "fffdfa"),
        ("20242b", "f8ebcf"),
        ("edeae3", "1c1f24"),
        ("a7abb4", "1c1f24"),
        ("6cc3cf", "1c1f24"),
        ("10262a", "6cc3cf"),
        ("f0c579", "1c1f24"),
        ("edeae3", "3d301a"),
    ],
)
def test_what_is_written_stands_out_enough_to_be_read(ink: str, paper: str) -> None:
    assert all(f"#{colour.removesuffix('fff')}" in _STYLE for colour in (ink, paper))
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
