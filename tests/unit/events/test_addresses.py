"""Pictures and pages of product lines: taken where they can be shown, and never a reason to lose an event."""

from typing import Any

import pytest

from tandem.events import CartChanged, CheckoutStarted, Line, OrderCompleted
from tests.builders import NOON, added, event, order

PICTURE = "https://img.example.com/covers/harbor%20lights.jpg?w=600&h=600#1"
PAGE = "https://shop.example.com:8443/records/harbor-lights"
GOOD = [PICTURE, PAGE, "https://a", "https://a.example/?q=[1]", f"https://a.example/{'x' * 282}"]
BAD = [
    "http://img.example.com/a.jpg",
    "//img.example.com/a.jpg",
    "/a.jpg",
    "ftp://img.example.com/a.jpg",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "https://",
    "https:///a.jpg",
    "https://ada:secret@img.example.com/a.jpg",
    "https://img.example.com@evil.example/a.jpg",
    'https://img.example.com/a.jpg"onerror="x',
    "https://img.example.com/{{ customer.first_name }}",
    "https://img.example.com/a b.jpg",
    "https://img.example.com/a.jpg\n",
    "https://img.example.com/\u202egpj.a",
    f"https://a.example/{'x' * 283}",
    "",
    7,
    1.5,
    True,
    ["https://img.example.com/a.jpg"],
    {"src": "https://img.example.com/a.jpg"},
    None,
]


def line_of(**told: Any) -> Line:
    body = order("o1", NOON, products=[{"product_id": "p1", "price": "12.00", **told}]).body
    assert isinstance(body, OrderCompleted)
    return body.lines[0]


@pytest.mark.parametrize("address", GOOD)
def test_an_https_address_is_taken_as_picture_and_as_page(address: str) -> None:
    line = line_of(image_url=address, url=address)

    assert (line.image_url, line.url) == (address, address)


@pytest.mark.parametrize("address", BAD, ids=lambda each: repr(each)[:40])
def test_any_other_address_counts_as_none_and_the_order_is_taken(address: object) -> None:
    assert line_of(image_url=address, url=address) == Line("p1", 1, "", 1200)


def test_every_event_with_product_lines_tells_of_them() -> None:
    told = {"product_id": "p1", "image_url": PICTURE, "url": PAGE}
    shown = event("cart_viewed", "e1", NOON, products=[told]).body
    checkout = event("checkout_started", "e2", NOON, products=[told]).body
    put = added("e3", NOON, "p1", image_url=PICTURE, url=PAGE).body

    for body in (shown, checkout, put):
        assert isinstance(body, CartChanged | CheckoutStarted)
        assert [(line.image_url, line.url) for line in body.lines] == [(PICTURE, PAGE)]
