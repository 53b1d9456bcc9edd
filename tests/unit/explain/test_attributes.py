"""Attributes and rules in words."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.explain.attributes import attribute_documents, reason_in_words, shown_attributes
from infra.explain.incomplete import incomplete
from infra.explain.rules import as_text, in_words
from tandem.actor import attributes_of
from tandem.attributes import Attributes, Derived, Function, Money, Rule, Span, Window, merge
from tandem.customer import Customer, absorb
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tests.builders import DAY, HEADER, NOON, event, order, playbook, profile

ORDER, CART = (EventType.ORDER_COMPLETED,), (EventType.CART_VIEWED, EventType.PRODUCT_VIEWED)
WEEK = Window(Span.ROLLING, timedelta(days=7))
NEW_YORK = ZoneInfo("America/New_York")
WORDS: list[tuple[Rule | Derived, str]] = [
    (Rule("a", 101, ORDER, Function.COUNT, subtracts=True), "count of order_completed, less refunds"),
    (
        Rule("a", 101, ORDER, Function.SUM, money=Money("total", "EUR"), window=WEEK),
        "sum of total in EUR on order_completed, in the last 7 days",
    ),
    (
        Rule("a", 101, CART, Function.DISTINCT, value="event.properties.a", when="event.type != 'b'"),
        "distinct of event.properties.a on cart_viewed or product_viewed where event.type != 'b'",
    ),
    (
        Rule("a", 101, ORDER, Function.TOP, value="line.category", weight="line.quantity", n=3, by_line=True),
        "top 3 of line.category weighed by line.quantity on order_completed line by line",
    ),
    (Rule("a", 101, CART[:1], Function.EVER), "whether there ever was cart_viewed"),
    (
        Rule("a", 101, CART[:1], Function.DAYS_SINCE, window=Window(Span.MONTH)),
        "days since the last cart_viewed, this month",
    ),
    (
        Rule("a", 101, ORDER, Function.MEDIAN_GAP, n=10),
        "median days of the last 10 gaps between order_completed",
    ),
    (Derived("a", "customer.orders\n  + 1"), "computed: customer.orders + 1"),
]


@pytest.mark.parametrize(("rule", "words"), WORDS)
def test_a_rule_is_one_line_of_words(rule: Rule | Derived, words: str) -> None:
    assert in_words(rule) == words


VALUES: list[tuple[Any, str, str]] = [
    (None, "", "-"),
    (True, "", "yes"),
    (123456, "", "123,456"),
    (123456, "USD", "1,234.56 USD"),
    (1.5, "", "1.5"),
    (NOON, "", "07:00 New York"),
    (("a", "b"), "", "a, b"),
    ((), "", "-"),
    ("jazz", "", "jazz"),
]


@pytest.mark.parametrize(("value", "currency", "text"), VALUES)
def test_a_value_of_any_kind_is_text(value: Any, currency: str, text: str) -> None:
    assert as_text(value, currency=currency, zone=NEW_YORK, near=NOON) == text


def attributes(*events: Event, rules: tuple[Rule, ...] = (), known: bool = True) -> Attributes:
    book = playbook(rules=rules)
    customer = absorb(Customer("ada"), events, profile() if known else None, book.ruleset, now=NOON).customer
    return attributes_of(customer, profile() if known else None, HEADER, book, now=NOON)


def test_an_attribute_is_shown_with_both_parts_its_rule_and_its_version() -> None:
    shown = shown_attributes(attributes(order("o1", NOON)), currency="USD", zone=NEW_YORK, now=NOON)
    revenue = next(each for each in shown if each.attribute == "revenue_minor")

    assert (revenue.value, revenue.profile, revenue.events) == ("80.00 USD", "50.00 USD", "30.00 USD")
    assert (revenue.version, revenue.state) == (0, "complete")


def test_what_is_computed_has_no_parts_and_no_version() -> None:
    shown = shown_attributes(attributes(), currency="USD", zone=NEW_YORK, now=NOON)
    tier = next(each for each in shown if each.attribute == "basket_tier")

    assert (tier.value, tier.profile, tier.events, tier.version) == ("medium", "", "", None)


def test_an_incomplete_one_says_so_beside_its_value() -> None:
    views = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, version=2, since=NOON - DAY)
    seen = event("product_viewed", "v1", NOON, product_id="a")
    shown = shown_attributes(attributes(seen, rules=(views,)), currency="USD", zone=NEW_YORK, now=NOON)
    told = next(each for each in shown if each.attribute == "views")

    assert told.value == "1 (incomplete)"
    assert told.state == "no snapshot carries its rule yet; the next one to be loaded will"


def test_what_was_left_out_is_a_sentence_with_a_count() -> None:
    foreign = [order(f"o{number}", NOON, currency="EUR") for number in range(2)]
    shown = shown_attributes(attributes(*foreign), currency="USD", zone=NEW_YORK, now=NOON)
    revenue = next(each for each in shown if each.attribute == "revenue_minor")

    assert revenue.left_out == ("2 events left out: it was in another currency",)


def test_machines_get_every_attribute_as_json() -> None:
    documents = attribute_documents(attributes(order("o1", NOON)))

    assert [each["attribute"] for each in documents] == list(playbook().ruleset.by_attribute)
    assert next(each["value"] for each in documents if each["attribute"] == "last_order_at") == "2026-11-20T12:00:00Z"


def reasons(file: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (Path(merge.__file__).parent / file).read_text()))


def test_no_reason_is_without_words() -> None:
    left_out = reasons("contributions.py", r'LeftOut\("(\w+)"') | {"other_currency", "no_currency"}
    lacking = reasons("merge.py", r'return "(\w+)"') | {"too_many_values"}

    assert [each for each in left_out if reason_in_words(each) == each.replace("_", " ")] == []
    assert [each for each in lacking if incomplete(each) == each.replace("_", " ")] == []


def test_what_is_computed_from_something_incomplete_names_it() -> None:
    assert incomplete("doubled: views: crowded").startswith("of views, there were more events")


def test_a_kind_of_money_is_told_by_the_rule_or_the_name() -> None:
    counted = Rule("a_minor", 101, ORDER, Function.SUM, kind=Kind.INT, value="1")
    euros = Rule("b", 102, ORDER, Function.SUM, money=Money("total", "EUR"))
    shown = shown_attributes(
        attributes(order("o1", NOON, currency="EUR"), rules=(counted, euros), known=False),
        currency="USD",
        zone=NEW_YORK,
        now=NOON,
    )

    assert {each.attribute: each.events for each in shown if each.attribute in {"a_minor", "b"}} == {
        "a_minor": "0.01 USD",
        "b": "30.00 EUR",
    }
