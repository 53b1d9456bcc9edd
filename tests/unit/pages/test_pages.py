"""What a run did, as pages: whoever opens them finds the stories first, and behind every link a page."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from infra.pages.model import Story
from infra.pages.shown import reason
from infra.pages.write import write
from tandem.decisions import Outcome
from tests.unit.pages.reports import HOSTILE, crowd, customer, mail, report, text


class Page(HTMLParser):
    """A page's elements in order, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, of: str = "") -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag and of in attributes.get("class", "")]


def test_every_link_leads_to_a_page_and_to_a_place_on_it(tmp_path: Path) -> None:
    index = write(report(*crowd(20), customer("../Odd One/..", HOSTILE)), tmp_path)

    pages = {path: Page(path) for path in (index, *tmp_path.glob("customers/*.html"))}
    links = [(path, each.get("href") or each["src"]) for path, page in pages.items() for each in _linking(page)]

    assert len(pages) == 1 + 20 + 1 + 7
    for path, link in links:
        target, place = urldefrag(link)
        there = (path.parent / target).resolve() if target else path
        assert there.is_relative_to(tmp_path), link
        assert there.exists(), link
        assert not place or place in {each.get("id") for _, each in pages[there].elements}, link


def test_every_customer_is_in_the_index(tmp_path: Path) -> None:
    everyone = report(*crowd(20))

    index = Page(write(everyone, tmp_path))

    linked = {each["href"] for each in index.all("a")}
    pages = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("customers/*.html")}
    assert len(pages) == len(everyone.customers)
    assert pages <= linked


def test_hostile_names_are_printed_as_text(tmp_path: Path) -> None:
    hostile = replace(
        customer('"><img src=x onerror=alert(1)>', HOSTILE),
        facts={HOSTILE: HOSTILE, "tier": '"><b>'},
        mails=(
            replace(mail("m1", "low", name=HOSTILE), subject=HOSTILE, to=HOSTILE, tier=HOSTILE, html="<p>kept</p>"),
        ),
        texts=(replace(text("t1"), body=HOSTILE, to=HOSTILE),),
        notes=(HOSTILE,),
    )
    story = Story(HOSTILE, HOSTILE, HOSTILE, (hostile.customer_id,), hostile.mails, (HOSTILE,), ((HOSTILE, HOSTILE),))

    index = Page(write(replace(report(hostile, stories=(story,)), title=HOSTILE), tmp_path))
    [one] = [Page(path) for path in tmp_path.glob("customers/img-*.html")]

    assert len(index.all("script")) == 1
    assert not one.all("script")
    assert not index.all("img") + one.all("img") + index.all("b") + one.all("b")
    assert "<script>alert" in index.text
    assert "<script>alert" in one.text


def test_the_stories_come_before_the_charts_and_in_their_order(tmp_path: Path) -> None:
    told = report()

    page = write(told, tmp_path).read_text(encoding="utf-8")

    places = [page.index(f'<section class="story {shape}" id="{slug}"') for slug, shape in _SHAPES.items()]
    assert [story.slug for story in told.stories] == list(_SHAPES)
    assert places == sorted(places)
    assert places[-1] < page.index("<svg") < page.index('id="customer-list"')


def test_there_are_three_charts_and_each_can_be_read_aloud(tmp_path: Path) -> None:
    index = Page(write(report(), tmp_path))

    charts = index.all("svg")
    named = {each["id"] for tag, each in index.elements if tag in {"title", "desc"} and "id" in each}

    assert len(charts) == 3
    assert {label for chart in charts for label in chart["aria-labelledby"].split()} == named
    assert "Decisions: 563" in index.text


def test_the_first_story_shows_three_whole_mails_side_by_side(tmp_path: Path) -> None:
    told = report()

    index = Page(write(told, tmp_path))

    frames = index.all("iframe")[:3]
    assert [frame["srcdoc"] for frame in frames] == [shown.html for shown in told.stories[0].mails]
    assert all(frame["sandbox"] == "" for frame in index.all("iframe"))


def test_the_mail_as_it_left_lies_beside_its_page(tmp_path: Path) -> None:
    told = report()

    write(told, tmp_path)

    for shown in (shown for each in told.customers for shown in each.mails):
        assert (tmp_path / "mails" / f"{shown.decision_id}.eml").read_bytes() == shown.eml
        assert (tmp_path / "mails" / f"{shown.decision_id}.html").read_text(encoding="utf-8") == shown.html


def test_every_reason_is_on_the_customers_page(tmp_path: Path) -> None:
    told = report()
    capped = next(each for each in told.customers if each.customer_id == "capped")

    write(told, tmp_path)
    page = Page(tmp_path / "customers" / "capped.html")

    for entry in capped.entries:
        assert entry.title in page.text
        assert all(detail in page.text for detail in entry.details)


def test_a_page_says_what_is_made_up(tmp_path: Path) -> None:
    index = Page(write(report(), tmp_path))

    assert "B. Hardie" in index.text
    assert "made up" in index.text


def test_the_same_report_gives_the_same_bytes_and_leaves_nothing_of_the_last(tmp_path: Path) -> None:
    write(report(*crowd(9)), tmp_path / "once")
    write(report(*crowd(4, seed=1), customer("gone")), tmp_path / "again")
    write(report(*crowd(9)), tmp_path / "again")

    assert _bytes(tmp_path / "once") == _bytes(tmp_path / "again")


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    page = write(report(), tmp_path).read_text(encoding="utf-8")

    ours = re.sub(r'srcdoc="[^"]*"', "", page)

    assert not re.findall(r"https?://|@import|<link|url\(", ours)


def test_an_empty_run_has_a_page_too(tmp_path: Path) -> None:
    told = report(stories=())
    nothing = replace(told.summary, funnel=(), tiers={}, over_time=(), held_back={}, decisions_by_campaign_and_tier={})

    index = Page(write(replace(told, customers=(), summary=nothing), tmp_path))

    assert "Nothing was held back." in index.text
    assert len(index.all("svg")) == 3


def test_a_story_of_somebody_without_a_page_is_an_error(tmp_path: Path) -> None:
    story = Story("lost", "Lost", "", ("nobody",))

    with pytest.raises(ValueError, match="story lost: no customer 'nobody'"):
        write(report(stories=(story,)), tmp_path)


_SHAPES = {
    "one-cart-three-mails": "side-by-side",
    "raised": "with-mail",
    "order-before-cart": "with-timeline",
    "ten-times": "with-mail",
    "held-by-the-cap": "with-timeline",
}


def _linking(page: Page) -> list[dict[str, str]]:
    return [*page.all("a"), *(frame for frame in page.all("iframe") if "src" in frame)]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.CHOSEN])
def test_no_reason_is_told_by_its_code(outcome: Outcome) -> None:
    assert reason(outcome) != outcome.replace("_", " ")
