"""The starter's mails look as they did when they were last looked at."""

from collections.abc import Iterator

import pytest

from infra.pages.browser import Browser, browsing, find_browser
from tests.golden.kept import SHOWN, differences, kept, left_over, show
from tests.golden.mails import starter
from tests.golden.sheets import Sheet, drawn, sheets

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


def test_there_is_no_picture_of_what_is_no_more() -> None:
    assert left_over(SHEETS) == []


def test_every_template_of_the_playbook_is_pictured() -> None:
    assert {each.name.partition(".")[0] for each in SHEETS} == set(starter().templates)
