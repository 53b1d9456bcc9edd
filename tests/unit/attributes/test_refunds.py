"""Refunds and cancellations: what they take back, from which rules, whichever came first, in the profile and live."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from tandem.attributes import Function, Money, Profile, Rule, Ruleset, Span, Window
from tandem.attributes.profile import MOST_ORDERS
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tandem.profiles.advance import State, advance
from tests.builders import DAY, HOUR, MINUTE, NOON, event, merged, order, profile, rule

ORDER = EventType.ORDER_COMPLETED
USD = Money("total", "USD")
SUM = rule(Function.SUM, ORDER, attribute="sum", code=101, money=USD, subtracts=True)
COUNT = rule(Function.COUNT, ORDER, attribute="count", code=102, subtracts=True)
AVERAGE = rule(Function.AVERAGE, ORDER, attribute="average", code=103, money=USD, subtracts=True)
PIECES = rule(Function.SUM, ORDER, attribute="pieces", code=104, by_line=True, value="line.quantity", subtracts=True)
CATEGORY = rule(
    Function.TOP,
    ORDER,
    attribute="category",
    code=105,
    by_line=True,
    value="line.category",
    weight="line.quantity",
    kind=Kind.STRING,
    subtracts=True,
)
LARGEST = rule(Function.MAX, ORDER, attribute="largest", code=106, money=USD)
TODAY = replace(SUM, attribute="today", code=107, window=Window(Span.TODAY))
BOUGHT_LINES = rule(Function.COUNT, ORDER, attribute="lines", code=108, by_line=True, subtracts=True)
EVERY = Ruleset((SUM, COUNT, AVERAGE, PIECES, CATEGORY, LARGEST, TODAY, BOUGHT_LINES), number=1)
VINYL: dict[str, Any] = {"product_id": "lp", "category": "vinyl", "quantity": 3, "price": "20.00"}
DISC: dict[str, Any] = {"product_id": "cd", "category": "disc", "quantity": 2, "price": "10.00"}


def bought(order_id: str = "o1", total: str = "80.00", **changes: Any) -> Event:
    return order(order_id, NOON - HOUR, total, **{"products": [VINYL, DISC], **changes})


def refunded(order_id: str = "o1", number: int = 1, **properties: Any) -> Event:
    """The whole order, unless there is an amount or a product."""
    at = properties.pop("at", NOON - 10 * MINUTE + number * MINUTE)
    fields = {"order_id": order_id, "currency": "USD", **properties}
    return event("order_refunded", f"r-{order_id}-{number}", at, **fields)


def cancelled(order_id: str = "o1") -> Event:
    return event("order_cancelled", f"c-{order_id}", NOON, order_id=order_id)


def values(*events: Event, names: str = "sum count average pieces category largest") -> tuple[object, ...]:
    attributes = merged(events, rules=EVERY)
    return tuple(attributes[name] for name in names.split())


def included(*events: Event, rules: Ruleset = EVERY) -> Profile:
    """A profile that covers these events."""
    as_of = NOON - 15 * MINUTE
    advanced = advance("ada", State(), events, rules, as_of=as_of)
    assert advanced
    return advanced.profile


@pytest.mark.parametrize("back", [refunded(), cancelled(), refunded(total="80.00"), refunded(total="500.00")])
def test_all_is_taken_back_by_a_full_refund_a_cancellation_or_an_amount_that_reaches_the_total(back: Event) -> None:
    assert values(bought(), back, names="sum count average pieces category") == (0, 0, None, 0, None)


def test_the_largest_order_was_ordered_refunded_or_not() -> None:
    assert values(bought(), refunded(), names="largest") == (8000,)


def test_an_amount_is_taken_from_what_counts_the_total_and_from_nothing_else() -> None:
    assert values(bought(), refunded(total="30.00")) == (5000, 1, 5000, 5, "vinyl", 8000)


def test_products_are_taken_piece_by_piece_from_what_counts_lines() -> None:
    back = refunded(products=[{"product_id": "lp", "quantity": 2}])

    assert values(bought(), back) == (8000, 1, 8000, 3, "disc", 8000)


def test_products_with_prices_are_taken_back_as_an_amount_too() -> None:
    back = refunded(products=[{**VINYL, "quantity": 2}])

    assert values(bought(), back) == (4000, 1, 4000, 3, "disc", 8000)


def test_a_line_counts_until_its_last_piece_came_back() -> None:
    first = refunded(products=[{"product_id": "lp", "quantity": 2}])
    last = refunded(number=2, products=[{"product_id": "lp", "quantity": 1}])

    assert values(bought(), first, names="lines") == (2,)
    assert values(bought(), first, last, names="lines") == (1,)


def test_no_more_pieces_come_back_than_were_bought() -> None:
    back = refunded(products=[{"product_id": "lp", "quantity": 99}, {"product_id": "other", "quantity": 1}])

    assert values(bought(), back, names="pieces category") == (2, "disc")


@pytest.mark.parametrize("amounts", [("30.00", "50.00"), ("20.00", "20.00", "40.00"), ("79.99", "0.01")])
def test_partial_refunds_that_reach_the_total_take_back_all(amounts: tuple[str, ...]) -> None:
    backs = [refunded(number=number, total=amount) for number, amount in enumerate(amounts)]

    assert values(bought(), *backs, names="sum count pieces") == (0, 0, 0)


def test_partial_refunds_that_do_not_reach_the_total_leave_the_order() -> None:
    backs = [refunded(number=number, total="39.99") for number in range(2)]

    assert values(bought(), *backs, names="sum count pieces") == (2, 1, 5)


def test_whichever_came_first_and_however_often_the_values_are_the_same() -> None:
    events = [bought(), refunded(number=1, total="30.00"), refunded(number=2, products=[{"product_id": "cd"}])]
    expected = values(*events)

    assert {values(*mixed) for mixed in permutations(events)} == {expected}
    assert expected[0] == 5000


def test_a_refund_of_an_order_that_never_came_takes_nothing_from_the_others() -> None:
    assert values(bought("o2"), refunded("o1"), names="sum count") == (8000, 1)


def test_a_refund_that_occurred_before_its_order_takes_it_back() -> None:
    early = refunded(at=NOON - 2 * DAY)

    assert values(early, bought(), names="sum count") == (0, 0)


def test_a_refund_in_another_currency_takes_no_amount() -> None:
    assert values(bought(), refunded(total="30.00", currency="EUR"), names="sum count") == (8000, 1)


def test_a_full_refund_takes_all_whatever_its_currency() -> None:
    assert values(bought(), refunded(currency="EUR"), names="sum count") == (0, 0)


def test_an_order_of_nothing_is_not_refunded_by_nothing() -> None:
    assert values(bought(total="0.00"), refunded(total="0.00"), names="count") == (1,)


@pytest.mark.parametrize(("days", "orders"), [(119, 0), (120, 0), (121, 1)])
def test_a_refund_counts_if_it_was_received_within_120_days_of_its_order(days: int, orders: int) -> None:
    old = order("o1", NOON - days * DAY, "80.00")
    back = event("order_refunded", "r1", NOON, order_id="o1", currency="USD")

    assert values(old, back, names="count") == (orders,)


def test_it_is_the_reception_of_a_refund_that_decides_not_when_it_occurred() -> None:
    old = order("o1", NOON - 121 * DAY, "80.00")
    back = event("order_refunded", "r1", NOON - 5 * DAY, received=NOON, order_id="o1", currency="USD")

    assert values(old, back, names="count") == (1,)


def test_a_refund_subtracts_in_the_window_of_its_order_not_in_its_own() -> None:
    yesterday = order("o1", NOON - DAY, "80.00")
    today = order("o2", NOON - HOUR, "10.00")

    assert values(yesterday, today, refunded("o1"), names="today sum") == (1000, 1000)


def test_a_rule_over_refunds_themselves_counts_them() -> None:
    back = rule(Function.SUM, EventType.ORDER_REFUNDED, attribute="back", money=USD)

    assert merged([refunded(total="30.00"), refunded(number=2, total="5.00")], rules=Ruleset((back,)))["back"] == 3500


# The order lies in the profile.


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (refunded(), (0, 0, 0, None)),
        (cancelled(), (0, 0, 0, None)),
        (refunded(total="30.00"), (5000, 1, 5, "vinyl")),
        (refunded(products=[{"product_id": "lp", "quantity": 3}]), (8000, 1, 2, "disc")),
    ],
    ids=["full", "cancelled", "amount", "products"],
)
def test_a_refund_takes_back_an_order_of_the_profile_as_it_would_a_live_one(back: Event, expected: object) -> None:
    known = included(bought())

    attributes = merged([back], known, rules=EVERY)

    assert tuple(attributes[name] for name in ("sum", "count", "pieces", "category")) == expected


def test_what_the_profile_has_already_taken_back_is_not_taken_again() -> None:
    first, second = refunded(total="30.00", at=NOON - 20 * MINUTE), refunded(number=2, total="50.00")
    known = included(bought(), first)

    assert merged([], known, rules=EVERY)["sum"] == 5000
    assert merged([first], known, rules=EVERY)["sum"] == 5000
    assert merged([first, second], known, rules=EVERY)["sum"] == 0
    assert merged([second], known, rules=EVERY)["count"] == 0


def test_a_refund_that_waits_in_the_profile_takes_back_an_order_that_comes_live() -> None:
    waiting = included(refunded(at=NOON - 20 * MINUTE))

    assert merged([bought()], waiting, rules=EVERY)["sum"] == 0


def test_what_each_side_says_adds_up_where_the_order_is_in_one_and_its_refund_in_the_other() -> None:
    value = merged([refunded(total="30.00")], included(bought()), rules=EVERY).value("sum")

    assert (value.profile, value.live, value.value) == (8000, -3000, 5000)


def test_a_refund_of_an_order_that_had_no_room_in_the_profile_makes_what_it_takes_from_incomplete() -> None:
    many = [order(f"o{number}", NOON - DAY + number * MINUTE, "1.00") for number in range(MOST_ORDERS + 1)]
    known = included(*many)

    attributes = merged([refunded("o0")], known, rules=EVERY)

    assert attributes.value("sum").incomplete == "too_many_orders"
    assert attributes["sum"] is None
    assert attributes.value("largest").incomplete == ""
    assert merged([refunded(f"o{MOST_ORDERS}")], known, rules=EVERY)["count"] == MOST_ORDERS


@pytest.mark.parametrize("each", [SUM, PIECES, CATEGORY, AVERAGE])
def test_a_rule_that_ignores_refunds_keeps_what_was_bought(each: Rule) -> None:
    ignoring = replace(each, subtracts=False)
    rules = Ruleset((ignoring, COUNT), number=1)

    kept = merged([bought()], rules=rules)[each.attribute]

    assert merged([bought(), refunded()], rules=rules)[each.attribute] == kept


def test_a_refund_of_thirds_leaves_whole_numbers() -> None:
    thirds = rule(Function.SUM, ORDER, by_line=True, value="line.price_minor", subtracts=True)
    paid = order("o1", NOON - HOUR, "1.00", products=[{"product_id": "x", "quantity": 3, "price": "1.00"}])
    back = refunded(products=[{"product_id": "x", "quantity": 1}])

    assert merged([paid, back], rules=Ruleset((thirds,), number=1))["it"] == 67


def test_a_moment_more_than_120_days_later_is_too_late() -> None:
    old = order("o1", NOON - 120 * DAY - timedelta(milliseconds=1), "80.00")

    assert values(old, event("order_refunded", "r1", NOON, order_id="o1"), names="count") == (1,)


def test_a_profile_without_refundable_orders_is_complete() -> None:
    assert merged([refunded("long-ago")], profile()).value("revenue_minor").incomplete == ""
