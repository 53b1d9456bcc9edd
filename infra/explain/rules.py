"""Aggregation rules as one line of words, and their values as a person reads them."""

from datetime import datetime, tzinfo
from typing import Any, Final

from infra.explain.words import clock, count, listing, money, place, span
from tandem.attributes import Derived, Function, Rule, Ruleset, Span, Window
from tandem.attributes.rules import VALUELESS
from tandem.expressions import Kind

_MONEY: Final = frozenset({Function.SUM, Function.AVERAGE, Function.MIN, Function.MAX, Function.FIRST, Function.LAST})
_CALENDAR: Final = {Span.EVER: "", Span.TODAY: "today", Span.WEEK: "this week", Span.MONTH: "this month"}
_SUFFIX: Final = "_minor"


def in_words(rule: Rule | Derived) -> str:
    """`sum of total in USD of order_completed, in the last 90 days, less refunds`."""
    if isinstance(rule, Derived):
        return f"computed: {' '.join(rule.expression.split())}"
    lines = " line by line" if rule.by_line else ""
    where = f" where {rule.when}" if rule.when != "true" else ""
    window = window_in_words(rule.window)
    told = [
        f"{_made(rule)} {_of(rule)}{lines}{where}".strip(),
        *([window] if window else []),
        *(["less refunds"] if rule.subtracts else []),
    ]
    return ", ".join(told)


def _made(rule: Rule) -> str:
    name = rule.function.replace("_", " ")
    many = f" {rule.n}" if rule.n > 1 else ""
    if rule.function in VALUELESS and rule.money is None:
        return {
            Function.EVER: "whether there ever was",
            Function.DAYS_SINCE: "days since the last",
            Function.MEDIAN_GAP: f"median days of the last {count(rule.n, 'gap')} between",
        }.get(rule.function, name)
    if rule.money:
        return f"{name}{many} of {rule.money.field} in {rule.money.currency}"
    weighed = f" weighed by {rule.weight}" if rule.weight != "1" else ""
    return f"{name}{many} of {rule.value}{weighed}"


def _of(rule: Rule) -> str:
    events = listing(list(rule.on), "or")
    if rule.function in (Function.EVER, Function.DAYS_SINCE, Function.MEDIAN_GAP):
        return events
    return f"of {events}" if rule.function is Function.COUNT and not rule.money else f"on {events}"


def window_in_words(window: Window) -> str:
    """`today`, `in the last 90 days`; nothing since ever."""
    if window.span is Span.ROLLING:
        return f"in the last {span(window.length.total_seconds())}"
    return _CALENDAR[window.span]


def currency_of(name: str, rules: Ruleset, shop_currency: str) -> str:
    """The currency that an attribute's value is counted in; empty where it is no money.

    What no money field says is told by the name: one that ends in `_minor` is money of the shop.
    """
    rule = rules.by_attribute[name]
    if isinstance(rule, Rule) and rule.money:
        return rule.money.currency if rule.function in _MONEY else ""
    return shop_currency if name.endswith(_SUFFIX) and rule.value_kind is Kind.INT else ""


def as_text(value: Any, *, currency: str = "", zone: tzinfo, near: datetime) -> str:
    """A value of any kind; `-` where there is none."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case int() if currency:
            return money(value, currency)
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
        case datetime():
            return f"{clock(value, zone, near=near)} {place(zone)}"
        case tuple() | list():
            return ", ".join(map(str, value)) if value else "-"
        case _:
            return str(value)
