"""Reminders of a cart."""

import pytest

from tandem.testing import At, Expect, Person, Wait, World
from tests.playbook.acts import fills, orders


@pytest.fixture(autouse=True)
def morning(at: At) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")


def test_a_cart_left_behind_is_reminded_of_after_half_an_hour(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known()
    fills(customer)

    wait(days=7)

    expect.sent("cart-reminder", channel="email", at="2026-11-23 10:30")
    expect.nothing()


def test_the_low_tier_is_offered_something_a_day_later(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2, revenue=40)
    fills(customer)

    wait(days=7)

    expect.sent("cart-reminder", template="cart-low", at="2026-11-23 10:30")
    expect.sent("cart-incentive", at="2026-11-24 06:15")  # 20 hours after the last activity, and its patience
    expect.nothing()


@pytest.mark.parametrize(("revenue", "template"), [(100, "cart-medium"), (300, "cart-high")])
def test_nobody_else_is_reminded_a_second_time(
    revenue: int, template: str, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2, revenue=revenue)
    fills(customer)

    wait(days=7)

    expect.sent("cart-reminder", template=template)
    expect.nothing()
    expect.left("cart", because="one reminder is enough")


def test_no_reminder_follows_the_order(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    fills(customer)
    wait(minutes=20)
    orders(customer, cart_id="c-1")

    wait(days=2)

    expect.sent("post-purchase")
    expect.nothing("cart-reminder", because="cart_closed")


def test_no_reminder_where_the_order_arrives_before_its_cart(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    wait(minutes=10)
    orders(customer, cart_id="c-1")
    fills(customer, occurred_at="10:05")

    wait(days=2)

    expect.sent("post-purchase")
    expect.nothing("cart-reminder", because="cart_closed")


def test_the_order_after_the_first_reminder_ends_the_second(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2, revenue=40)
    fills(customer)
    wait(hours=1)
    expect.sent("cart-reminder")

    orders(customer, cart_id="c-1")
    wait(days=2)

    expect.nothing("cart-incentive")
    expect.left("cart", because="cart_ordered")


def test_of_two_carts_only_the_one_that_was_not_bought_is_reminded_of(
    customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    fills(customer, "c-bought")
    fills(customer, "c-left", price=31)
    wait(minutes=10)
    orders(customer, cart_id="c-bought")

    wait(days=2)

    expect.sent("post-purchase")
    assert expect.sent("cart-reminder", at="10:30").send.cart_id == "c-left"
    expect.nothing()


def test_activity_moves_the_wait(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known()
    fills(customer)
    wait(minutes=25)
    fills(customer)

    wait(days=2)

    expect.sent("cart-reminder", at="2026-11-23 10:55")
    expect.nothing()


def test_activity_moves_the_second_wait_too(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2, revenue=40)
    fills(customer)
    wait(hours=4)
    fills(customer)

    wait(days=2)

    expect.sent("cart-reminder", at="2026-11-23 10:30")
    expect.sent("cart-incentive", at="2026-11-24 10:15")
    expect.nothing()


def test_a_cart_that_was_emptied_is_not_reminded_of(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known()
    fills(customer)
    wait(minutes=10)
    customer.does("cart_viewed", cart_id="c-1", products=[])

    wait(days=2)

    expect.nothing("cart-reminder", because="cart_closed")


def test_a_reminder_that_has_not_left_yet_is_withdrawn_by_the_order(
    world: World, customer: Person, wait: Wait, expect: Expect
) -> None:
    world.sending(delay="10m")
    customer.is_known(orders=2)
    fills(customer)
    wait(minutes=35)

    orders(customer, cart_id="c-1")
    wait(days=2)

    expect.nothing("cart-reminder", because="withdrawn")
    expect.sent("post-purchase", at="10:45")


def test_a_text_message_reminds_whom_no_mail_reaches(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(email="", phone="+34600000001")
    fills(customer)

    wait(days=1)

    expect.sent("cart-reminder", channel="sms", at="10:30")
    expect.nothing()
