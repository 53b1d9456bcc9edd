"""What one event adds to a rule: every function, single product lines, money, and why a rule gets nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tandem.attributes import Function, Money, Rule, Ruleset, contribute
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tests.builders import DAY, HOUR, MINUTE, NOON, event, merged, order, rule

USD = Money("total", "USD")
ORDER = EventType.ORDER_COMPLETED
TEXT, NUMBER = "event.properties.category", "event.properties.score"
VINYL: dict[str, Any] = {"product_id": "lp-1", "category": "vinyl", "quantity": 2, "price": "20.00"}
DISC: dict[str, Any] = {"product_id": "cd-1", "category": "disc", "quantity": 1, "price": "10.00"}


def seen(number: int, **properties: Any) -> Event:
    """A product viewed, the later the higher the number."""
    return event("product_viewed", f"v{number}", NOON - DAY + number * MINUTE, product_id=f"p{number}", **properties)


def value(rule: Rule, *events: Event) -> Any:
    return merged(events, rules=Ruleset((rule,), number=1))["it"]


def left_out(rule: Rule, *events: Event) -> dict[str, int]:
    return dict(merged(events, rules=Ruleset((rule,), number=1)).value("it").left_out)


def text(function: Function, **changes: Any) -> Rule:
    return rule(function, value=TEXT, kind=Kind.STRING, **changes)


def categories(*names: str) -> list[Event]:
    return [seen(number, category=name) for number, name in enumerate(names)]


def scores(*numbers: float) -> list[Event]:
    return [seen(number, score=each) for number, each in enumerate(numbers)]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (Function.SUM, 9),
        (Function.COUNT, 4),
        (Function.AVERAGE, 2),  # of 9 / 4, rounded down
        (Function.MIN, -3),
        (Function.MAX, 8),
        (Function.FIRST, 8),
        (Function.LAST, 4),
        (Function.DISTINCT, 4),
        (Function.EVER, True),
        (Function.DAYS_SINCE, 0),
        (Function.MEDIAN_GAP, 0),
    ],
)
def test_a_function_over_numbers(function: Function, expected: object) -> None:
    assert value(rule(function, value=NUMBER), *scores(8, -3, 0, 4)) == expected


@pytest.mark.parametrize(
    ("function", "n", "expected"),
    [
        (Function.MIN, 1, "blues"),
        (Function.MAX, 1, "rock"),
        (Function.FIRST, 1, "rock"),
        (Function.LAST, 1, "blues"),
        (Function.DISTINCT, 1, 3),
        (Function.LATEST, 2, ("blues", "jazz")),
        (Function.MOST_FREQUENT, 1, "jazz"),
        (Function.MOST_FREQUENT, 2, ("jazz", "blues")),
        (Function.TOP, 3, ("jazz", "blues", "rock")),
    ],
)
def test_a_function_over_texts(function: Function, n: int, expected: object) -> None:
    assert value(text(function, n=n), *categories("rock", "jazz", "jazz", "blues")) == expected


@pytest.mark.parametrize(
    ("function", "nothing"),
    [
        (Function.SUM, 0),
        (Function.COUNT, 0),
        (Function.DISTINCT, 0),
        (Function.EVER, False),
        (Function.AVERAGE, None),
        (Function.MIN, None),
        (Function.MAX, None),
        (Function.FIRST, None),
        (Function.LAST, None),
        (Function.MOST_FREQUENT, None),
        (Function.DAYS_SINCE, None),
        (Function.MEDIAN_GAP, None),
    ],
)
def test_of_nothing_a_sum_or_a_count_is_zero_and_the_others_have_no_value(function: Function, nothing: object) -> None:
    assert value(rule(function, value=NUMBER)) == nothing


def test_an_average_of_negative_numbers_is_rounded_down_too() -> None:
    assert value(rule(Function.AVERAGE, value=NUMBER), *scores(-1, -2)) == -2


def test_of_two_at_one_moment_the_identity_decides_whichever_came_first() -> None:
    one, other = (event("product_viewed", name, NOON, product_id=name, category=name) for name in ("a", "b"))
    last = max(one, other, key=lambda each: each.identity).properties["category"]

    assert value(text(Function.LAST), one, other) == value(text(Function.LAST), other, one) == last
    assert value(text(Function.FIRST), one, other) != last


def test_of_equal_weights_the_first_by_name_stands() -> None:
    assert value(text(Function.MOST_FREQUENT), *categories("rock", "jazz")) == "jazz"


def test_a_value_seen_again_is_among_the_latest_once_and_moves_to_the_front() -> None:
    assert value(text(Function.LATEST, n=3), *categories("a", "b", "c", "a")) == ("a", "c", "b")


def test_days_since_counts_whole_days_and_moves_with_the_moment_of_reading() -> None:
    rules = Ruleset((rule(Function.DAYS_SINCE),), number=1)
    at = seen(0).occurred_at

    read = [merged([seen(0)], rules=rules, now=at + each)["it"] for each in (HOUR, DAY - MINUTE, DAY, 9 * DAY + HOUR)]

    assert read == [0, 0, 1, 9]


@pytest.mark.parametrize(
    ("hours", "n", "days"),
    [
        ((0,), 10, None),
        ((0, 0), 10, None),  # at one moment: there is no gap
        ((0, 23), 10, 0),
        ((0, 24), 10, 1),
        ((0, 24, 24, 24 * 8), 10, 4),  # of 1 and 7
        ((0, 24, 24 * 6), 10, 3),  # of 1 and 5
        ((0, 24, 24 * 5), 10, 2),  # of 1 and 4, rounded down
        ((0, 47, 94, 94 + 24 * 30), 10, 1),  # of 1, 1 and 30
        ((0, 24 * 30, 24 * 32, 24 * 34), 2, 2),  # the last two of 30, 2 and 2
        ((0, 24 * 30, 24 * 32), 1, 2),
    ],
)
def test_a_median_gap_is_the_whole_days_that_usually_lie_between_two(
    hours: Sequence[int], n: int, days: int | None
) -> None:
    begun = NOON - 40 * DAY
    seen_then = [
        event("product_viewed", f"v{at}", begun + hour * HOUR, product_id="p") for at, hour in enumerate(hours)
    ]

    assert value(rule(Function.MEDIAN_GAP, n=n), *seen_then) == days
    assert value(rule(Function.MEDIAN_GAP, n=n), *reversed(seen_then)) == days


def test_a_weight_counts_as_often_as_it_says() -> None:
    weighted = text(Function.TOP, weight=NUMBER)

    assert value(weighted, seen(0, category="rock", score=2), seen(1, category="jazz", score=3)) == "jazz"


def test_a_timestamp_is_kept_and_read_as_one() -> None:
    first = rule(Function.MIN, value="event.occurred_at", kind=Kind.TIMESTAMP)

    assert value(first, seen(3), seen(1)) == seen(1).occurred_at


def test_a_distinct_count_is_exact_to_a_thousand_and_stays_there() -> None:
    assert value(text(Function.DISTINCT), *categories(*(f"c{each}" for each in range(1_000)))) == 1_000
    assert value(text(Function.DISTINCT), *categories(*(f"c{each}" for each in range(1_200)))) == 1_000


def test_a_text_and_a_number_that_look_alike_are_two_values() -> None:
    parts = [contribute(each, Ruleset((rule(Function.DISTINCT, value=NUMBER, kind=kind),))).parts for each, kind in (
        (seen(0, score=5), Kind.INT),
        (seen(0, score="5"), Kind.STRING),
    )]  # fmt: skip

    assert parts[0] != parts[1]


# Conditions.


def test_only_events_that_meet_the_condition_count() -> None:
    assert value(rule(when="event.properties.score > 3.0"), *scores(2, 4, 5)) == 2


def test_a_condition_that_cannot_be_told_leaves_the_event_out_with_that_reason() -> None:
    condition = rule(when="event.properties.score > 3.0")

    assert value(condition, seen(0), *scores(5)) == 1
    assert left_out(condition, seen(9), seen(8, score=[1])) == {"condition": 2}


def test_a_rule_that_listens_to_another_type_gets_nothing_and_leaves_nothing_out() -> None:
    other = rule(Function.COUNT, EventType.PRODUCT_REVIEWED)

    assert value(other, seen(0)) == 0
    assert left_out(other, seen(0)) == {}


# Why a rule gets nothing.


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        (Kind.INT, 1.5, "not_whole"),
        (Kind.INT, 10**15 + 1, "too_large"),
        (Kind.INT, -(10**15) - 1, "too_large"),
        (Kind.DOUBLE, 1e300, "too_large"),
        (Kind.INT, "7", "wrong_type"),
        (Kind.INT, True, "wrong_type"),
        (Kind.INT, None, "wrong_type"),
        (Kind.STRING, 7, "wrong_type"),
        (Kind.STRING, "x" * 201, "too_long"),
        (Kind.BOOL, "true", "wrong_type"),
        (Kind.TIMESTAMP, "2026-11-20", "wrong_type"),
    ],
)
def test_a_value_that_is_not_what_the_rule_declares_is_left_out_with_a_count_and_a_reason(
    kind: Kind, given: object, reason: str
) -> None:
    last = rule(Function.LAST, value=NUMBER, kind=kind)

    assert value(last, seen(0, score=given)) is None
    assert left_out(last, seen(0, score=given), seen(1, score=given)) == {reason: 2}


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (Kind.INT, 7.0, 7),
        (Kind.INT, 10**15, 10**15),
        (Kind.DOUBLE, 7, 7.0),
        (Kind.STRING, "x" * 200, "x" * 200),
        (Kind.STRING, "", ""),
        (Kind.BOOL, False, False),
    ],
)
def test_a_value_at_the_edge_of_what_is_declared_is_kept(kind: Kind, given: object, kept: object) -> None:
    found = value(rule(Function.LAST, value=NUMBER, kind=kind), seen(0, score=given))

    assert (found, type(found)) == (kept, type(kept))


def test_a_value_that_is_missing_is_left_out_with_that_reason() -> None:
    assert left_out(rule(Function.SUM, value=NUMBER), seen(0)) == {"value": 1}


def test_a_negative_weight_is_left_out() -> None:
    weighted = text(Function.TOP, weight=NUMBER)

    assert left_out(weighted, seen(0, category="rock", score=-1)) == {"negative": 1}


def test_what_one_rule_cannot_use_another_can() -> None:
    rules = Ruleset((rule(Function.SUM, value=NUMBER), rule(attribute="views", code=102)), number=1)

    attributes = merged([seen(0, score="many")], rules=rules)

    assert (attributes["it"], attributes["views"]) == (0, 1)


# Money.


def spent(function: Function = Function.SUM, currency: str = "USD", field: str = "total") -> Rule:
    return rule(function, ORDER, money=Money(field, currency))


def test_money_is_counted_exactly_in_minor_units() -> None:
    cents = [order(f"o{number}", NOON, "0.10") for number in range(3)]

    assert value(spent(), *cents) == 30


def test_money_in_another_currency_is_left_out_with_a_count_and_a_reason() -> None:
    orders = [order("o1", NOON), order("o2", NOON, currency="EUR"), order("o3", NOON, currency="EUR")]

    assert value(spent(), *orders) == 3000
    assert left_out(spent(), *orders) == {"other_currency": 2}


def test_a_currency_without_minor_units_is_counted_in_whole_ones() -> None:
    assert value(spent(currency="JPY"), order("o1", NOON, "1200", currency="JPY")) == 1200


def test_another_amount_among_the_properties_can_be_counted() -> None:
    assert value(spent(field="shipping"), order("o1", NOON, shipping="4.95")) == 495


@pytest.mark.parametrize("amount", ["many", None, [1], "1e3"])
def test_an_amount_that_is_none_is_left_out(amount: object) -> None:
    assert left_out(spent(field="shipping"), order("o1", NOON, shipping=amount)) == {"value": 1}


def test_an_amount_without_a_currency_is_left_out() -> None:
    donated = rule(Function.SUM, money=Money("donation", "USD"))

    assert left_out(donated, seen(0, donation="5.00")) == {"no_currency": 1}


# Lines.


def lines(function: Function, **changes: Any) -> Rule:
    return rule(function, ORDER, by_line=True, **changes)


def test_each_product_line_has_a_value_of_its_own() -> None:
    bought = order("o1", NOON, products=[VINYL, DISC])

    assert value(lines(Function.SUM, value="line.quantity"), bought) == 3
    assert value(lines(Function.COUNT), bought) == 2
    assert value(lines(Function.DISTINCT, value="line.category", kind=Kind.STRING), bought) == 2


def test_a_category_weighs_as_many_pieces_as_were_bought_of_it() -> None:
    affinity = lines(Function.TOP, value="line.category", kind=Kind.STRING, weight="line.quantity")
    twice = [order("o1", NOON, products=[DISC]), order("o2", NOON, products=[{**DISC, "quantity": 4}, VINYL])]

    assert value(affinity, order("o1", NOON, products=[VINYL, DISC])) == "vinyl"
    assert value(affinity, *twice) == "disc"


def test_the_price_of_a_line_is_known_in_minor_units() -> None:
    worth = lines(Function.SUM, value="line.price_minor * line.quantity")

    assert value(worth, order("o1", NOON, products=[VINYL, DISC])) == 5000


def test_a_condition_of_a_line_chooses_among_the_lines() -> None:
    vinyl = lines(Function.SUM, value="line.quantity", when="line.category == 'vinyl'")

    assert value(vinyl, order("o1", NOON, products=[VINYL, DISC])) == 2


def test_a_line_that_cannot_be_told_is_left_out_and_the_others_count() -> None:
    named = lines(Function.DISTINCT, value="line.category", kind=Kind.STRING)
    bought = order("o1", NOON, products=[VINYL, {"product_id": "x"}, DISC])

    assert value(named, bought) == 2
    assert left_out(named, bought) == {"value": 1}


def test_an_event_of_one_product_is_one_line() -> None:
    clicked = rule(Function.SUM, by_line=True, value="line.quantity")

    assert value(clicked, seen(0, quantity=3)) == 3
    assert value(clicked, seen(0)) == 1


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "many", True])
def test_a_line_without_a_whole_number_of_pieces_is_none(quantity: object) -> None:
    viewed = event("products_searched", "s1", NOON, products=[{**DISC, "quantity": quantity}, VINYL])
    pieces = rule(Function.SUM, EventType.PRODUCTS_SEARCHED, by_line=True, value="line.quantity")

    assert value(pieces, viewed) == 2


def test_an_order_is_shown_to_its_rules_only_and_remembers_under_which_playbook() -> None:
    rules = Ruleset((spent(), rule(attribute="views", code=102)), number=7)

    entry = contribute(order("o1", NOON), rules)

    assert dict(entry.parts) == {101: 3000}
    assert entry.playbook == 7


def test_the_order_of_events_does_not_matter_to_any_function() -> None:
    events: Sequence[Event] = [seen(number, category=f"c{number % 3}", score=number % 4) for number in range(12)]
    moved = sorted(events, key=lambda each: each.identity)

    for function in Function:
        by = rule(function, value=TEXT, kind=Kind.STRING, n=2)
        if function in (Function.SUM, Function.AVERAGE):
            by = rule(function, value=NUMBER)
        assert value(by, *events) == value(by, *moved) == value(by, *reversed(events))


def test_a_moment_in_the_future_of_the_reader_is_no_days_ago() -> None:
    rules = Ruleset((rule(Function.DAYS_SINCE),), number=1)

    assert merged([seen(0)], rules=rules, now=seen(0).occurred_at - timedelta(seconds=1))["it"] == 0


def test_of_zero_there_is_one() -> None:
    differently = rule(Function.DISTINCT, value=NUMBER, kind=Kind.DOUBLE)

    assert value(differently, *scores(0.0, -0.0)) == 1
