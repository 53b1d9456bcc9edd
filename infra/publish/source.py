"""YAML with the line of every field, so that a defect can be named where it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError

from infra.publish.problems import problems_of
from tandem.errors import BadPlaybook, Defect

Location = tuple[str | int, ...]
_NO_QUOTES: Final = 'YAML takes the braces for its own: put the text in quotes, such as "{{ shop.name }}"'


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file: plain data, and the line (from 1) of every location in it."""

    name: str
    data: Any
    lines: dict[Location, int]

    def line(self, location: Location) -> int:
        """The line of a location, or of the nearest one around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def defect(self, location: Location, problem: str) -> Defect:
        """A defect at a location of this file."""
        return Defect(self.name, self.line(location), ".".join(map(str, location)) or "(file)", problem)


def read_yaml(path: Path, root: Path) -> Source:
    """The file's data and lines. Raises BadPlaybook when it is not YAML, or has a key twice."""
    name = path.relative_to(root).as_posix()
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise BadPlaybook((Defect(name, mark.line + 1 if mark else 1, "(file)", problem),)) from error
    lines: dict[Location, int] = {}
    data = _build(node, (), lines, name) if node is not None else None
    return Source(name, data, lines)


def _build(node: yaml.Node, location: Location, lines: dict[Location, int], name: str) -> Any:
    """The node as plain data. A key is text as it is written: YAML would read `on` and `no` as true and false."""
    lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        data: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                where = ".".join(map(str, location)) or "(file)"
                raise BadPlaybook((Defect(name, key_node.start_mark.line + 1, where, _NO_QUOTES),))
            key = key_node.value
            here = (*location, key)
            if key in data:
                raise BadPlaybook((Defect(name, key_node.start_mark.line + 1, ".".join(map(str, here)), "twice"),))
            lines[here] = key_node.start_mark.line + 1
            data[key] = _build(value_node, here, lines, name)
        return data
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*location, index), lines, name) for index, item in enumerate(node.value)]
    return yaml.SafeLoader("").construct_object(node)


def validate[M: BaseModel](model: type[M], source: Source, data: Any, at: Location = ()) -> M:
    """`data`, found at `at` in the source, as a model. Raises BadPlaybook with every defect."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise BadPlaybook(
            tuple(
                source.defect((*at, *_in_source(source, at, where)), problem)
                for where, problem in problems_of(error, model)
            )
        ) from error


def _in_source(source: Source, at: Location, loc: Location) -> Location:
    """pydantic names the arm of a union in its path (`a wait`, `literal[…]`), and the place in a list that is one
    word; the file does not."""
    kept: Location = ()
    for index, part in enumerate(loc):
        last = index == len(loc) - 1 and isinstance(part, str) and part.isidentifier()
        if (*at, *kept, part) in source.lines or last:
            kept = (*kept, part)
    return kept
