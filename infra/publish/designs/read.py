"""A design's file with its partials put in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infra.publish.designs.located import Located, Place
from tandem.errors import Defect

_INCLUDE: Final = re.compile(r"<mj-include\b([^>]*?)/?>(?:\s*</mj-include>)?")
_PATH: Final = re.compile(r"""\spath\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# What Outlook alone reads is no comment.
_COMMENTS: Final = (
    (re.compile(r"<!--(?!>|\s*\[if|\s*<!\[endif).*?-->", re.DOTALL), "-->"),
    (re.compile(r"\{%-?\s*comment\b.*?endcomment", re.DOTALL), "endcomment"),
)
_DEEPEST: Final = 5
LARGEST: Final = 300_000  # characters of a design with all that it includes
MOST: Final = 200  # partials put in, those within others too


@dataclass(slots=True)
class Reader:
    """Reads designs of a folder; what is wrong is added to `defects`."""

    root: Path
    defects: list[Defect] = field(default_factory=list)
    _put_in: int = 0
    _size: int = 0

    def read(self, path: Path) -> Located:
        """A file with all that it includes, as deep as five. Empty where it cannot be read."""
        self._put_in = self._size = 0
        return self._read(path, ())

    def _read(self, path: Path, around: tuple[Path, ...]) -> Located:
        name = path.relative_to(self.root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.defects.append(Defect(name, 1, "(file)", f"cannot be read: {type(error).__name__}"))
            return Located.of_file(name, "")
        self._size += len(text)
        if self._size > LARGEST and self._size - len(text) <= LARGEST:  # told once
            self.defects.append(Defect(name, 1, "(file)", f"is too large: at most {LARGEST:,} characters fit"))
        if self._size > LARGEST:
            return Located.of_file(name, "")
        return self._with_partials(Located.of_file(name, text), (*around, path))

    def _with_partials(self, source: Located, around: tuple[Path, ...]) -> Located:
        made, done = Located(), 0
        for found in _INCLUDE.finditer(_without_comments(source.text)):
            made.append(source.cut(done, found.start()))
            if included := self._partial(found[1], source.at(found.start()), around):
                made.append(self._read(included, around))
            done = found.end()
        made.append(source.cut(done, len(source.text)))
        return made

    def _partial(self, attributes: str, place: Place, around: tuple[Path, ...]) -> Path | None:
        self._put_in += 1
        if self._put_in > MOST or self._size > LARGEST:
            if self._put_in == MOST + 1:
                self._refuse(place, f"mj-include: more than {MOST} partials are put in, those within others too")
            return None
        named = _PATH.search(attributes)
        wanted = (named[1] or named[2]) if named else ""
        if not wanted:
            self._refuse(place, 'mj-include: it has no path, such as <mj-include path="partials/lines.mjml" />')
            return None
        folder = (self.root / "designs").resolve()
        path = (folder / wanted).resolve()
        if not path.is_relative_to(folder):
            self._refuse(place, f"mj-include: {wanted} is not in the folder designs")
            return None
        path = self.root / "designs" / path.relative_to(folder)
        if not path.is_file():
            held = ", ".join(sorted(_held(folder))) or "none"
            self._refuse(place, f"mj-include: there is no designs/{wanted}; there are {held}")
            return None
        if path in around or len(around) > _DEEPEST:
            self._refuse(place, f"mj-include: {wanted} includes itself, or lies too deep")
            return None
        return path

    def _refuse(self, place: Place, problem: str) -> None:
        self.defects.append(Defect(place.file, place.line, "(file)", problem))


def _without_comments(text: str) -> str:
    """Blanks for what is commented out. What is not closed is told of elsewhere."""
    for pattern, closes in _COMMENTS:
        end = text.rfind(closes) + len(closes)
        text = pattern.sub(lambda found: " " * len(found[0]), text[:end]) + text[end:]
    return text


def _held(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.mjml"):
        if path.parent != folder:
            yield path.relative_to(folder).as_posix()
