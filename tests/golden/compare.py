"""Whether two pictures look the same, and where they do not.

Both are made of small squares, each as bright as its pixels together: an edge that another release of the browser draws
a little otherwise is no difference, and neither is a colour that the palette rounds. What differs is seen by one of two
signs: a few squares that are wholly otherwise (a letter, a word that moved), or many that are a little (a colour).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageColor

SQUARE: Final = 4  # pixels
CLEARLY: Final = 24  # of 255, in the colour that differs most
SLIGHTLY: Final = 10
FEW: Final = 2  # squares that differ clearly are a difference
MANY: Final = 100  # and so are as many that differ slightly: a spot of 40 by 40 pixels
GAP: Final = 16
_GROUND: Final = ImageColor.getrgb("#c8c8c8")
_MARK: Final = ImageColor.getrgb("#e00060")


@dataclass(frozen=True, slots=True)
class Difference:
    """How many squares differ so much."""

    clearly: int
    slightly: int

    @property
    def is_seen(self) -> bool:
        """Whether it is more than the browser's own."""
        return self.clearly >= FEW or self.slightly >= MANY

    def __str__(self) -> str:
        return f"{self.clearly} squares differ clearly, {self.slightly} at least slightly"


def difference(was: Image.Image, now: Image.Image) -> Difference:
    """Of two pictures. Where one ends before the other, it is grey."""
    squares = _squares(was, now).histogram()
    return Difference(sum(squares[CLEARLY:]), sum(squares[SLIGHTLY:]))


def side_by_side(was: Image.Image, now: Image.Image) -> Image.Image:
    """What it was, what it is, and what it is with the differences marked."""
    before, after = _same_size(was, now)
    mask = _squares(was, now).point(lambda value: 190 if value >= SLIGHTLY else 0)
    mask = mask.resize((mask.width * SQUARE, mask.height * SQUARE), Image.Resampling.NEAREST)
    mask = mask.crop((0, 0, after.width, after.height))
    marked = Image.blend(after.convert("L").convert("RGB"), Image.new("RGB", after.size, "white"), 0.6)
    marked.paste(Image.new("RGB", after.size, _MARK), (0, 0), mask)
    return beside((before, after, marked))


def beside(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures in a row."""
    size = sum(each.width + GAP for each in pictures) - GAP, max(each.height for each in pictures)
    whole, left = Image.new("RGB", size, _GROUND), 0
    for each in pictures:
        whole.paste(each, (left, 0))
        left += each.width + GAP
    return whole


def _squares(was: Image.Image, now: Image.Image) -> Image.Image:
    """How much each square differs, in the colour that differs most."""
    before, after = (each.reduce(SQUARE) for each in _same_size(was, now))
    red, green, blue = ImageChops.difference(before, after).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _same_size(was: Image.Image, now: Image.Image) -> tuple[Image.Image, Image.Image]:
    size = max(was.width, now.width), max(was.height, now.height)
    before, after = (Image.new("RGB", size, _GROUND) for _ in range(2))
    before.paste(was.convert("RGB"))
    after.paste(now.convert("RGB"))
    return before, after
