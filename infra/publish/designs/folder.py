"""The designs of a playbook's folder, compiled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from infra.publish.designs.compile import compile_design
from infra.publish.designs.located import Located, Place, Places
from infra.publish.designs.read import Reader
from infra.publish.names import problems
from tandem.content import Brand, Layouts
from tandem.content.model import DESIGN
from tandem.errors import Defect

FOLDER: Final = "designs"
# Designs in plain HTML, as playbooks of the first releases have one.
HTML: Final = "templates/_layout.html.liquid"
TEXT: Final = "templates/_layout.txt.liquid"
_FIRST: Final = "_layout"
_UNSUBSCRIBE: Final = "there is no link to unsubscribe: show {{ unsubscribe_url }} {% if unsubscribe_url != '' %}"


@dataclass(frozen=True, slots=True)
class Designs:
    """What is published of them, and where each part was written: by name and `.html` or `.txt`."""

    by_name: Mapping[str, Layouts]
    places: Mapping[str, Places] = field(default_factory=lambda: MappingProxyType({}))
    broken: frozenset[str] = frozenset()  # whose files are there, and no designs

    @property
    def standard(self) -> Layouts:
        """The one for templates that name none; empty if it is not there."""
        return self.by_name.get(DESIGN) or self.by_name.get(_FIRST) or Layouts(html="", text="")


def read_designs(folder: Path, brand: Brand, defects: list[Defect]) -> Designs:
    """Every design of a folder. What is wrong is added to `defects`."""
    if not (folder / FOLDER).is_dir():
        return _first(folder, defects)
    reader = Reader(folder, defects)
    paths = sorted((folder / FOLDER).glob("*.mjml"))
    made = {
        path.stem: compiled for path in paths if (compiled := compile_design(reader.read(path), brand.names, defects))
    }
    if not (folder / FOLDER / f"{DESIGN}.mjml").is_file():
        problem = f"there is no {DESIGN}.mjml, the design of templates that name none"
        defects.append(Defect(FOLDER, 1, "(folder)", problem))
    for name, each in made.items():
        defects.extend(_judged(each.html, each.html_places, f"{FOLDER}/{name}.mjml", html=True))
        defects.extend(_judged(each.text, each.text_places, f"{FOLDER}/{name}.mjml"))
    broken = frozenset(path.stem for path in paths) - made.keys()
    places = {f"{name}.html": each.html_places for name, each in made.items()}
    places |= {f"{name}.txt": each.text_places for name, each in made.items()}
    return Designs({name: Layouts(html=each.html, text=each.text) for name, each in made.items()}, places, broken)


def _first(folder: Path, defects: list[Defect]) -> Designs:
    texts, places = {}, {}
    for name, kind in ((HTML, "html"), (TEXT, "txt")):
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            defects.append(Defect(name, 1, "(file)", f"cannot be read: {type(error).__name__}"))
            text = ""
        else:
            places[f"{_FIRST}.{kind}"] = _by_line(name, text)
            defects.extend(_judged(text, places[f"{_FIRST}.{kind}"], name, html=kind == "html"))
        texts[kind] = text
    return Designs({_FIRST: Layouts(html=texts["html"], text=texts["txt"])}, places)


def _judged(text: str, places: Places, name: str, *, html: bool = False) -> list[Defect]:
    found = [(places.at(offset), problem) for offset, problem in problems(text, html=html)]
    if "unsubscribe_url" not in text:
        found.append((Place(name, 1), _UNSUBSCRIBE))
    return [Defect(place.file, place.line, "(file)", problem) for place, problem in found]


def _by_line(name: str, text: str) -> Places:
    source = Located.of_file(name, text)
    offsets = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]
    return Places(offsets, [source.at(offset) for offset in offsets])
