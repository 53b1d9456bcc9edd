"""What pydantic finds wrong, in our words: what to write instead, and the nearest name."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tandem.playbook.fields import Model

FEW: Final = 15
_STEPS: Final = ("wait", "branch", "split", "campaign", "set", "exit")
_FIELDS: Final = "has to have fields, each written as `name: value`"
_LIST: Final = "has to be a list"
_NAME: Final = "write small letters, digits and {joint}, beginning with a letter, at most 63 of them"
_WORDS: Final[Mapping[str, str]] = {
    "model_type": _FIELDS,
    "dict_type": _FIELDS,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "string_type": "has to be text",
    "int_type": "has to be a whole number",
    "int_parsing": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "float_type": "has to be a number",
    "float_parsing": "has to be a number",
    "bool_type": "has to be true or false",
    "bool_parsing": "has to be true or false",
    "greater_than": "has to be more than {gt}",
    "greater_than_equal": "has to be at least {ge}",
    "less_than_equal": "has to be at most {le}",
    "too_short": "has to have at least {min_length}",
    "too_long": "is too long: {actual_length}, and at most {max_length} fit",
    "string_too_short": "is empty, or too short",
    "string_too_long": "is too long: at most {max_length} characters fit",
}
# By a piece of the pattern: what to write.
_PATTERNS: Final[Mapping[str, str]] = {
    "[a-z][a-z0-9-]": _NAME.format(joint="-"),
    "[a-z][a-z0-9_]": _NAME.format(joint="_"),
    r"(?:\*\.)?": "write a host such as shop.example.com or *.example.com, in small letters, without https:// and path;"
    " letters such as ü as xn--…",
    "#(?:": 'write a colour such as "#1b1815", in quotes',
    "(?:/|https://)": "write a path of the shop, such as /images/a.png, or an https address",
    "[A-Za-z0-9_.-]{": "write letters, digits, - _ and . alone",
    "[A-Z]{3}": "write a currency's three letters, such as USD",
    r"\d{1,4}": 'write an amount such as "0.0083", in quotes',
}


def hint(given: str, known: Any) -> str:
    """`; did you mean orders?` where a name is near to a known one, else empty."""
    near = get_close_matches(given, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def problems_of(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each problem with pydantic's path to it. One that only follows from another is left out."""
    found = error.errors(include_url=False)
    either = {item["loc"][:-1] for item in found if _is_word_of_a_union(item) and not _is_nothing(item)}
    for item in found:
        if item["type"] == "too_short" and isinstance(item["input"], list | tuple) and item["input"]:
            continue  # what it holds is told of
        if _is_nothing(item):
            continue  # a name that may be left out: what is wrong with the name is told
        if item["loc"][:-1] in either and _is_word_of_a_union(item) == _begins_as_a_duration(item["input"]):
            continue  # a duration, or a word: told of once, as what it was meant to be
        yield item["loc"], _problem(item, model)


def _is_word_of_a_union(item: ErrorDetails) -> bool:
    return item["type"] == "literal_error" and str(item["loc"][-1]).startswith("literal[")


def _is_nothing(item: ErrorDetails) -> bool:
    return item["type"] == "literal_error" and item.get("ctx", {}).get("expected") == "''"


def _begins_as_a_duration(value: object) -> bool:
    return str(value)[:1].isdigit()


def _problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    """In our words where pydantic's are its own."""
    match error["type"]:
        case "extra_forbidden":
            return _no_field(str(error["loc"][-1]), _written_names(model))
        case "missing":
            return "is missing"
        case "enum" | "literal_error":
            known = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected")))
            also = ", or write a duration such as 30d" if _is_word_of_a_union(error) else ""
            return _none_of(_written(error["input"]), known) + also
        case "union_tag_invalid":
            return _no_step(error["input"])
        case "string_pattern_mismatch" if words := _of_pattern(str(error.get("ctx", {}).get("pattern"))):
            return words
        case kind if kind in _WORDS:
            return _WORDS[kind].format(**error.get("ctx", {}))
        case _:
            return error["msg"].removeprefix("Value error, ")


def _of_pattern(pattern: str) -> str:
    return next((words for piece, words in _PATTERNS.items() if piece in pattern), "")


def _no_field(given: str, own: tuple[str, ...]) -> str:
    """The nearest field; one that exists, but elsewhere, is no typo."""
    near = hint(given, own)
    if not near and given in _field_names():
        return "there is no such field here"
    return f"there is no such field{near or hint(given, _field_names())}"


def _no_step(given: object) -> str:
    names = [str(name) for name in given if name != "id"] if isinstance(given, dict) else []
    near = next((found for name in names if (found := hint(name, _STEPS))), "")
    return f"is no step: a step is one of {', '.join(_STEPS)}{near}"


def _written(value: object) -> str:
    """A word as it stands in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _none_of(given: str, known: list[str]) -> str:
    """The nearest word; all of them where they are few."""
    if near := hint(given, known):
        return f"there is no {given}{near}"
    return f"there is no {given}" + (f"; there are {', '.join(known)}" if len(known) <= FEW else "")


def _written_names(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model as they are written in a file."""
    return tuple(_written_name(name, info) for name, info in model.model_fields.items())


def _written_name(name: str, info: FieldInfo) -> str:
    match info.validation_alias or info.alias:
        case AliasChoices(choices=[first, *_]):
            return str(first)
        case str(alias):
            return alias
        case _:
            return name


@cache
def _field_names() -> tuple[str, ...]:
    """Every field a playbook's files may have."""
    models = [Model]
    for model in models:
        models += model.__subclasses__()
    return tuple(sorted({name for model in models for name in _written_names(model)}))
