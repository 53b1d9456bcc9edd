"""The few shapes our charts are made of, as inline SVG. Colours and fonts are the style sheet's, by class."""

from typing import Final
from xml.etree import ElementTree as ET

from liquid import Markup

WIDTH: Final = 340
HEIGHT: Final = 270


class Drawing:
    """One chart, with a name and a description for those who do not see it."""

    def __init__(self, name: str, title: str, description: str) -> None:
        """Begin with an empty sheet of WIDTH by HEIGHT; `name` is unique on its page."""
        self._root = ET.Element(
            "svg",
            {
                "class": "chart",
                "viewBox": f"0 0 {WIDTH} {HEIGHT}",
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-desc",
            },
        )
        ET.SubElement(self._root, "title", {"id": f"{name}-title"}).text = title
        ET.SubElement(self._root, "desc", {"id": f"{name}-desc"}).text = description

    def bar(self, kind: str, x: float, y: float, width: float, height: float, *, radius: float = 0) -> None:
        """A rectangle; its class gives it its colour."""
        place = {"x": _number(x), "y": _number(y), "width": _number(width), "height": _number(height)}
        ET.SubElement(self._root, "rect", {"class": kind, **place, "rx": _number(radius)})

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """A straight line."""
        ends = {"x1": _number(x1), "y1": _number(y1), "x2": _number(x2), "y2": _number(y2)}
        ET.SubElement(self._root, "line", {"class": kind, **ends})

    def text(self, kind: str, x: float, y: float, words: str, *, anchor: str = "start") -> None:
        """Words that start, end or have their middle at x; y is their base line."""
        place = {"x": _number(x), "y": _number(y), "text-anchor": anchor}
        ET.SubElement(self._root, "text", {"class": kind, **place}).text = words

    def markup(self) -> Markup:
        """The drawing, escaped, to be put in a page."""
        return Markup(ET.tostring(self._root, encoding="unicode"))  # ElementTree has escaped it


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
