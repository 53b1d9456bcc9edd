"""The shape of attributes.yaml: what a marketer writes of one attribute, field by field."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, StringConstraints, Tag

from tandem.attributes import Function, Span, Window
from tandem.attributes.windows import DAY, LONGEST, LONGEST_IN_QUARTERS, QUARTER, SHORTEST
from tandem.events import EventType
from tandem.playbook.fields import Model, read_duration, write_duration

MOST_AT_N: Final = 100
MOST_TEXT: Final = 1_000  # characters of an expression
_CALENDAR: Final = {span.value: span for span in Span if span is not Span.ROLLING}


def _as_text(value: object) -> object:
    """YAML reads `true` and `1` as what they are; they are expressions too."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError("write small letters, digits and _, beginning with a letter, at most 63 of them")
    return name


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError(f"{code} is no currency; write three capital letters, such as USD")
    return code


def _read_window(value: object) -> object:
    if isinstance(value, Window):
        return value
    if isinstance(value, str) and value in _CALENDAR:
        return Window(_CALENDAR[value])
    try:
        length = read_duration(value)
    except ValueError as error:
        raise ValueError(f"write {', '.join(_CALENDAR)}, or a length such as 36h or 90d") from error
    if not isinstance(length, timedelta) or not SHORTEST <= length <= LONGEST:
        raise ValueError(f"has to be between {write_duration(SHORTEST)} and {write_duration(LONGEST)}")
    if length <= LONGEST_IN_QUARTERS and length % QUARTER:
        raise ValueError("up to 3d it has to be whole quarter hours, such as 90m")
    if length > LONGEST_IN_QUARTERS and length % DAY:
        raise ValueError("over 3d it has to be whole days, such as 4d")
    return Window(Span.ROLLING, length)


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _value_kind(value: object) -> str:
    return "an amount" if isinstance(value, dict | Amount) else "an expression"


Name = Annotated[str, AfterValidator(_name)]
Expression = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_TEXT)
]
Description = Annotated[str, StringConstraints(max_length=300)]


class Amount(Model):
    """`{ money: total, currency: USD }`: an amount among the properties, in one currency."""

    money: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
    currency: Annotated[str, AfterValidator(_currency)]


class WrittenRule(Model):
    """A rule over events."""

    attribute: Name
    description: Description = ""
    on: Annotated[tuple[EventType, ...], BeforeValidator(_as_list), Field(min_length=1)]
    when: Expression = "true"
    function: Function
    value: (
        Annotated[
            Annotated[Expression, Tag("an expression")] | Annotated[Amount, Tag("an amount")],
            Discriminator(_value_kind),
        ]
        | None
    ) = None
    each_line: Expression | None = None
    weight: Expression | None = None
    n: Annotated[int, Field(ge=1, le=MOST_AT_N)] | None = None
    type: Literal["string", "int", "double", "bool", "timestamp"] | None = None
    window: Annotated[Window, BeforeValidator(_read_window)] = Window()
    refunds: Literal["ignore", "subtract"] | None = None
    publish: bool = False


class WrittenDerived(Model):
    """An attribute computed from others."""

    attribute: Name
    description: Description = ""
    derived: Expression
    otherwise: str | int | float | bool | None = None
    publish: bool = False


def model_of(item: Any) -> type[WrittenRule] | type[WrittenDerived]:
    """What an item of `attributes` is meant to be."""
    return WrittenDerived if isinstance(item, dict) and "derived" in item else WrittenRule
