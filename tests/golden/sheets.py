"""What is on each golden picture: mails side by side, in windows as wide as a phone and as a desk's mail program."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import yaml
from PIL import Image

from infra.pages.browser import Browser
from infra.publish.likeness import LIKE
from tandem.content.model import DESIGN
from tests.golden.compare import GAP, beside
from tests.golden.mails import PLAYBOOK, Case, page

TEMPLATES: Final = PLAYBOOK / "templates"
WIDTHS: Final = {"phone": 375, "desk": 640}
_SPARSE: Final = ("cart-low", "post-purchase-medium", "win-back")


@dataclass(frozen=True, slots=True)
class Panel:
    """One mail in one window, `width` CSS pixels wide."""

    case: Case
    width: int

    def __str__(self) -> str:
        return f"{self.case.locale} at {self.width}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture, by its file's name."""

    name: str
    panels: tuple[Panel, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """From where to where each panel reaches, in pixels from the left."""
        starts = [sum(each.width + GAP for each in self.panels[:number]) for number in range(len(self.panels))]
        return tuple((start, start + each.width) for start, each in zip(starts, self.panels, strict=True))


def sheets() -> Iterator[Sheet]:
    """Every template in every language by day at both widths; the first of each design by night; a few for the
    sparsest customer."""
    first_of = dict[str, str]()
    for folder in sorted(each for each in TEMPLATES.iterdir() if not each.name.startswith("_")):
        template, locales = folder.name, sorted(path.stem for path in folder.glob("*.yaml"))
        first_of.setdefault(_design(folder), template)
        for kind, width in WIDTHS.items():
            yield Sheet(f"{template}.{kind}", tuple(Panel(Case(template, each), width) for each in locales))
    for template in first_of.values():
        yield _both(f"{template}.night", Case(template, "en", dark=True))
    for template in _SPARSE:
        yield _both(f"{template}.sparsest", Case(template, "en", sparsest=True))


def _design(folder: Path) -> str:
    """Read from the file alone: to know which pictures there are must not take long."""
    words = yaml.safe_load((folder / "en.yaml").read_text(encoding="utf-8"))
    if LIKE in words and "design" not in words:
        return _design(folder.parent / words[LIKE])
    return str(words.get("design", DESIGN))


def drawn(sheet: Sheet, browser: Browser) -> Image.Image:
    """The sheet as the browser draws it now."""
    return beside([_of(panel, browser) for panel in sheet.panels])


def taken(png: bytes) -> Image.Image:
    """A browser's picture, to be compared."""
    return Image.open(BytesIO(png)).convert("RGB")


def _both(name: str, case: Case) -> Sheet:
    return Sheet(name, tuple(Panel(case, width) for width in WIDTHS.values()))


def _of(panel: Panel, browser: Browser) -> Image.Image:
    return taken(browser.picture(page(panel.case), width=panel.width, dark=panel.case.dark))
