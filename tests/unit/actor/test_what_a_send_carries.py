"""What a message is filled with beside its words: pictures, days of the customer's own calendar, attributes."""

from typing import Any

import pytest

from tandem.actor.working import MOST_PICTURED
from tandem.attributes import Function, Rule
from tandem.customer import Send
from tandem.events import EventType
from tandem.expressions import Kind
from tandem.playbook import Playbook, QuietHours
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, identified, order, profile
from tests.unit.actor.life import Life, book, expired, path, says

PICTURE, PAGE = "https://img.example.com/a.jpg", "https://shop.example.com/a"
ADDRESSES = {"image_url": PICTURE, "url": PAGE}
BOUGHT = {"product_id": "record-1", "name": "Blue", "price": "12.00", **ADDRESSES}
THANKS = says("thanks", trigger={"event": "order_completed"})
REMINDER = says("reminder", trigger={"cart_abandoned": "30m"})
NIGHT = QuietHours.model_validate({"from": "06:00", "to": "20:00"})  # noon in UTC is seven in New York
EVENING = NOON + 13 * HOUR
PAST_TEN = NOON.replace(hour=3)  # in New York, of the day before
RULES = (
    Rule("seen_7d", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, version=1),
    Rule("colour", 102, (EventType.ORDER_COMPLETED,), Function.LAST, Kind.STRING, 1, value="event.properties.colour"),
    Rule(
        "last_products",
        103,
        (EventType.ORDER_COMPLETED,),
        Function.LATEST,
        Kind.STRING,
        1,
        value="line.product_id",
        by_line=True,
        n=3,
    ),
    Rule("gift", 104, (EventType.ORDER_COMPLETED,), Function.EVER, version=1, when="event.properties.gift == true"),
)


def only(ada: Life) -> Send:
    (send,) = ada.sends
    return send


def pictures(send: Send) -> list[tuple[str, str]]:
    return [(line.image_url, line.url) for line in send.lines]


# ------------------------------------------------------------------------------------------------------------- lines


def test_what_was_bought_is_shown_as_the_order_showed_it() -> None:
    ada = Life(book(THANKS))

    ada.at(NOON, order("o1", NOON, products=[BOUGHT]))

    assert pictures(only(ada)) == [(PICTURE, PAGE)]


def test_what_lies_in_the_cart_is_shown_as_it_was_told_last() -> None:
    ada = Life(book(REMINDER))
    ada.at(NOON, added("a1", NOON, **ADDRESSES))
    ada.at(NOON + MINUTE, added("a2", NOON + MINUTE))

    ada.fires(NOON + 31 * MINUTE, "reminder/cart-1")

    assert pictures(only(ada)) == [(PICTURE, PAGE)]


def test_an_order_that_waits_for_quiet_hours_to_end_is_shown_all_the_same() -> None:
    ada = Life(book(THANKS, quiet_hours=(NIGHT,)))
    ada.at(NOON, order("o1", NOON, products=[BOUGHT]))

    ada.fires(EVENING, "~")

    assert pictures(only(ada)) == [(PICTURE, PAGE)]


def test_the_order_that_began_a_journey_is_shown_days_later() -> None:
    ada = Life(book(says(), path({"wait": "3d"}, {"campaign": "thanks"})))
    ada.at(NOON, order("o1", NOON, products=[BOUGHT]))

    ada.fires(NOON + 3 * DAY, "~path/")

    assert pictures(only(ada)) == [(PICTURE, PAGE)]


def test_the_journey_of_a_cart_keeps_no_picture_and_shows_the_cart_as_it_is() -> None:
    start = {"cart_abandoned": "30m"}
    ada = Life(book(says(), path({"wait": "1h"}, {"campaign": "thanks"}, start=start)))
    ada.at(NOON, added("a1", NOON, **ADDRESSES))
    ada.fires(NOON + 30 * MINUTE, "+path/cart-1")
    (underway,) = ada.customer.journeys

    ada.fires(NOON + 90 * MINUTE, "~path/cart-1")

    assert [line.image_url for line in underway.origin.lines] == [""]
    assert pictures(only(ada)) == [(PICTURE, PAGE)]


def test_a_message_that_comes_back_is_shown_as_before() -> None:
    ada = Life(book(THANKS))
    ada.at(NOON, order("o1", NOON, products=[BOUGHT]))

    ada.at(NOON + HOUR, expired(only(ada), NOON + HOUR))

    assert [pictures(each) for each in ada.sends] == [[(PICTURE, PAGE)]] * 2


def test_a_message_carries_no_more_pictures_than_a_mail_shows() -> None:
    ada = Life(book(THANKS))

    ada.at(NOON, order("o1", NOON, products=[{**BOUGHT, "product_id": f"p{each}"} for each in range(40)]))

    assert pictures(only(ada)) == [(PICTURE, PAGE)] * MOST_PICTURED + [("", "")] * (40 - MOST_PICTURED)


def test_of_an_order_that_waits_not_more_pictures_are_kept_than_have_room() -> None:
    long = {"image_url": PICTURE.ljust(300, "x"), "url": PAGE.ljust(300, "x")}
    ada = Life(book(THANKS, quiet_hours=(NIGHT,)))

    ada.at(NOON, order("o1", NOON, products=[{"product_id": f"p{each}", **long} for each in range(10)]))

    (waiting,) = ada.customer.waiting
    assert [bool(line.image_url) for line in waiting.origin.lines] == [True] * 2 + [False] * 8


# -------------------------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("zone", "day"), [("America/New_York", "2026-11-19"), ("Europe/Madrid", "2026-11-20"), ("Nowhere", "2026-11-19")]
)
def test_the_day_of_an_order_is_the_customers_own(zone: str, day: str) -> None:
    ada = Life(book(THANKS))
    ada.at(PAST_TEN - HOUR, identified("zone", PAST_TEN - HOUR, time_zone=zone))

    ada.at(PAST_TEN, order("o1", PAST_TEN))

    assert (only(ada).happened_on, only(ada).today) == (day, day)


def test_a_message_that_waits_is_of_the_day_of_its_order_and_leaves_on_its_own() -> None:
    ada = Life(book(says(), path({"wait": "3d"}, {"campaign": "thanks"})))
    ada.at(NOON, order("o1", NOON))

    ada.fires(NOON + 3 * DAY, "~path/")

    assert (only(ada).happened_on, only(ada).today) == ("2026-11-20", "2026-11-23")


def test_a_reminder_is_of_the_day_on_which_its_cart_was_touched_last() -> None:
    ada = Life(book(REMINDER))
    ada.at(PAST_TEN, added("a1", PAST_TEN))
    ada.at(PAST_TEN + 2 * HOUR, added("a2", PAST_TEN + 2 * HOUR))  # midnight in New York

    ada.fires(PAST_TEN + 150 * MINUTE, "reminder/cart-1")

    assert only(ada).happened_on == "2026-11-20"


@pytest.mark.parametrize(("order_id", "day"), [("o1", "2026-11-20"), ("o-of-before", "")])
def test_what_a_refund_says_is_of_the_day_of_its_order_as_far_as_that_is_known(order_id: str, day: str) -> None:
    ada = Life(book(says("sorry", trigger={"event": "order_refunded"})))
    ada.at(NOON, order("o1", NOON))

    ada.at(NOON + 2 * DAY, event("order_refunded", "r1", NOON + 2 * DAY, order_id=order_id))

    assert (only(ada).happened_on, only(ada).today) == (day, "2026-11-22")


def test_what_speaks_of_neither_order_nor_cart_has_no_day() -> None:
    ada = Life(book(says("look", trigger={"event": "product_viewed"})))

    ada.at(NOON, event("product_viewed", "v1", NOON))

    assert (only(ada).happened_on, only(ada).today) == ("", "2026-11-20")


# -------------------------------------------------------------------------------------------------------- attributes


def speaking(*names: str, **changes: Any) -> Playbook:
    return book(THANKS, rules=RULES, words={"thanks": names}, **changes)


def spoken(*names: str, **more: Any) -> dict[str, object]:
    ada = Life(speaking(*names), profile=profile(orders=2, revenue_minor=5000))
    ada.at(NOON, order("o1", NOON, "30.00", **more))
    return dict(only(ada).attributes)


def test_a_template_that_speaks_of_none_carries_none() -> None:
    assert spoken() == {}


def test_standard_attributes_reach_the_words_with_the_order_itself_counted() -> None:
    told = spoken("orders", "revenue_minor", "basket_tier", "last_order_at", "open_carts", "locale")

    assert told == {
        "orders": 3,
        "revenue_minor": 8000,
        "basket_tier": "medium",
        "last_order_at": "2026-11-20",
        "open_carts": 0,
        "locale": "en",
    }


def test_a_moment_is_its_day_where_the_customer_is() -> None:
    ada = Life(speaking("last_order_at"))

    ada.at(PAST_TEN, order("o1", PAST_TEN))

    assert only(ada).attributes == {"last_order_at": "2026-11-19"}


def test_a_list_is_left_out_and_so_is_what_is_not_known() -> None:
    assert spoken("last_products", "colour", "no_such") == {}


def test_an_attribute_of_the_playbook_is_carried_once_it_is_complete() -> None:
    first = Life(speaking("colour", "gift"))
    first.at(NOON, order("o1", NOON, colour="blue", gift=True))
    later = Life(speaking("colour", "gift"), profile=profile())  # no snapshot carries the rules yet
    later.at(NOON, order("o1", NOON, colour="blue", gift=True))

    assert only(first).attributes == {"colour": "blue", "gift": True}
    assert only(later).attributes == {}


def test_only_what_the_chosen_words_speak_of_is_carried() -> None:
    other = says("other", trigger={"event": "product_viewed"})
    ada = Life(book(THANKS, other, words={"thanks": ("orders",), "other": ("open_carts", "orders")}))

    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR, event("product_viewed", "v1", NOON + HOUR))

    assert [dict(each.attributes) for each in ada.sends] == [{"orders": 1}, {"open_carts": 0, "orders": 1}]
