"""The picture of the mails for the README: a page that shows them side by side, and what a browser makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from infra.pages import pages
from infra.pages.browser import BrowserError, browsing, find_browser
from infra.pages.model import ShownMail

WIDTH: Final = 1600
HEIGHT: Final = 1532
_COLOURS: Final = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """What was made. `png` is None without a browser, and `note` then says so."""

    html: Path
    png: Path | None
    note: str


def three_mails(mails: Sequence[ShownMail], out: Path, *, browser: str = "") -> Picture:
    """Write three mails side by side as `out` with `.html`, and as `out` with `.png` if there is a browser."""
    if len(mails) != 3:
        raise ValueError(f"the picture shows three mails, not {len(mails)}")
    html, png = out.with_suffix(".html").absolute(), out.with_suffix(".png").absolute()
    html.parent.mkdir(parents=True, exist_ok=True)
    page = pages.picture(mails)
    html.write_bytes(pages.encoded(page))
    if browser or find_browser():
        png.unlink(missing_ok=True)  # where the browser fails, an old picture does not stay in its place
    try:
        with browsing(browser) as one:
            taken = one.picture(page, width=WIDTH, height=HEIGHT)
    except BrowserError as error:
        return Picture(html, None, f"No picture: {error}. Open {html} instead.")
    _small(taken).save(png, optimize=True)
    return Picture(html, png, f"{png}, {WIDTH} × {HEIGHT}")


def _small(png: bytes) -> Image.Image:
    """In so few colours that a README is quickly there."""
    whole = Image.open(BytesIO(png)).convert("RGB")
    return whole.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
