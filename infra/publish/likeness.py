"""Templates that are like another: what they do not say, they take from it. A variant is as short as what it tries."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.publish.problems import hint
from infra.publish.source import Location, Source, read_yaml
from tandem.errors import BadPlaybook

LIKE: Final = "like"
_FOLDER: Final = "templates"
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """The words of a playbook's folder."""

    folder: Path

    def whole(self, source: Source) -> Source:
        """The words with what they take from others in the same language. Raises BadPlaybook."""
        return self._whole(source, 0)

    def _whole(self, source: Source, depth: int) -> Source:
        if not isinstance(source.data, dict) or LIKE not in source.data:
            return source
        other = self._whole(self._other(source, depth), depth + 1)
        own = {name: part for name, part in source.data.items() if name != LIKE}
        taken: dict[str, Any] = {name: part for name, part in other.data.items() if name not in own}
        said = source.line((LIKE,))
        lines: dict[Location, int] = {place: said for place in other.lines if place and place[0] in taken}
        return Source(source.name, {**taken, **own}, {**lines, **source.lines})

    def _other(self, source: Source, depth: int) -> Source:
        name, locale = source.data[LIKE], Path(source.name).name
        held = [path.parent.name for path in (self.folder / _FOLDER).glob(f"*/{locale}")]
        if not isinstance(name, str) or name not in held or name.startswith("_"):
            near = hint(str(name), held) or f"; there are {', '.join(sorted(held))}"
            raise BadPlaybook((source.defect((LIKE,), f"there is no {_FOLDER}/{name}/{locale}{near}"),))
        if depth >= _DEEPEST or name == Path(source.name).parent.name:
            raise BadPlaybook((source.defect((LIKE,), "it is like itself, or like too many others in a row"),))
        other = read_yaml(self.folder / _FOLDER / name / locale, self.folder)
        if not isinstance(other.data, dict):
            raise BadPlaybook((source.defect((LIKE,), f"{other.name} says nothing"),))
        return other
