"""JSON as it comes from outside: exact numbers, bounded depth, no duplicate keys, no lone surrogates."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from tandem.errors import BadEvent
from tandem.events.event import Json, JsonValue

LARGEST_BODY: Final = 256 * 1024
DEEPEST: Final = 32
_LARGEST_INTEGER: Final = 2**63
_LARGEST_EXPONENT: Final = 300
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_object(text: str) -> Json:
    """The JSON object in `text`, floats as exact decimals. Raises BadEvent with the reason."""
    if len(text) > LARGEST_BODY:
        raise BadEvent("too_large")
    try:
        value = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
        if _SURROGATE.search(text):
            value = _well_formed(value)
        _check_depth(value)
    except RecursionError as error:
        raise BadEvent("too_deep") from error
    except ValueError as error:
        raise BadEvent("not_json") from error
    if not isinstance(value, dict):
        raise BadEvent("not_an_object")
    return value


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:  # an exponent beyond what decimals have
        raise BadEvent("number_too_large") from error
    if abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise BadEvent("number_too_large")
    return number


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) >= _LARGEST_INTEGER:
        raise BadEvent("number_too_large")
    return int(text)


def _constant(text: str) -> None:
    raise BadEvent("not_finite", text)


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        raise BadEvent("duplicate_key", next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return value


def _check_depth(value: JsonValue, depth: int = 1) -> None:
    if isinstance(value, dict | list):
        if depth > DEEPEST:
            raise BadEvent("too_deep")
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, depth + 1)


def _well_formed(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_well_formed(item) for item in value]
        case dict():
            return {str(_well_formed(key)): _well_formed(item) for key, item in value.items()}
        case _:
            return value
