"""The browser that takes pictures of pages."""

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from infra.pages.browser import Browser, BrowserError, browsing, find_browser

BY_WIDTH = "<style>body { margin: 0; background: red } @media (max-width: 480px) { body { background: lime } }</style>"
AT_NIGHT = (
    "<style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not find_browser():
        pytest.skip("no browser on PATH: make browser")
    with browsing() as one:
        yield one


def taken(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def words(font: str, more: str = "") -> str:
    return f'<p style="margin:0;font:{more} 24px {font}">Still humming that tune? REPLAY10</p>'


def test_a_page_is_laid_out_for_the_width_of_its_window(browser: Browser) -> None:
    phone, desk = (taken(browser.picture(BY_WIDTH, width=width)) for width in (375, 640))

    assert (phone.width, phone.getpixel((9, 9))) == (375, (0, 255, 0))
    assert (desk.width, desk.getpixel((9, 9))) == (640, (255, 0, 0))


def test_it_is_day_or_night(browser: Browser) -> None:
    day, night = (taken(browser.picture(AT_NIGHT, width=200, dark=dark)) for dark in (False, True))

    assert (day.getpixel((9, 9)), night.getpixel((9, 9))) == ((255, 255, 255), (0, 0, 0))


def test_the_whole_page_is_on_it_or_as_much_as_is_asked_for(browser: Browser) -> None:
    long = '<body style="margin:0"><div style="height:2345px"></div>'

    assert taken(browser.picture(long, width=300)).size == (300, 2345)
    assert taken(browser.picture(long, width=300, height=500, scale=2)).size == (600, 1000)


def test_one_browser_takes_one_page_after_the_other_and_the_same_page_is_the_same(browser: Browser) -> None:
    pages = [words("Georgia, serif"), words("Arial"), words("Georgia, serif")]

    first, other, again = (browser.picture(page, width=500) for page in pages)

    assert first == again != other


@pytest.mark.parametrize(
    ("stack", "ours"),
    [
        ("Georgia, 'Times New Roman', serif", "Source Serif 4"),
        ("-apple-system, 'Segoe UI', Roboto, sans-serif", "Roboto"),
        ("Helvetica, Arial", "Roboto"),
        ("Menlo, Consolas, monospace", "Roboto Mono"),
    ],
)
def test_mails_are_written_in_our_fonts_on_every_machine(stack: str, ours: str, browser: Browser) -> None:
    pictures = [browser.picture(words(font), width=600) for font in (stack, f"'{ours}'")]

    assert pictures[0] == pictures[1]


def test_bold_and_italic_are_drawn_as_such(browser: Browser) -> None:
    ways = {browser.picture(words("Georgia", way), width=600) for way in ("normal", "bold", "italic")}

    assert len(ways) == 3


def test_pages_run_no_scripts(browser: Browser) -> None:
    page = "<body style='background:white'><script>document.body.style.background = 'red'</script>"

    assert taken(browser.picture(page, width=100)).getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_inside_the_page_is_waited_for(browser: Browser) -> None:
    green = BytesIO()
    Image.new("RGB", (40, 40), "lime").save(green, "PNG")
    data = "data:image/png;base64," + b64encode(green.getvalue()).decode()

    shown = taken(browser.picture(f'<body style="margin:0"><img src="{data}">', width=100))

    assert shown.getpixel((20, 20)) == (0, 255, 0)


def test_what_is_elsewhere_is_not_fetched_and_not_waited_for(browser: Browser) -> None:
    page = '<body style="margin:0"><img src="https://shop.example.com/images/lp.png" width="40" height="40" alt="">'

    assert taken(browser.picture(page, width=100)).size == (100, 100)


@pytest.mark.parametrize(
    ("program", "told"), [("/nowhere/chromium", "could not be run"), ("false", "the browser ended")]
)
def test_a_browser_that_does_not_start_is_said(program: str, told: str) -> None:
    with pytest.raises(BrowserError, match=told), browsing(program):
        pytest.fail("it runs")


def test_where_there_is_none_the_names_looked_for_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BrowserError, match="no browser on PATH \\(chromium, "), browsing():
        pytest.fail("it runs")
