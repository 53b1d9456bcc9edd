"""The picture of the mails for the README: a page that shows them side by side, and what a browser makes of it."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.pages import pages
from infra.pages.model import ShownMail

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH: Final = 1600
HEIGHT: Final = 1236
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",  # our own page, in containers too
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-features=IsolateSandboxedIframes",  # frames of another process may come too late for the picture
    "--force-device-scale-factor=1",
    "--blink-settings=preferredColorScheme=1",  # light, whatever the machine prefers
)


@dataclass(frozen=True, slots=True)
class Picture:
    """What was made. `png` is None without a browser, and `note` then says so."""

    html: Path
    png: Path | None
    note: str


def three_mails(mails: Sequence[ShownMail], out: Path, *, browser: str | None = None) -> Picture:
    """Write three mails side by side as `out` with `.html`, and as `out` with `.png` if there is a browser."""
    if len(mails) != 3:
        raise ValueError(f"the picture shows three mails, not {len(mails)}")
    html, png = out.with_suffix(".html").absolute(), out.with_suffix(".png").absolute()
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_bytes(pages.encoded(pages.picture(mails)))
    browser = browser or find_browser()
    if not browser:
        return Picture(html, None, f"No picture: no browser on PATH ({', '.join(BROWSERS)}). Open {html} instead.")
    problem = _photograph(browser, html, png)
    if problem:
        return Picture(html, None, f"No picture: {browser} {problem}. Open {html} instead.")
    return Picture(html, png, f"{png}, {WIDTH} × {HEIGHT}")


def find_browser() -> str | None:
    """Where a browser of ours is on PATH."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _photograph(browser: str, page: Path, target: Path) -> str:
    """Take the picture; return what went wrong, or nothing. An old picture does not stay in its place."""
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        own = (f"--user-data-dir={profile}", f"--screenshot={target}", f"--window-size={WIDTH},{HEIGHT}")
        try:
            done = subprocess.run([browser, *_FLAGS, *own, page.as_uri()], capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"could not be run ({type(error).__name__})"
    return "" if done.returncode == 0 and target.exists() else f"ended with {done.returncode} and made none"
