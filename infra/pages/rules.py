"""A rule as a marketer says it: what it does, over which events, in which window, and what a refund does to it."""

import re
from collections.abc import Mapping
from typing import Final

from infra.explain.words import count, listing
from tandem.attributes import Function, Rule, Span, Window
from tandem.attributes.rules import ORDERS
from tandem.events import EventType
from tandem.expressions import Kind

DAY_SECONDS: Final = 86_400
_EVENTS: Final[Mapping[str, str]] = {
    EventType.ORDER_COMPLETED: "orders",
    EventType.ORDER_REFUNDED: "refunds",
    EventType.ORDER_CANCELLED: "cancelled orders",
    EventType.PRODUCT_VIEWED: "product views",
    EventType.PRODUCT_ADDED: "products put in a cart",
    EventType.PRODUCT_REMOVED: "products taken out of a cart",
    EventType.CART_VIEWED: "views of a cart",
    EventType.CHECKOUT_STARTED: "checkouts begun",
    EventType.PRODUCTS_SEARCHED: "searches",
    EventType.PRODUCT_REVIEWED: "product reviews",
}
_CALENDAR: Final[Mapping[Span, str]] = {
    Span.EVER: "since ever",
    Span.TODAY: "today",
    Span.WEEK: "this week",
    Span.MONTH: "this month",
}
_LENGTH: Final = re.compile(r"_(\d+)([dh])(?=_|$)")
_UNITS: Final = {"d": "day", "h": "hour"}
_NOUNS: Final = re.compile(r"^(?:event\.properties|event|line)\.")


def title(attribute: str) -> str:
    """`orders_90d` as `Orders, last 90 days`."""
    name = attribute.removesuffix("_minor")
    found = _LENGTH.search(name)
    span = f", last {count(int(found[1]), _UNITS[found[2]])}" if found else ""
    words = _LENGTH.sub("", name).replace("_", " ").strip()
    return f"{words[:1].upper()}{words[1:]}{span}"


def in_words(rule: Rule) -> str:
    """One or two sentences."""
    where = f" where {rule.when}" if rule.when != "true" else ""
    return f"{_what(rule)}{where}, {window(rule.window)}.{_refunds(rule)}"


def noun(types: tuple[EventType, ...]) -> str:
    """The events a rule listens to."""
    return listing([_EVENTS.get(each, each.replace("_", " ")) for each in types])


def window(of: Window) -> str:
    """`in the last 90 days`."""
    if of.span is not Span.ROLLING:
        return _CALENDAR[of.span]
    seconds = int(of.length.total_seconds())
    whole = count(seconds // DAY_SECONDS, "day") if seconds % DAY_SECONDS == 0 else count(seconds // 3600, "hour")
    return f"in the last {whole}"


def _what(rule: Rule) -> str:
    events, value = noun(rule.on), _value(rule)
    each = "each line of " if rule.by_line else ""
    match rule.function:
        case Function.COUNT if rule.money:
            return f"Counts {events} in {rule.money.currency}"
        case Function.COUNT:
            return f"Counts {'the lines of ' if rule.by_line else ''}{events}"
        case Function.SUM:
            return f"Adds up the {value} of {each}{events}"
        case Function.AVERAGE:
            return f"The average {value} of {each}{events}"
        case Function.MIN | Function.MAX | Function.FIRST | Function.LAST:
            return f"The {_which(rule)} {value} of {each}{events}"
        case Function.DISTINCT:
            return f"Counts how many different {_many(value)} there are in {each}{events}"
        case Function.LATEST:
            return f"The latest {rule.n} different {_many(value)} in {each}{events}"
        case Function.MOST_FREQUENT:
            return f"The {value} that comes most often in {each}{events}"
        case Function.TOP:
            best = value if rule.n == 1 else f"{rule.n} {_many(value)}"
            weight = "" if rule.weight == "1" else f", weighed by {_plain(rule.weight)}"
            return f"The {best} with the most weight in {each}{events}{weight}"
        case Function.EVER:
            return f"Whether there were any {events}"
        case Function.DAYS_SINCE:
            return f"Days since the last of the {events}"
        case Function.MEDIAN_GAP:
            return f"The median of the last {count(rule.n, 'gap')} between {events}, in days"


def _which(rule: Rule) -> str:
    if rule.function in (Function.FIRST, Function.LAST):
        return str(rule.function)
    smallest, largest = ("earliest", "latest") if rule.kind is Kind.TIMESTAMP else ("smallest", "largest")
    return smallest if rule.function is Function.MIN else largest


def _value(rule: Rule) -> str:
    if rule.money:
        return f"{'amount' if rule.money.field == 'total' else rule.money.field} in {rule.money.currency}"
    return _plain(rule.value) or "value"


def _many(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _plain(expression: str) -> str:
    """`event.properties.category` as `category`; what is not a plain name stays as it is."""
    if expression == "event.occurred_at":
        return "moment"
    plain = _NOUNS.sub("", expression)
    return plain.replace("_", " ") if re.fullmatch(r"[a-z_]+", plain) else expression


def _refunds(rule: Rule) -> str:
    if rule.subtracts:
        return " Refunds are taken back, in the window of their order."
    return " A refund changes nothing." if EventType.ORDER_COMPLETED in rule.on and ORDERS.issuperset(rule.on) else ""
