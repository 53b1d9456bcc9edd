"""The golden pictures' files, and what is said of one that is not what it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from infra.local.paths import ROOT
from tests.golden.compare import Difference, beside, difference, side_by_side
from tests.golden.sheets import Panel, Sheet

KEPT: Final = ROOT / "tests/golden/pictures"
SHOWN: Final = ROOT / "out/golden"
_COLOURS: Final = 256


def differences(sheet: Sheet, was: Image.Image, now: Image.Image) -> list[tuple[Panel, Difference]]:
    """The panels that do not look as they did."""
    panels = zip(sheet.panels, _panels(sheet, was), _panels(sheet, now), strict=True)
    found = [(panel, difference(before, after)) for panel, before, after in panels]
    return [(panel, each) for panel, each in found if each.is_seen]


def kept(sheet: Sheet, folder: Path = KEPT) -> Image.Image | None:
    """What was kept of a sheet; None for a new one."""
    path = folder / f"{sheet.name}.png"
    if not path.is_file():
        return None
    with Image.open(path) as picture:
        return picture.convert("RGB")


def keep(sheet: Sheet, now: Image.Image, folder: Path = KEPT) -> Path:
    """Make it what is kept, in so few colours that it is small."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sheet.name}.png"
    small = now.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    return path


def show(sheet: Sheet, was: Image.Image, now: Image.Image, folder: Path = SHOWN) -> Path:
    """Write what it was, what it is and the difference, of the panels that differ; where that is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sheet.name}.png"
    differ = {panel for panel, _ in differences(sheet, was, now)}
    panels = zip(sheet.panels, _panels(sheet, was), _panels(sheet, now), strict=True)
    beside([side_by_side(before, after) for panel, before, after in panels if panel in differ]).save(path)
    return path


def left_over(sheets: list[Sheet], folder: Path = KEPT) -> list[Path]:
    """Pictures of what is no more."""
    names = {f"{each.name}.png" for each in sheets}
    return sorted(each for each in folder.glob("*.png") if each.name not in names)


def _panels(sheet: Sheet, picture: Image.Image) -> Iterator[Image.Image]:
    return (picture.crop((left, 0, right, picture.height)) for left, right in sheet.places)
