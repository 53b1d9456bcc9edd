"""What a message is filled with, beside its words."""

from typing import Any

from tandem.testing import At, Expect, Person, Wait
from tests.playbook.acts import RECORD

PICTURE, PAGE = "https://img.example.com/harbor-lights.jpg", "https://shop.example.com/records/harbor-lights"
LINE: dict[str, Any] = {"product_id": RECORD, "name": "Harbor Lights", "price": 25, "image_url": PICTURE, "url": PAGE}


def test_a_reminder_shows_what_lies_in_the_cart_and_knows_the_day_it_was_left(
    at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 19:50", "Asia/Manila")
    customer.is_known(time_zone="Asia/Manila")
    customer.does("product_added", cart_id="c-1", **LINE)
    customer.does("cart_viewed", cart_id="c-1", products=[{"product_id": RECORD, "price": 25}])

    wait(days=2)

    send = expect.sent("cart-reminder").send
    assert [(line.image_url, line.url) for line in send.lines] == [(PICTURE, PAGE)]
    assert (send.happened_on, send.today) == ("2026-11-23", "2026-11-23")


def test_a_thank_you_that_waits_for_the_morning_shows_what_was_bought_the_day_before(
    at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 23:30", "Europe/Madrid")
    customer.is_known(orders=2, time_zone="Europe/Madrid")
    customer.does("order_completed", order_id="o-1", total=25, products=[LINE])

    wait(days=1)

    send = expect.sent("post-purchase").send
    assert [(line.image_url, line.url) for line in send.lines] == [(PICTURE, PAGE)]
    assert (send.happened_on, send.today) == ("2026-11-23", "2026-11-24")
