"""The fonts that pictures are written in: the same on every machine, whatever it has installed."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

# Packages of open fonts, and the names that they stand in for: mail programs' own, as the brand's stacks name them.
_STANDS_FOR: Final = {
    "fontpkg_source_serif_4": (
        "Source Serif 4",
        ("serif", "Georgia", "Times", "Times New Roman", "Cambria", "Palatino", "Iowan Old Style", "ui-serif"),
    ),
    "fontpkg_roboto": (
        "Roboto",
        ("sans-serif", "system-ui", "ui-sans-serif", "Segoe UI", "Helvetica", "Helvetica Neue", "Arial", "Verdana"),
    ),
    "fontpkg_roboto_mono": (
        "Roboto Mono",
        ("monospace", "ui-monospace", "Menlo", "Consolas", "Courier", "Courier New", "SFMono-Regular"),
    ),
}
# Grey edges on whole pixels' places as drawn: no hints, and no colours at the edges.
_DRAWN: Final = """
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>"""


def font_settings(folder: Path) -> Path | None:
    """Write settings for fontconfig that know our fonts alone; None where their packages are not installed.

    A browser reads them where FONTCONFIG_FILE in its environment says; `folder` is where its cache is kept too.
    """
    found = {package: _directory(package) for package in _STANDS_FOR}
    if not all(found.values()):
        return None
    directories = "".join(f"\n  <dir>{escape(str(each))}</dir>" for each in found.values())
    names = "".join(_named(ours, name) for ours, theirs in _STANDS_FOR.values() for name in theirs)
    cache = f"\n  <cachedir>{escape(str(folder / 'fonts'))}</cachedir>"
    path = folder / "fonts.conf"
    path.write_text(f'<?xml version="1.0"?>\n<fontconfig>{directories}{cache}{names}{_DRAWN}\n</fontconfig>\n')
    return path


def _directory(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent / "files" if spec and spec.origin else None


def _named(ours: str, theirs: str) -> str:
    return f"""
  <match target="pattern">
    <test name="family"><string>{theirs}</string></test>
    <edit name="family" mode="assign" binding="same"><string>{ours}</string></edit>
  </match>"""
