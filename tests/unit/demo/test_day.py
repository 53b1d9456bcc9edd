"""The day that is planned: real orders, exact amounts, and around them what is made up."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from infra.demo.calendar import today
from infra.demo.cast import Cast, Known
from infra.demo.cdnow import Order
from infra.demo.day import Day, plan
from infra.demo.making import Planned, Scale
from infra.demo.middle import first_copies, latest
from infra.demo.run import some
from infra.publish.playbook import Draft
from tandem.events import CartChanged, OrderCompleted, parse, parse_envelope
from tests.unit.demo.conftest import SEED

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def orders_of(day: Day) -> list[Planned]:
    """The real ones."""
    events = (*day.early, *day.events, *day.late)
    return [event for event in events if event.type == "order_completed" and event.properties["made_up"] != ["all"]]


def test_the_same_seed_makes_the_same_day(
    known: Known, cast: Cast, of_the_day: Sequence[Order], draft: Draft, day: Day
) -> None:
    again = plan(known, cast, of_the_day, draft.playbook.products, seed=SEED, scale=Scale())
    other = plan(known, cast, of_the_day, draft.playbook.products, seed=SEED + 1, scale=Scale())

    assert again == day
    assert other.events != day.events
    assert other.people != day.people


def test_its_orders_are_the_real_ones_each_once(day: Day, of_the_day: Sequence[Order]) -> None:
    planned = {event.properties["order_id"]: event for event in orders_of(day)}

    assert len(orders_of(day)) == 468
    for order in of_the_day:
        assert planned[order.order_id].customer_id == order.customer_id
        assert Decimal(planned[order.order_id].properties["total"]) == order.amount


def test_made_up_products_come_to_the_real_number_of_cds_and_the_real_amount(
    day: Day, of_the_day: Sequence[Order]
) -> None:
    planned = {event.properties["order_id"]: event.properties["products"] for event in orders_of(day)}

    for order in of_the_day:
        lines = planned[order.order_id]
        assert sum(line["quantity"] for line in lines) == order.cds
        assert sum(line["quantity"] * Decimal(line["price"]) for line in lines) == order.amount


def test_every_event_is_understood_and_says_what_of_it_is_made_up(day: Day) -> None:
    for event in (*day.identified, *day.early, *day.events, *day.late):
        parsed = parse_envelope(json.loads(json.dumps(event.envelope(NOW))), NOW)

        assert parsed.customer_id == event.customer_id
        assert event.properties["made_up"]


def test_no_two_events_are_taken_for_the_same(day: Day) -> None:
    planned = (*day.identified, *day.early, *day.events, *day.late)

    assert len({parse_envelope(event.envelope(NOW), NOW).identity for event in planned}) == len(planned)


def test_the_late_cart_occurs_before_its_order_and_is_sent_after_it(day: Day) -> None:
    [order] = [event for event in orders_of(day) if event.customer_id == day.cast.late]
    [cart] = [event for event in day.events if event.customer_id == day.cast.late and event.type == "cart_viewed"]

    assert cart.second > order.second
    assert occurred(cart) < occurred(order)
    assert products(cart) & products(order)


def test_exactly_one_order_is_delivered_ten_times(day: Day) -> None:
    copied = {event.customer_id: event.copies for event in day.events if event.copies > 1}

    assert copied == {day.cast.tenfold: 10}


def test_three_customers_leave_the_same_cart(day: Day) -> None:
    roles = (day.cast.low, day.cast.medium, day.cast.high)
    carts = [event.properties["products"] for event in day.events if event.customer_id in roles]

    assert len(carts) == 3
    assert carts[0] == carts[1] == carts[2]


def test_a_cart_that_is_ordered_is_younger_than_the_wait(day: Day) -> None:
    ordered = {event.properties["order_id"]: event.second for event in orders_of(day)}
    carts = [event for event in day.events if event.event_id.startswith("cart-viewed-cart-")]

    assert len(carts) == Scale().carts_ordered
    for cart in carts:
        assert 2 < ordered[cart.properties["cart_id"].removeprefix("cart-")] - cart.second < 15


def test_some_carts_are_left_behind_by_buyers_and_by_others(day: Day) -> None:
    buyers = {order.customer_id for order in day.orders}
    left = {event.customer_id for event in day.events if event.event_id.startswith("cart-viewed-left-")}

    assert len(left & buyers) == Scale().carts_left_after_order
    assert len(left - buyers) == Scale().carts_left_by_others


def test_everybody_is_introduced_first_and_nobody_can_be_reached(day: Day) -> None:
    everything = (*day.early, *day.events, *day.late)
    assert {event.customer_id for event in day.identified} == {event.customer_id for event in everything}
    for person in day.people.values():
        assert person.email.endswith("@example.com") or not person.email
        assert person.phone[5:10] == "55501" or not person.phone


def test_no_two_people_share_an_address(day: Day) -> None:
    for addresses in ([each.email for each in day.people.values()], [each.phone for each in day.people.values()]):
        known = [address for address in addresses if address]
        assert len(set(known)) == len(known)


def test_languages_channels_and_consents_are_mixed(day: Day) -> None:
    people = day.people.values()

    assert {each.locale.partition("-")[0] for each in people} == {"en", "es", "fil"}
    assert Counter(bool(each.email) for each in people)[False] > 10
    assert sum(not any(each.consents.values()) for each in people) > 10


def test_orders_of_the_small_hours_are_older_than_any_moment_a_snapshot_of_the_day_may_have(day: Day) -> None:
    assert day.cast.handed in {event.customer_id for event in day.early}
    assert len(day.early) == Scale().orders_by_both_ways + 1
    for event in day.early:
        assert parse_envelope(event.envelope(NOW), NOW).occurred_at < latest(NOW)
        assert parse_envelope(event.envelope(NOW), NOW).occurred_at > today(NOW).as_of


def test_the_first_copies_are_the_same_orders_received_when_they_occurred(day: Day) -> None:
    published = [event.envelope(NOW) | {"received_at": NOW.isoformat()} for event in day.early]

    for first, live in zip(first_copies(published), published, strict=True):
        event = parse(first.body, NOW)
        assert event.identity == parse_envelope(live, NOW).identity
        assert event.received_at == event.occurred_at


def test_one_refund_is_partial_one_whole_and_one_comes_before_its_order(day: Day) -> None:
    refunds = {event.customer_id: event for event in day.events if event.type == "order_refunded"}
    placed = {event.customer_id: event.second for event in orders_of(day)}

    assert refunds.keys() == {day.cast.partly, day.cast.returned, day.cast.early, day.cast.sorry}
    assert refunds[day.cast.partly].properties["total"] == "12.96"
    assert "total" not in refunds[day.cast.returned].properties
    assert placed[day.cast.returned] < refunds[day.cast.returned].second
    assert refunds[day.cast.early].second < placed[day.cast.early]


def test_of_two_carts_the_order_names_one_and_they_have_nothing_in_common_with_the_other(day: Day) -> None:
    mine = [event for event in day.events if event.customer_id == day.cast.two_carts]

    bought, left, order = sorted(mine, key=lambda event: event.second)
    assert order.properties["cart_id"] == bought.properties["cart_id"] != left.properties["cart_id"]
    assert not products(left) & products(order)
    assert order.second < 15  # the wait for a cart


def test_the_only_order_goes_back_whole_before_the_next_one_comes(day: Day) -> None:
    refund, order = sorted((each for each in day.events if each.customer_id == day.cast.sorry), key=lambda e: e.second)

    assert (refund.type, refund.properties["order_id"]) == ("order_refunded", day.cast.gave_back.order_id)
    assert "total" not in refund.properties
    assert order.type == "order_completed"


def test_one_order_waits_until_all_is_stopped(day: Day) -> None:
    [order] = day.late

    assert (order.type, order.customer_id) == ("order_completed", day.cast.halted)
    assert not any(event.customer_id == day.cast.halted for event in (*day.early, *day.events))


def test_looks_at_products_say_their_category_and_one_newcomer_looks_five_times(day: Day) -> None:
    looks = [event for event in day.events if event.type == "product_viewed"]

    assert all(event.properties["category"] for event in looks)
    assert sum(event.customer_id == day.cast.browsing for event in looks) == 5
    assert len({event.customer_id for event in looks}) > 50


def test_a_smaller_day_keeps_the_stories(cast: Cast, of_the_day: Sequence[Order]) -> None:
    chosen = some(of_the_day, cast, 12)

    customers = {order.customer_id for order in chosen}
    assert len(customers) == 12
    buying = {cast.raised, cast.late, cast.tenfold, cast.capped, cast.returned, cast.early, cast.handed}
    buying |= {cast.two_carts, cast.halted, cast.sorry}
    assert buying < customers
    assert all(order in chosen for order in of_the_day if order.customer_id in customers)


def occurred(event: Planned) -> datetime:
    return parse_envelope(event.envelope(sent(event)), sent(event)).occurred_at


def sent(event: Planned) -> datetime:
    return NOW + timedelta(seconds=event.second)


def products(event: Planned) -> set[str]:
    body = parse_envelope(event.envelope(NOW), NOW).body
    assert isinstance(body, CartChanged | OrderCompleted)
    return {line.product_id for line in body.lines}
