"""What comes back: the next order, a customer who has been away, a birthday."""

import pytest

from tandem.testing import At, Expect, Person, Wait, World
from tests.playbook.acts import orders


@pytest.fixture(autouse=True)
def morning(at: At) -> None:
    at("2026-03-02 11:00", "Europe/Madrid")


def test_a_regular_is_reminded_when_the_next_order_is_usually_due(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=3, days_between=20, last_order=20)
    orders(customer)
    expect.sent("post-purchase")

    wait(days=30)

    expect.sent("replenishment", at="2026-03-23 10:00")  # 20 days later it is past ten
    expect.nothing()


def test_an_order_begins_the_wait_for_the_next_one_anew(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=3, days_between=20, last_order=20)
    orders(customer, "o-1")
    wait(days=15)
    orders(customer, "o-2")

    wait(days=22)

    expect.sent("replenishment", at="2026-04-07 10:00")
    expect.nothing("replenishment")


def test_two_orders_make_no_habit(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=1, last_order=20)
    orders(customer)

    wait(days=50)

    expect.nothing("replenishment")


@pytest.mark.parametrize(
    ("days_between", "away"),
    [(10, "2026-05-02 10:00"), (40, "2026-06-11 10:00"), (200, "2026-12-28 10:00")],  # at least 60 days, at most 300
)
def test_who_has_been_away_for_much_longer_than_usual_is_won_back(
    days_between: int, away: str, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2, days_between=days_between, last_order=days_between)
    orders(customer)

    wait(days=310)

    expect.sent("win-back", at=away)
    expect.nothing("win-back")


def test_nobody_who_came_back_is_won_back(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2, days_between=10, last_order=10)
    orders(customer, "o-1")
    wait(days=55)
    orders(customer, "o-2")

    wait(days=30)

    expect.nothing("win-back")


@pytest.mark.parametrize("told", ["1990-03-10", "03-10", "--03-10"])
def test_a_birthday_is_at_nine_in_the_morning(told: str, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(birthday=told)

    wait(days=60)

    expect.sent("birthday", at="2026-03-10 09:00")
    expect.nothing()


def test_a_birthday_comes_back_every_year(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(birthday="03-10")

    wait(days=400)

    expect.sent("birthday", at="2026-03-10 09:00")
    expect.sent("birthday", at="2027-03-10 09:00")
    expect.nothing()


def test_a_birthday_is_where_the_customer_is(world: World, wait: Wait, expect: Expect) -> None:
    east = world.customer("noa").is_known(birthday="03-10", time_zone="Pacific/Kiritimati")
    west = world.customer("tui").is_known(birthday="03-10", time_zone="Pacific/Pago_Pago")

    wait(days=30)

    first = expect.sent("birthday", at="2026-03-10 09:00", to=east)
    last = expect.sent("birthday", at="2026-03-10 09:00", to=west)
    assert (last.at - first.at).total_seconds() == 25 * 3600
    expect.nothing()
