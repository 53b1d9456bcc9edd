"""Pictures with a customer: stored beside the lines, read by old and new, and never what makes a record too large."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from tandem.actor import Step, step
from tandem.attributes import CartAction, CartFact
from tandem.customer import (
    LIMITS,
    Channel,
    Customer,
    Origin,
    Send,
    Underway,
    Waiting,
    absorb,
    effect_document,
    pack_customer,
    read_send,
    unpack_customer,
)
from tandem.customer.columns import filled, unpack_line
from tandem.customer.document import customer_document
from tandem.customer.packing import Form, pack
from tandem.customer.pictures import MOST_TEXT, without_pictures
from tandem.events import Event, Line
from tests.builders import HEADER, MINUTE, NOON, RULES, added, event, playbook
from tests.unit.customer.typical import lived

PICTURE, PAGE = "https://img.example.com/a.jpg", "https://shop.example.com/a"
PICTURED = Line("record-1", 2, "Blue", 1999, PICTURE, PAGE)
PLAIN = Line("record-1", 2, "Blue", 1999)
FORMER_ORIGIN: tuple[Any, ...] = (
    "",
    "",
    None,
    "",
    None,
    "",
    "",
    None,
    "",
    "",
    None,
    [],
    "",
    {},
)  # as it was before there were pictures


def a_cart(*lines: Line, identity: str = "x1") -> CartFact:
    return CartFact(identity, CartAction.ADDED, "c1", NOON, NOON, lines)


def an_origin(*lines: Line) -> Origin:
    return Origin("order_completed", "i1", NOON, order_id="o1", lines=lines)


def a_journey(*lines: Line) -> Underway:
    return Underway("thanks", "o1", 1, NOON, an_origin(*lines), "0", NOON)


def a_send(*lines: Line, **more: Any) -> Send:
    said = {"customer_id": "ada", "campaign": "c", "template": "t", "channel": Channel.EMAIL, "address": "a@b.c"}
    rest = {"locale": "en", "playbook": 1, "tier": "low", "currency": "USD", "not_before": NOON, "not_after": NOON}
    return Send(id="d1", lines=lines, **{**said, **rest, **more})


def read(customer: Customer) -> Customer:
    return unpack_customer(pack_customer(customer), 0)


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: part for name, part in document.items() if name not in names}


def test_a_customer_without_pictures_is_stored_without_a_word_of_them() -> None:
    text = json.dumps(customer_document(lived()))

    assert "pictures" not in text
    assert "image_url" not in text


def test_the_row_of_a_line_is_as_the_former_release_reads_it() -> None:
    (group,) = customer_document(Customer("ada", cart_facts=(a_cart(PICTURED),)))["events"]

    assert [unpack_line(row) for row in group["lines"][0]] == [PLAIN]
    assert group["pictures"] == [[[PICTURE, PAGE]]]


@pytest.mark.parametrize(
    "lines", [(PICTURED,), (PLAIN, PICTURED), (PICTURED, PLAIN), (replace(PLAIN, url=PAGE), PLAIN)]
)
def test_pictures_of_carts_candidates_journeys_and_sends_are_read_back(lines: tuple[Line, ...]) -> None:
    customer = Customer(
        "ada",
        cart_facts=(a_cart(PLAIN, identity="x0"), a_cart(*lines)),
        waiting=(Waiting("w1", "thanks", an_origin(*lines), NOON, NOON),),
        journeys=(a_journey(*lines),),
        owed=(a_send(*lines, happened_on="2026-11-20", attributes={"orders": 2, "vip": True, "share": 0.5, "x": "y"}),),
    )

    assert read(customer) == customer


def test_the_former_release_reads_what_waits_and_what_is_under_way() -> None:
    customer = Customer(
        "ada", waiting=(Waiting("w1", "thanks", an_origin(PICTURED), NOON, NOON),), journeys=(a_journey(PICTURED),)
    )
    document = customer_document(customer)

    for row in (document["waiting"][0][4], document["journeys"][0][4]):
        known = filled(row, FORMER_ORIGIN)
        assert len(known) == len(FORMER_ORIGIN)
        assert [unpack_line(line) for line in known[11]] == [PLAIN]


def test_what_the_former_release_stored_is_read_without_pictures() -> None:
    plain = Customer("ada", cart_facts=(a_cart(PLAIN),), owed=(a_send(PLAIN),))
    document = customer_document(Customer("ada", cart_facts=(a_cart(PICTURED),), owed=(a_send(PICTURED),)))
    document["events"] = [without(each, "pictures") for each in document["events"]]
    (owed,) = document["owed"]
    owed["lines"] = [without(each, "image_url", "url") for each in owed["lines"]]

    assert unpack_customer(pack(json.dumps(document).encode(), Form.COLUMNS), 0) == plain


def test_what_a_newer_release_says_of_a_picture_is_left_out() -> None:
    document = customer_document(Customer("ada", cart_facts=(a_cart(PICTURED),)))
    document["events"][0]["pictures"] = [[[PICTURE, PAGE, "newer"], ["https://img.example.com/of-no-line.jpg"]]]

    assert unpack_customer(pack(json.dumps(document).encode()), 0).cart_facts == (a_cart(PICTURED),)


def test_a_send_of_the_former_release_is_read_and_one_of_this_is_what_it_knew_and_more() -> None:
    send = a_send(PICTURED, happened_on="2026-11-20", today="2026-11-21", attributes={"orders": 2})
    document = json.loads(json.dumps(effect_document(send)))
    lines = [without(each, "image_url", "url") for each in document["lines"]]
    former = {**without(document, "happened_on", "today", "attributes"), "lines": lines}

    assert read_send(json.dumps(document)) == send
    assert read_send(json.dumps(former)) == a_send(PLAIN)


@pytest.mark.parametrize("value", [3, 3.0, True, "3", 0, False, "", 2**60])
def test_an_attribute_reaches_the_words_as_what_it_is(value: object) -> None:
    read_back = read_send(json.dumps(effect_document(a_send(attributes={"it": value})))).attributes["it"]

    assert (type(read_back), read_back) == (type(value), value)


# ------------------------------------------------------------------------------------------------------------ limits


def noise(letters: int, seed: object) -> str:
    return "".join(random.Random(f"{seed}").choices("abcdefghijklmnopqrstuvwxyz0123456789", k=letters))


def crowd(number: int, *, products: int = 20, pictured: bool = True) -> Event:
    """A view of a cart full of long names, perhaps with the longest addresses there are."""
    addresses = {
        "image_url": f"https://a.example/{noise(282, number)}",
        "url": f"https://a.example/{noise(282, -number)}",
    }
    lines = [
        {"product_id": f"p{number}-{each}", "name": noise(20, f"{number} {each}"), **(addresses if pictured else {})}
        for each in range(products)
    ]
    return event("cart_viewed", f"v{number}", NOON + number * MINUTE, cart_id=f"c{number}", products=lines)


def lives(events: list[Event]) -> tuple[Customer, list[Step]]:
    """One event at a time, each saved and read again."""
    customer, made = Customer("ada"), []
    for number, each in enumerate(events):
        made.append(step(customer, None, HEADER, [each], playbook(), now=each.received_at))
        saved = replace(made[-1].customer, owed=(), version=number + 1)
        customer = unpack_customer(pack_customer(saved), saved.version)
    return customer, made


def text(customer: Customer) -> int:
    return sum(len(line.image_url) + len(line.url) for fact in customer.cart_facts for line in fact.lines)


def test_of_very_many_pictures_the_newest_are_kept() -> None:
    customer, _ = lives([crowd(number) for number in range(10)])

    assert MOST_TEXT - 600 <= text(customer) <= MOST_TEXT
    assert all(line.image_url for line in customer.cart_facts[-1].lines[:-1])
    assert not any(line.image_url for line in customer.cart_facts[0].lines)


def test_a_cart_looked_at_again_and_again_keeps_each_picture_once() -> None:
    same = crowd(1, products=2)
    views = [
        event("cart_viewed", f"w{each}", NOON + each * MINUTE, cart_id="c1", products=same.properties["products"])
        for each in range(1, 9)
    ]

    customer, _ = lives(views)

    assert text(customer) == 4 * 300


def test_pictures_crowd_nobody_out_and_a_full_record_has_none() -> None:
    events = [crowd(number) for number in range(110)]
    plain = [crowd(number, pictured=False) for number in range(110)]

    customer, made = lives(events)
    other, alike = lives(plain)

    assert other.crowded
    assert [each.fresh for each in made] == [each.fresh for each in alike]
    assert without_pictures(customer) == without_pictures(other)
    assert text(customer) == 0


def test_a_record_that_only_pictures_made_large_takes_events_as_before() -> None:
    pictured = Customer("ada", cart_facts=(a_cart(*[replace(PICTURED, url=PAGE.ljust(300, "x"))] * 40),))
    heavy = replace(pictured, size=LIMITS.size + 100)

    taken = absorb(heavy, [added("a2", NOON, image_url=PICTURE)], None, RULES, now=NOON).customer

    assert len(taken.cart_facts) == 2
    assert not taken.crowded
    assert text(taken) == 0


def test_what_waits_has_none_either_in_a_record_that_is_half_full() -> None:
    customer = Customer(
        "ada",
        waiting=(Waiting("w1", "thanks", an_origin(PICTURED), NOON, NOON),),
        journeys=(a_journey(PICTURED),),
        size=LIMITS.size // 2,
    )

    taken = absorb(customer, (), None, RULES, now=NOON).customer

    assert taken.waiting[0].origin.lines == taken.journeys[0].origin.lines == (PLAIN,)
    assert taken.size == customer.size - 2 * len(PICTURE + PAGE)
