"""Where each value comes from, in words and on the page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from infra.pages.attributes import About, shown_attribute, shown_attributes
from infra.pages.model import ShownAttribute
from infra.pages.rules import in_words, title
from infra.pages.write import write
from tandem.attributes import (
    Derived,
    Function,
    Money,
    Profile,
    Rule,
    Ruleset,
    SnapshotHeader,
    Span,
    Window,
    contribute,
)
from tandem.customer import Customer, absorb
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tests.builders import DAY, HEADER, HOUR, NOON, event, order, playbook, profile, rule
from tests.unit.pages.reports import HOSTILE, attributes, customer, report

ORDERS = EventType.ORDER_COMPLETED
PUBLISHED_TODAY = 2  # a playbook's number


def about(
    events: Sequence[Event],
    known: Profile | None = None,
    header: SnapshotHeader | None = HEADER,
    *,
    rules: Sequence[Rule] = (),
    derived: Sequence[Derived] = (),
) -> About:
    book = playbook(rules=tuple(rules), derived=tuple(derived))
    one = absorb(Customer("ada"), events, known, book.ruleset, now=NOON).customer
    return About(one, known, header, book, NOON)


def refund(order_id: str, total: str) -> Event:
    return event("order_refunded", f"r-{order_id}", NOON - HOUR, order_id=order_id, total=total, currency="USD")


def test_a_sum_is_what_the_profile_holds_and_what_events_add() -> None:
    found = shown_attribute(about([order("o-1", NOON - HOUR, total="50.00")], profile()), "revenue_minor")

    assert (found.profile, found.live, found.value) == ("$50.00", "$50.00", "$100.00")
    assert (found.kept, found.added, found.taken) == (0.5, 0.5, 0)
    assert found.events == ("an order, 1 hour before",)


def test_a_refund_takes_from_the_profiles_part() -> None:
    known = profile(orders=1, revenue_minor=3000, listed=("o-1",))
    bought = absorb(Customer("ada"), [order("o-1", NOON - DAY)], None, playbook().ruleset, now=NOON).customer
    known = replace(known, orders=bought.live.entries)

    found = shown_attribute(about([refund("o-1", "12.00")], known), "revenue_minor")

    assert (found.profile, found.live, found.value) == ("$30.00", "−$12.00", "$18.00")
    assert (found.kept, found.added, found.taken) == (0.6, 0, 0.4)
    assert found.events == ("a refund, 1 hour before",)


def test_a_refund_in_part_is_not_among_the_events_of_a_count_that_it_does_not_change() -> None:
    found = shown_attribute(about([order("o-1", NOON - DAY), refund("o-1", "12.00")]), "orders")

    assert found.events == ("an order, 1 day before",)


def test_of_extremes_only_the_event_that_decides_is_told() -> None:
    shown = about([order("o-1", NOON - HOUR)], profile())

    assert shown_attribute(shown, "first_order_at").events == ()
    assert shown_attribute(shown, "last_order_at").events == ("an order, 1 hour before",)


def test_one_order_more_adds_a_gap_to_those_of_the_profile_and_has_none_alone() -> None:
    gaps = rule(Function.MEDIAN_GAP, ORDERS, code=101, n=10)
    past = contribute(order("o-1", NOON - 30 * DAY), Ruleset((gaps,))).parts[101]
    known = replace(profile(), parts={101: {0: past}}, codes=frozenset({101}))

    found = shown_attribute(about([order("o-2", NOON - HOUR)], known, rules=[gaps]), "it")

    assert (found.profile, found.live, found.value) == ("", "", "29 days")
    assert found.events == ("an order, 1 hour before",)


def test_what_is_left_out_is_told_with_its_reason() -> None:
    found = shown_attribute(about([order("o-1", NOON - HOUR, currency="EUR")]), "revenue_minor")

    assert found.left_out == ("1 event left out: it was in another currency.",)
    assert found.events == ()


def test_without_a_profile_all_comes_from_events_and_the_page_says_so() -> None:
    shown = shown_attributes(about([order("o-1", NOON - HOUR)]))

    assert shown.profile_note.startswith("There is no profile: the last snapshot did not know this customer")
    assert {each.profile for each in shown.counted} == {""}


def test_without_any_snapshot_the_page_says_that_what_came_before_is_not_known() -> None:
    shown = shown_attributes(about([order("o-1", NOON - HOUR)], header=None))

    assert shown.profile_note.startswith("No snapshot has been loaded yet")


def test_a_rule_that_no_snapshot_carries_is_not_complete_and_says_why() -> None:
    new = rule(code=101, version=PUBLISHED_TODAY, since=NOON - DAY)

    found = shown_attribute(about([], profile(), rules=[new]), "it")

    assert found.why == "No snapshot carries its rule yet; the next one to be loaded will."
    assert found.version == "As playbook 2 wrote it, since 19 Nov 07:00"
    assert (found.kept, found.added, found.taken) == (0, 0, 0)


def test_a_derived_attribute_shows_what_it_read() -> None:
    found = shown_attribute(about([order("o-1", NOON - HOUR, total="40.00")], profile()), "basket_value_minor")

    assert found.formula == "customer.revenue_minor / customer.basket_orders"
    assert found.reads == (("customer.basket_orders", "3"), ("customer.revenue_minor", "$90.00"))
    assert found.value == "$30.00"


def test_a_derived_attribute_of_an_incomplete_one_is_not_complete() -> None:
    new = rule(code=101, version=PUBLISHED_TODAY, since=NOON - DAY)
    twice = Derived("twice", "customer.it * 2")

    found = shown_attribute(about([], profile(), rules=[new], derived=[twice]), "twice")

    assert found.why
    assert found.reads == (("customer.it", "not complete yet"),)


def test_what_events_changed_stands_first() -> None:
    shown = shown_attributes(about([event("product_viewed", "v-1", NOON - HOUR)], profile(), rules=[rule()]))

    assert shown.counted[0].name == "it"


def test_moments_are_told_in_the_customers_zone() -> None:
    shown = about([order("o-1", NOON - HOUR)], profile())

    assert shown_attribute(shown, "last_order_at").value == "today 06:00"
    assert shown_attributes(shown).when == "20 Nov 2026 07:00, New York time"


def test_only_the_newest_events_are_listed() -> None:
    views = [event("product_viewed", f"v-{at}", NOON - at * timedelta(minutes=1)) for at in range(1, 8)]

    found = shown_attribute(about(views, rules=[rule()]), "it")

    assert found.events[0] == "a product view, 1 minute before"
    assert found.events[-1] == "and 3 more"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("orders_90d", "Orders, last 90 days"),
        ("spent_24h_minor", "Spent, last 24 hours"),
        ("basket_tier", "Basket tier"),
        ("views_1d", "Views, last 1 day"),
    ],
)
def test_a_name_becomes_a_title(name: str, said: str) -> None:
    assert title(name) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            rule(Function.COUNT, ORDERS, subtracts=True),
            "Counts orders, since ever. Refunds are taken back, in the window",
        ),
        (
            rule(Function.COUNT, ORDERS, money=Money("total", "USD")),
            "Counts orders in USD, since ever. A refund changes no",
        ),
        (
            rule(Function.SUM, ORDERS, money=Money("total", "USD")),
            "Adds up the amount in USD of orders, since ever.",
        ),
        (rule(Function.COUNT, window=Window(Span.TODAY)), "Counts product views, today."),
        (rule(Function.EVER, EventType.PRODUCT_REVIEWED), "Whether there were any product reviews, since ever."),
        (
            rule(Function.AVERAGE, value="event.properties.rating", window=Window(Span.ROLLING, 7 * DAY)),
            "The average rating of product views, in the last 7 days.",
        ),
        (
            rule(Function.TOP, value="line.category", by_line=True, weight="line.quantity", kind=Kind.STRING),
            "The category with the most weight in each line of product views, weighed by quantity, since ever.",
        ),
        (
            rule(Function.LATEST, value="line.product_id", by_line=True, n=5, kind=Kind.STRING),
            "The latest 5 different product ids in each line of product views, since ever.",
        ),
        (rule(Function.DISTINCT, value="event.properties.query"), "Counts how many different queries there are in"),
        (rule(when="event.properties.price > 10.0"), "Counts product views where event.properties.price > 10.0, since"),
        (rule(Function.DAYS_SINCE), "Days since the last of the product views"),
        (
            rule(Function.MEDIAN_GAP, ORDERS, n=10),
            "The median of the last 10 gaps between orders, in days, since ever. A refund changes nothing.",
        ),
        (rule(Function.LAST, value="event.properties.query"), "The last query of product views"),
        (
            rule(Function.MIN, ORDERS, value="event.occurred_at", kind=Kind.TIMESTAMP),
            "The earliest moment of orders, since ever.",
        ),
        (rule(Function.MIN, value="event.properties.price"), "The smallest price of product views"),
        (
            rule(Function.MOST_FREQUENT, value="event.properties.query"),
            "The query that comes most often in product views",
        ),
    ],
)
def test_a_rule_is_told_in_words(written: Rule, said: str) -> None:
    assert in_words(written).startswith(said)


def test_every_part_of_every_attribute_is_on_the_page(tmp_path: Path) -> None:
    one = customer("ada", attributes=attributes())
    write(report(one), tmp_path)

    page = (tmp_path / "customers" / "ada.html").read_text(encoding="utf-8")

    assert one.attributes
    assert one.attributes.profile_note in page
    for each in (*one.attributes.counted, *one.attributes.derived):
        for words in (each.title, each.value, each.profile, each.live, each.rule, each.why, each.formula):
            assert words in page
        assert all(words in page for words in (*each.left_out, *each.events))
    assert page.count("<article") == len(one.attributes.counted) + len(one.attributes.derived)
    assert page.count("not complete yet") == 1


def test_hostile_attributes_are_printed_as_text(tmp_path: Path) -> None:
    hostile = ShownAttribute(
        name=HOSTILE,
        title=HOSTILE,
        value=HOSTILE,
        description=HOSTILE,
        profile=HOSTILE,
        live=HOSTILE,
        rule=HOSTILE,
        version=HOSTILE,
        why=HOSTILE,
        left_out=(HOSTILE,),
        events=(HOSTILE,),
        formula=HOSTILE,
        reads=((HOSTILE, HOSTILE),),
    )
    shown = replace(
        attributes(), when=HOSTILE, profile_note=HOSTILE, live_note=HOSTILE, counted=(hostile,), derived=(hostile,)
    )

    write(report(customer("ada", attributes=shown)), tmp_path)

    assert "<script>" not in (tmp_path / "customers" / "ada.html").read_text(encoding="utf-8")
