"""How much anybody gets, and when nothing leaves."""

import pytest

from tandem.testing import At, Expect, Person, Wait, World
from tests.playbook.acts import fills, orders


@pytest.fixture(autouse=True)
def morning(at: At) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")


def thanked(customer: Person, wait: Wait, expect: Expect, times: int) -> None:
    """Orders, one an hour, each thanked for."""
    for number in range(times):
        orders(customer, f"o-{number}")
        expect.sent("post-purchase")
        wait(hours=1)


def test_nobody_gets_a_fourth_message_within_a_week(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    thanked(customer, wait, expect, 3)

    orders(customer, "o-4")

    expect.nothing("post-purchase", because="cap")


def test_a_week_after_the_first_there_is_room_again(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    thanked(customer, wait, expect, 3)
    at("2026-11-30 10:01")

    orders(customer, "o-4")

    expect.sent("post-purchase")


def test_a_message_counts_from_when_it_left(world: World, at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    world.sending(delay="3h")
    for number in range(3):
        orders(customer, f"o-{number}")
    wait(hours=3)
    world.sending()

    at("2026-11-30 12:59")  # a week after they were decided, not yet after they left
    orders(customer, "o-4")
    at("13:01")
    orders(customer, "o-5")

    for _ in range(3):
        expect.sent("post-purchase", at="2026-11-23 13:00")
    expect.sent("post-purchase", at="2026-11-30 13:01")
    expect.nothing()


def test_a_message_that_was_refused_gives_its_place_back(
    world: World, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    world.sending(refuse="provider_rejected")
    orders(customer, "o-refused")
    expect.nothing("post-purchase", because="provider_rejected")
    world.sending()

    thanked(customer, wait, expect, 3)


def test_an_apology_is_no_matter_of_caps(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    thanked(customer, wait, expect, 3)

    customer.does("order_refunded", order_id="o-1", refund_id="r-1")

    expect.sent("refund-apology")


def test_there_is_one_promotion_a_day(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(birthday="11-24")
    at("2026-11-24 09:30")
    expect.sent("birthday")

    orders(customer)  # the first one: it would ask for the second

    expect.nothing("second-order", because="cap")


def test_a_text_message_waits_for_nine_in_the_morning(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(email="", phone="+34600000001")
    at("20:40")
    fills(customer)

    wait(hours=10)
    expect.nothing("cart-reminder", because="deferred")

    wait(hours=10)
    expect.sent("cart-reminder", channel="sms", at="2026-11-24 09:00")
    expect.nothing()


def test_a_mail_waits_for_the_small_hours_to_pass(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known()
    at("22:50")
    fills(customer)

    wait(hours=10)

    expect.sent("cart-reminder", channel="email", at="2026-11-24 06:00")
    expect.nothing()


def test_what_waits_for_the_morning_is_looked_at_again_then(
    at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    at("22:50")
    fills(customer)
    at("02:00")
    orders(customer, cart_id="c-1")

    wait(hours=10)

    expect.sent("post-purchase", at="06:00")
    expect.nothing("cart-reminder", because="cart_closed")


def test_the_night_is_the_customer_s_own(world: World, at: At, expect: Expect) -> None:
    tokyo = world.customer("mei").is_known(orders=2, time_zone="Asia/Tokyo")
    madrid = world.customer("eva").is_known(orders=2)
    at("18:00")  # 2 in the morning in Tokyo

    orders(tokyo, "o-1")
    orders(madrid, "o-2")

    expect.sent("post-purchase", to=madrid, at="18:00")
    expect.nothing("post-purchase", to=tokyo, because="deferred")


def test_a_message_that_could_not_leave_in_time_is_decided_anew_and_leaves_in_the_morning(
    world: World, at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    at("22:50")
    world.sending(delay="20m")

    orders(customer)
    wait(hours=12)

    expect.sent("post-purchase", at="2026-11-24 06:20")
    expect.nothing()


def test_a_no_reaches_a_message_that_has_not_left_yet(
    world: World, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    world.sending(delay="10m")
    orders(customer)

    customer.does("customer_identified", consents={"email": False})
    wait(hours=1)

    expect.nothing("post-purchase", because="opted_out")
