"""YAML with the line of every field, so that a defect can be named where it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tandem.errors import BadPlaybook, Defect
from tandem.playbook.model import Model

FEW: Final = 15
Location = tuple[str | int, ...]
_FIELDS: Final = "has to have fields, each written as `name: value`"
_LIST: Final = "has to be a list"
_WORDS: Final[Mapping[str, str]] = {
    "model_type": _FIELDS,
    "dict_type": _FIELDS,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "string_type": "has to be text",
    "int_type": "has to be a whole number",
    "int_parsing": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "bool_type": "has to be true or false",
    "bool_parsing": "has to be true or false",
    "greater_than_equal": "has to be at least {ge}",
    "less_than_equal": "has to be at most {le}",
    "too_short": "has to have at least {min_length}",
    "too_long": "is too long: {actual_length}, and at most {max_length} fit",
    "string_too_short": "is empty, or too short",
    "string_too_long": "is too long: at most {max_length} characters fit",
}


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
            key = (
                key_node.value
                if isinstance(key_node, yaml.ScalarNode)
                else yaml.SafeLoader("").construct_object(key_node)
            )
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
                source.defect((*at, *_in_source(source, at, item["loc"])), _problem(item, model))
                for item in error.errors(include_url=False)
            )
        ) from error


def _problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    """In our words where pydantic's are its own."""
    match error["type"]:
        case "extra_forbidden":
            return _no_field(str(error["loc"][-1]), tuple(model.model_fields))
        case "missing":
            return "is missing"
        case "enum" | "literal_error":
            known = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected")))
            return _none_of(_written(error["input"]), known)
        case kind if kind in _WORDS:
            return _WORDS[kind].format(**error.get("ctx", {}))
        case _:
            return error["msg"].removeprefix("Value error, ")


def _no_field(given: str, own: tuple[str, ...]) -> str:
    """The nearest field; one that exists, but elsewhere, is no typo."""
    near = get_close_matches(given, own, n=1)
    if not near and given in _field_names():
        return "there is no such field here"
    near = near or get_close_matches(given, _field_names(), n=1)
    return "there is no such field" + (f"; did you mean {near[0]}?" if near else "")


def _written(value: object) -> str:
    """A word as it stands in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _none_of(given: str, known: list[str]) -> str:
    """The nearest word; all of them where they are few."""
    near = get_close_matches(given, known, n=1)
    if near:
        return f"there is no {given}; did you mean {near[0]}?"
    return f"there is no {given}" + (f"; there are {', '.join(known)}" if len(known) <= FEW else "")


@cache
def _field_names() -> tuple[str, ...]:
    """Every field a playbook's files may have."""
    models = [Model]
    for model in models:
        models += model.__subclasses__()
    return tuple(sorted({name for model in models for name in model.model_fields}))


def _in_source(source: Source, at: Location, loc: Location) -> Location:
    """pydantic names the arm of a union in its path, and the place in a list that is one word; the file does not."""
    kept: Location = ()
    for index, part in enumerate(loc):
        last = index == len(loc) - 1 and isinstance(part, str)
        if (*at, *kept, part) in source.lines or last:
            kept = (*kept, part)
    return kept
