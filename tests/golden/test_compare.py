"""What counts as a difference between two pictures, and what does not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.golden.compare import difference, side_by_side
from tests.golden.kept import differences, keep, kept, left_over, show
from tests.golden.mails import Case
from tests.golden.sheets import Panel, Sheet

RUST, PAPER, INK = "#ae4119", "#fffdf9", "#211c17"
SHEET = Sheet("cart-low.phone", (Panel(Case("cart-low", "en"), 320),))


def mail(
    *, word: str = "Back to my cart", at: int = 60, button: str = RUST, cover: bool = True, height: int = 400
) -> Image.Image:
    """Something like a mail: a cover, a sentence, and a button with a word."""
    picture = Image.new("RGB", (320, height), PAPER)
    draw = ImageDraw.Draw(picture)
    if cover:
        draw.ellipse((120, 20, 200, 100), fill="#1f3a5f")
    draw.text((30, 140), "Still humming that tune?", fill=INK, font=ImageFont.load_default(22))
    draw.rounded_rectangle((30, 220, 200, 270), radius=10, fill=button)
    draw.text((at, 235), word, fill=PAPER, font=ImageFont.load_default(16))
    return picture


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(mail(word="Beck to my cart"), id="a letter"),
        pytest.param(mail(word="Back to your cart"), id="a word"),
        pytest.param(mail(at=62), id="a word two pixels to the right"),
        pytest.param(mail(button="#a04a19"), id="a little less red in the button"),
        pytest.param(mail(cover=False), id="a picture that is not there"),
        pytest.param(mail(height=420), id="more room below"),
    ],
)
def test_what_a_reader_would_see_is_a_difference(now: Image.Image) -> None:
    assert difference(mail(), now).is_seen


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(lambda mail: mail, id="the same"),
        pytest.param(lambda mail: mail.filter(ImageFilter.GaussianBlur(0.35)), id="softer edges"),
        pytest.param(lambda mail: mail.filter(ImageFilter.UnsharpMask(1, 25, 0)), id="harder edges"),
        pytest.param(lambda mail: mail.point(lambda value: value + 3), id="a little brighter"),
        pytest.param(lambda mail: mail.quantize(128).convert("RGB"), id="fewer colours"),
    ],
)
def test_what_another_release_of_a_browser_draws_otherwise_is_none(drawn: Callable[[Image.Image], Image.Image]) -> None:
    assert not difference(mail(), drawn(mail())).is_seen


def test_what_was_kept_is_read_back_and_looks_the_same(tmp_path: Path) -> None:
    keep(SHEET, mail(), tmp_path)

    was = kept(SHEET, tmp_path)

    assert was
    assert differences(SHEET, was, mail()) == []
    assert kept(SHEET, tmp_path / "elsewhere") is None


def test_what_changed_is_shown_between_what_was_and_where_it_differs(tmp_path: Path) -> None:
    path = show(SHEET, mail(), mail(button="#1f6f78"), tmp_path)

    with Image.open(path) as shown:
        was, now, marked = (shown.getpixel((left + 40, 250)) for left in (0, 336, 672))
    assert (was, now) == ((174, 65, 25), (31, 111, 120))
    assert marked == (215, 48, 119)  # the mark, over what is grey there
    assert path.name == "cart-low.phone.png"


def test_where_nothing_differs_nothing_is_marked() -> None:
    picture = mail()

    marked = side_by_side(picture, picture).crop((672, 0, 992, 400))

    grey = marked.convert("L").convert("RGB")
    assert ImageChops.difference(marked, grey).getbbox() is None


def test_pictures_of_mails_that_are_no_more_are_found(tmp_path: Path) -> None:
    keep(SHEET, mail(), tmp_path)

    assert [left_over([SHEET], tmp_path), [path.name for path in left_over([], tmp_path)]] == [
        [],
        ["cart-low.phone.png"],
    ]
