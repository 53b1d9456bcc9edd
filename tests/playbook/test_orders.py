"""After an order, a delivery, a refund."""

import pytest

from tandem.testing import At, Expect, Person, Wait
from tests.playbook.acts import orders


@pytest.fixture(autouse=True)
def morning(at: At) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")


@pytest.mark.parametrize(
    ("revenue", "total", "template"),
    [
        (40, 20, "post-purchase-low"),
        (100, 50, "post-purchase-medium"),
        (300, 150, "post-purchase-high"),
        (40, 200, "post-purchase-high"),  # this very order included
    ],
)
def test_an_order_is_thanked_for_at_once_by_tier(
    revenue: int, total: int, template: str, customer: Person, expect: Expect
) -> None:
    customer.is_known(orders=2, revenue=revenue)

    orders(customer, total=total)

    expect.sent("post-purchase", template=template, at="10:00")
    expect.nothing()


def test_the_first_order_asks_for_the_second_and_that_outranks_the_thank_you(customer: Person, expect: Expect) -> None:
    customer.is_known()

    orders(customer)

    expect.sent("second-order")
    expect.nothing("post-purchase", because="outranked")


def test_a_review_is_asked_for_some_days_after_the_delivery(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    orders(customer)
    wait(days=3)
    customer.does("order_delivered", order_id="o-1")

    wait(days=14)

    expect.sent("post-purchase")
    expect.sent("review-request", channel="email", at="2026-12-01 10:00")
    expect.nothing()


def test_a_review_is_asked_for_only_of_the_very_order_that_was_delivered(
    customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    orders(customer, "o-1")
    wait(days=1)
    orders(customer, "o-2")
    wait(days=1)
    customer.does("order_delivered", order_id="o-2")

    wait(days=14)

    assert expect.sent("review-request").send.origin.values["start.properties"] == {"order_id": "o-2"}  # type: ignore[union-attr]
    expect.nothing("review-request")


def test_no_review_is_asked_for_of_what_nobody_says_was_delivered(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    orders(customer)

    wait(days=40)

    expect.left("post-purchase", because="nobody said that it was delivered")
    expect.nothing("review-request")


def test_what_went_back_is_not_asked_about(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    orders(customer)
    customer.does("order_delivered", order_id="o-1")
    wait(days=2)

    customer.does("order_refunded", order_id="o-1")
    wait(days=14)

    expect.left("post-purchase", because="order_refunded")
    expect.nothing("review-request")


def test_a_refund_of_another_order_changes_nothing_for_this_one(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    orders(customer)
    customer.does("order_delivered", order_id="o-1")

    customer.does("order_refunded", order_id="o-other")
    wait(days=14)

    expect.sent("review-request")


def test_a_refund_is_apologised_for_at_once_even_in_the_night(at: At, customer: Person, expect: Expect) -> None:
    customer.is_known(orders=2, phone="+34600000001")
    at("03:00")

    customer.does("order_refunded", order_id="o-before", refund_id="r-1")

    expect.sent("refund-apology", at="2026-11-24 03:00")


def test_an_order_that_goes_back_piece_by_piece_is_one_apology(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    customer.does("order_refunded", order_id="o-before", refund_id="r-1")
    expect.sent("refund-apology")

    wait(hours=1)
    customer.does("order_refunded", order_id="o-before", refund_id="r-2")

    expect.nothing()


@pytest.mark.parametrize(("birthday", "because"), [("11-24", "excluded"), ("11-30", "excluded"), ("12-01", "chosen")])
def test_a_refund_holds_promotions_back_for_a_week(
    birthday: str, because: str, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2, birthday=birthday)
    customer.does("order_refunded", order_id="o-before", refund_id="r-1")
    expect.sent("refund-apology")

    wait(days=10)

    if because == "chosen":
        expect.sent("birthday", at="09:00")
    expect.nothing("birthday", because=because)


def test_a_refund_holds_no_thank_you_back(customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    customer.does("order_refunded", order_id="o-before", refund_id="r-1")
    wait(days=1)

    orders(customer)

    expect.sent("post-purchase")
