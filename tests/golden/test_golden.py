"""The starter's mails look as they did when they were last looked at."""

from collections.abc import Iterator

import pytest

from infra.pages.browser import Browser, browsing, find_browser
from tests.golden.compare import difference
from tests.golden.kept import SHOWN, differences, kept, left_over, show
from tests.golden.mails import Case, page, starter
from tests.golden.sheets import Sheet, drawn, sheets, taken

SHEETS = list(sheets())
needs_browser = pytest.mark.skipif(not find_browser(), reason="no browser on PATH: make browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as one:
        yield one


@needs_browser
@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_a_mail_looks_as_it_did(sheet: Sheet, browser: Browser) -> None:
    now, was = drawn(sheet, browser), kept(sheet)
    if was is None:
        pytest.fail(f"there is no picture of {sheet} yet: make golden, look at it, commit it")

    if found := differences(sheet, was, now):
        told = "; ".join(f"{panel}: {difference}" for panel, difference in found)
        pytest.fail(f"{told}. Look at {show(sheet, was, now).relative_to(SHOWN.parent.parent)}; to accept: make golden")


@needs_browser
@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param("#ae4119", "#a04a19", id="a little less red in the button"),
        pytest.param("Back to my cart", "Back to your cart", id="a word"),
        pytest.param("<h1 ", '<h1 align="center" ', id="a place"),
        pytest.param(
            'src="data:image/png', 'src="https://shop.example.com/absent.png', id="pictures that are not there"
        ),
    ],
)
def test_a_change_of_a_mail_is_seen(was: str, now: str, browser: Browser) -> None:
    mail = page(Case("cart-low", "en"))
    assert was in mail

    before, after = (taken(browser.picture(each, width=375)) for each in (mail, mail.replace(was, now)))

    assert not difference(before, before).is_seen
    assert difference(before, after).is_seen


def test_there_is_no_picture_of_what_is_no_more() -> None:
    assert left_over(SHEETS) == []


def test_every_template_of_the_playbook_is_pictured() -> None:
    assert {each.name.partition(".")[0] for each in SHEETS} == set(starter().templates)
