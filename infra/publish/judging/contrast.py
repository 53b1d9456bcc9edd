"""Whether the brand's colours can be read: WCAG 2.2, 1.4.3, asks for 4.5:1."""

from collections.abc import Iterator
from typing import Final

from infra.publish.source import Source
from tandem.content import Brand
from tandem.content.brand import Colours
from tandem.errors import Defect

LEAST: Final = 4.5
# What lies on what.
PAIRS: Final = (
    ("text", "background"),
    ("text", "surface"),
    ("text", "highlight"),
    ("quiet", "background"),
    ("quiet", "surface"),
    ("accent", "background"),
    ("accent", "surface"),
    ("on_accent", "accent"),
)


def illegible(brand: Brand, source: Source) -> Iterator[Defect]:
    """Every colour that cannot be read on what it lies on, by day and by night."""
    themes: tuple[tuple[str, Colours], ...] = (("colours", brand.colours), ("dark", brand.dark))
    for theme, colours in themes:
        for upper, lower in PAIRS:
            found = contrast(getattr(colours, upper), getattr(colours, lower))
            if found < LEAST:
                problem = f"its contrast on {lower} is {found:.1f}:1, and texts need {LEAST}:1"
                yield source.defect((theme, upper), problem)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two hexadecimal colours, from 1 to 21 (WCAG 2.2).

    >>> round(contrast("#000", "#ffffff"), 1)
    21.0
    """
    lower, upper = sorted((_luminance(one), _luminance(other)))
    return (upper + 0.05) / (lower + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, after WCAG 2.2."""
    digits = colour.removeprefix("#")
    whole = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(whole[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
