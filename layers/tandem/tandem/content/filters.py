"""Filters that write a value as the message's reader does: `number`, `money`, `date`, `plural`.

They take the language from what `read_by` puts beside the variables. Its key is no text: no template can name it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from liquid import RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context
from liquid.undefined import Undefined

from tandem.content.locale import CATEGORIES, PLAIN, STYLES, Day, Formats
from tandem.events.money import read_amount


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is written for: the language's formats, and the currency of amounts that name none."""

    formats: Formats = PLAIN
    currency: str = ""


_BESIDE: Final[Any] = Reader  # the key


def read_by(formats: Formats, currency: str) -> dict[Any, Any]:
    """What the variables need beside them for these filters."""
    return {_BESIDE: Reader(formats, currency)}


@with_context
def number(value: object, *, context: RenderContext) -> str:
    """`{{ 1234.5 | number }}`"""
    return _reader(context).formats.number(_a_number("number", value))


@with_context
def money(value: object, currency: object = None, *, context: RenderContext) -> str:
    """`{{ 3995 | money: 'EUR' }}`: minor units; without a currency that of the message."""
    reader = _reader(context)
    code = reader.currency if currency is None else currency
    if not (isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise _bad("money", f"{_shown(code)} is no currency, such as USD")
    amount = _a_number("money", value)
    if amount != int(amount):
        raise _bad("money", f"{_shown(value)} is no amount in minor units, such as 3995 for 39.95")
    return reader.formats.money(int(amount), code)


@with_context
def day(value: object, style: object = "long", *, context: RenderContext) -> str:
    """`{{ order.date | date: 'short' }}`: short, medium, long or full."""
    known = next((each for each in STYLES if each == style), None)
    if known is None:
        raise _bad("date", f"there is no style {_shown(style)}; there are {', '.join(STYLES)}")
    return _reader(context).formats.date(_a_day(value), known)


@with_context
def plural(value: object, *, context: RenderContext, **forms: object) -> str:
    """`{{ lines.size | plural: one: '# record', other: '# records' }}`"""
    said = {name: form for name, form in forms.items() if isinstance(form, str)}
    if unknown := [name for name in forms if name not in CATEGORIES or name not in said]:
        raise _bad("plural", f"{unknown[0]} is no form; there are {', '.join(CATEGORIES)}, each with a text")
    try:
        return _reader(context).formats.plural(_a_number("plural", value), said)
    except ValueError as error:
        raise _bad("plural", str(error)) from error


FILTERS: Final[Mapping[str, Callable[..., str]]] = {"number": number, "money": money, "date": day, "plural": plural}


def _reader(context: object) -> Reader:
    if not isinstance(context, RenderContext):  # a template gave an argument of this name
        raise FilterArgumentError("context: there is no such argument", token=None)
    found = context.scope.get(_BESIDE)
    return found if isinstance(found, Reader) else Reader()


def _a_number(name: str, value: object) -> Decimal:
    """A number, or text that is one. Raises LiquidError, also for what is too long to be written out."""
    _known(name, value)
    finite = not isinstance(value, float | Decimal) or isfinite(value)
    exact = read_amount(Decimal(repr(value)) if isinstance(value, float) else value) if finite else None
    if exact is None:
        raise _bad(name, f"{_shown(value)} is no number that can be written")
    return exact


def _a_day(value: object) -> date:
    _known("date", value)
    match value:
        case Day(date=found):
            return found
        case datetime():
            return value.date()
        case date():
            return value
        case str():
            try:
                return datetime.fromisoformat(value).date()
            except ValueError:
                pass
    raise _bad("date", f"{_shown(value)} is no date, such as 2026-11-22")


def _known(name: str, value: object) -> None:
    """An undefined value says what is undefined, an absent one is named."""
    if isinstance(value, Undefined):
        str(value)
    if value is None:
        raise _bad(name, "there is no value")


def _bad(name: str, problem: str) -> FilterArgumentError:
    return FilterArgumentError(f"{name}: {problem}", token=None)


def _shown(value: object) -> str:
    if isinstance(value, int) and abs(value) > 10**30:
        return "a number of more than 30 digits"
    text = repr(str(value)) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
