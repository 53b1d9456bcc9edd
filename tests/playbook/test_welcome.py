"""The welcome series."""

from tandem.testing import At, Expect, Person, Wait
from tests.playbook.acts import orders


def test_somebody_new_is_welcomed_in_three_steps(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()

    wait(days=21)

    expect.sent("welcome-1", channel="email", at="2026-11-23 11:30")
    expect.sent("welcome-2", channel="email", at="2026-11-27 10:00")
    expect.sent("welcome-3", channel="email", at="2026-12-01 10:00")
    expect.nothing()


def test_whoever_buys_has_arrived_and_is_welcomed_no_more(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()
    wait(days=1)
    expect.sent("welcome-1")

    orders(customer)
    wait(days=21)

    expect.left("welcome", because="order_completed")
    expect.nothing("welcome-2")
    expect.nothing("welcome-3")


def test_whoever_buys_within_the_first_half_hour_gets_the_thank_you_alone(
    at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()
    wait(minutes=20)
    orders(customer)

    wait(days=3)

    expect.sent("second-order", at="11:20")
    expect.nothing()


def test_a_customer_of_old_who_signs_up_again_is_not_welcomed(
    at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.is_known(orders=1)
    customer.signs_up()

    wait(days=21)

    expect.nothing()


def test_nobody_is_welcomed_twice(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()
    wait(days=21)
    for welcome in ("welcome-1", "welcome-2", "welcome-3"):
        expect.sent(welcome)

    customer.signs_up(first_name="Ada Maria")
    wait(days=21)

    expect.nothing()


def test_a_no_ends_the_series_for_good(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()
    wait(days=1)
    expect.sent("welcome-1")

    customer.does("customer_identified", consents={"email": False})
    wait(days=21)

    expect.nothing("welcome-2", because="no_consent")
    expect.nothing("welcome-3", because="no_consent")
