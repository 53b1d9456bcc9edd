"""The page of two playbooks: what it shows, and that texts from outside stay text."""

import re
from datetime import timedelta
from html.parser import HTMLParser

from infra.pages import against as page
from infra.publish.difference import Change, Field
from infra.replay.against import Comparison
from tandem.playbook import Cap
from tests.builders import DAY, NOON, playbook
from tests.unit.pages.reports import HOSTILE
from tests.unit.replay.sides import bought, compared, filled, known, with_campaign


class Page(HTMLParser):
    """A page's elements in order, and its text as one line."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def all(self, tag: str, of: str) -> list[dict[str, str]]:
        return [found for name, found in self.elements if name == tag and of in found.get("class", "").split()]


def drawn(comparison: Comparison, *changes: Change) -> Page:
    return Page(page.against(comparison, changes, made_at=NOON))


def capped(messages: int) -> Cap:
    return Cap(id="weekly", messages=messages, within=timedelta(days=7))


ORDERS = [known(), known("ben"), *(bought(NOON + day * DAY) for day in range(3)), bought(NOON, "ben")]


def test_before_and_after_stand_side_by_side_with_the_reason() -> None:
    shown = drawn(compared(ORDERS, playbook(), playbook(caps=(capped(2),))))

    assert "1 message fewer" in shown.text
    assert "no longer A thanks 22 Nov 2026 07:00 · email B nothing B Not sent: thanks. Already 2 messages" in shown.text
    assert "1 of 2 customers" in shown.text
    assert "New York · 2 other messages the same" in shown.text


def test_every_campaign_has_two_bars_as_long_as_its_messages_are_many() -> None:
    shown = drawn(compared(ORDERS, playbook(), playbook(caps=(capped(2),))))

    bars = {kind: [each["width"] for each in shown.all("rect", kind)] for kind in ("of-A", "of-B")}
    assert bars == {"of-A": ["100.0%", "100.0%"], "of-B": ["100.0%", "50.0%"]}


def test_what_is_otherwise_in_the_playbook_is_told() -> None:
    change = Change("cap", "weekly", "changed", (Field("at most", "3 messages in 7 days", ""),), ("- wait 1 day",))
    shown = drawn(compared(ORDERS, playbook(), playbook()), change)

    assert "cap weekly changed at most 3 messages in 7 days → nothing - wait 1 day" in shown.text


def test_nothing_changes_is_said_and_lists_nobody() -> None:
    shown = drawn(compared(ORDERS, playbook(), playbook()))

    assert "Nothing changes" in shown.text
    assert not shown.all("article", "who")
    assert not [each for each in shown.elements if each[0] == "script"]


def test_as_many_messages_that_are_not_the_same_are_not_called_nothing() -> None:
    shown = drawn(compared([known(), bought(NOON)], playbook(), with_campaign("second", priority=50)))

    assert "As many messages, but not the same" in shown.text


def test_another_channel_is_shown_on_both_sides() -> None:
    events = [known(phone="+34600000001"), bought(NOON)]
    shown = drawn(compared(events, playbook(), with_campaign("second", channels=["sms"])))

    assert "email · second" in shown.text
    assert "sms · second" in shown.text


def test_hostile_names_are_printed_as_text() -> None:
    name = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    events = [known(name, email="ada@example.com"), filled(NOON, customer=name)]
    fewer = playbook(campaigns=playbook().campaigns[:1])
    hostile = Change("campaign", HOSTILE, "changed", (Field(HOSTILE, HOSTILE, HOSTILE),), (f"+ {HOSTILE}",))
    shown = drawn(compared(events, playbook(), fewer), hostile)

    tags = [tag for tag, _ in shown.elements]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert name in shown.text


def test_the_page_needs_nothing_from_elsewhere() -> None:
    content = page.against(compared(ORDERS, playbook(), playbook(caps=(capped(1),))), (), made_at=NOON).decode()

    assert not re.search(r"(?:src|href)=|url\(|@import|https?://", content)


def test_of_more_customers_than_a_page_holds_it_shows_those_with_the_most_differences() -> None:
    comparison = compared(ORDERS, playbook(), playbook(caps=(capped(0),)))
    content = page.against(comparison, (), made_at=NOON, most=1)

    assert len(Page(content).all("article", "who")) == 1
    assert "ada New York" in Page(content).text
    assert "And 1 customer more" in Page(content).text
