"""Where links lead, and what they carry."""

from dataclasses import replace

import pytest

from tandem.content.brand import Brand, Destinations, Footer, Utm
from tandem.content.links import (
    cart_url,
    is_host,
    leads_to,
    order_url,
    parameters,
    tagged,
    tagged_html,
    tagged_text,
)
from tandem.content.plain import a_name
from tandem.customer import Channel
from tests.unit.sending.builders import SHOP, a_send

HOSTS = ("shop.example.com", "*.shop.example.com")
BRAND = Brand(hosts=HOSTS, footer=Footer(postal_address="1 Example Street"))
UTM = {"utm_source": "us", "utm_campaign": "a"}
UNSUBSCRIBE = "https://shop.example.com/unsubscribe/token"


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/",
        "https://SHOP.example.com/a?b=c#d",
        "https://de.shop.example.com",
        "https://shop.example.com/a%20b",
    ],
)
def test_an_address_on_the_brands_hosts_is_one(url: str) -> None:
    assert leads_to(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//shop.example.com/",
        "https://evil.example/",
        "https://shop.example.com.evil.example/",
        "https://evilshop.example.com/",
        "https://shop.example.com@evil.example/",
        "https://evil.example\\@shop.example.com/",
        "https://user@shop.example.com/",
        "https://shop.example.com:8443/",
        "https://shop.example.com:x/",
        "https://shop.example.com./",
        "https://evil.example,.shop.example.com/",
        "https://evil.example%2f.shop.example.com/",
        "https://evil.example。.shop.example.com/",
        "https://shop.example.com/a b",
        "https://shop.example.com/\u202egnp",
        'https://shop.example.com/"onload=x',
        "https://[shop.example.com/",
        "https://",
        "",
    ],
)
def test_any_other_address_is_none(url: str) -> None:
    assert not leads_to(url, HOSTS)


def test_a_host_is_not_among_those_below_it() -> None:
    assert not is_host("example.com", ["*.example.com"])


def test_a_cart_and_an_order_are_found_by_their_ids() -> None:
    assert cart_url(SHOP, BRAND, "c/1?") == "https://shop.example.com/cart/c%2F1%3F"
    assert cart_url(SHOP, BRAND, "default") == "https://shop.example.com/cart"
    assert order_url(SHOP, BRAND, "10#2") == "https://shop.example.com/orders/10%232"


@pytest.mark.parametrize("cart_id", [".", "..", "..."])
def test_dots_are_no_id(cart_id: str) -> None:
    assert cart_url(SHOP, BRAND, cart_id) == "https://shop.example.com/cart"


def test_an_id_is_whole_in_its_address_however_long_or_strange() -> None:
    assert cart_url(SHOP, BRAND, "x" * 256).endswith("/cart/" + "x" * 256)
    assert cart_url(SHOP, BRAND, "c1.") == "https://shop.example.com/cart/c1%2E"
    assert cart_url(SHOP, BRAND, "\u202e\ud800") == "https://shop.example.com/cart/%E2%80%AE%3F"


def test_a_brand_says_where_carts_are_found() -> None:
    links = Destinations(cart="https://pay.shop.example.com/?cart={cart_id}")

    assert cart_url(SHOP, BRAND.model_copy(update={"links": links}), "c1") == "https://pay.shop.example.com/?cart=c1"


def test_a_cart_that_has_no_place_for_its_id_is_refused() -> None:
    with pytest.raises(ValueError, match="it has no"):
        Destinations(cart="/cart")


def test_links_say_whose_campaign_they_are_of() -> None:
    send = replace(a_send(), campaign="cart-reminder", template="cart-low", variant="b")

    assert parameters(BRAND, send) == {
        "utm_source": "tandem",
        "utm_medium": "email",
        "utm_campaign": "cart-reminder",
        "utm_content": "b",
    }
    assert parameters(BRAND, replace(send, variant=""))["utm_content"] == "cart-low"


def test_text_messages_say_it_where_the_brand_wants_it_alone() -> None:
    text = replace(a_send(), channel=Channel.SMS)

    assert parameters(BRAND, text) == {}
    assert parameters(BRAND.model_copy(update={"utm": Utm(channels=("sms",))}), text)["utm_medium"] == "sms"
    assert parameters(BRAND.model_copy(update={"utm": None}), a_send()) == {}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://x.example/", "https://x.example/?utm_source=us&utm_campaign=a"),
        ("https://x.example/?b=1#top", "https://x.example/?b=1&utm_source=us&utm_campaign=a#top"),
        ("https://x.example/?utm_source=mine", "https://x.example/?utm_source=mine&utm_campaign=a"),
        ("https://x.example/?utm_source=", "https://x.example/?utm_source=&utm_campaign=a"),
    ],
)
def test_a_link_keeps_what_it_says_already(url: str, told: str) -> None:
    assert tagged(url, UTM) == told


def test_in_a_page_the_links_to_the_shop_alone_are_told_and_stay_escaped() -> None:
    page = (
        '<a class="x" title="a > b" href="https://shop.example.com/?a=1&amp;b=2">a</a><a href="https://elsewhere.example/">b</a>'
        f'<a href="{UNSUBSCRIBE}">c</a><img src="https://shop.example.com/a.png">'
    )

    assert tagged_html(page, BRAND, UTM, but=UNSUBSCRIBE) == page.replace(
        "a=1&amp;b=2", "a=1&amp;b=2&amp;utm_source=us&amp;utm_campaign=a"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "."), ("(", ")"), ("[", "]"), ("「", "」へどうぞ"), ("«", "»"), ("", ", and"), ("", "へどうぞ"), ("'", "'")],
)
def test_in_a_text_a_link_ends_before_what_is_none_of_it(before: str, after: str) -> None:
    url = "https://shop.example.com/cart/c1"

    told = tagged_text(f"{before}{url}{after}", BRAND, UTM)
    assert told == f"{before}{url}?utm_source=us&utm_campaign=a{after}"


def test_a_link_that_stands_twice_is_told_twice() -> None:
    text = "https://shop.example.com/a https://shop.example.com/a"

    assert tagged_text(text, BRAND, UTM).count("utm_source") == 2


@pytest.mark.parametrize(
    "name",
    [
        "see evil.example",
        "t.me/scam",
        "win at x.com",
        "evil․example",
        "evil。example",
        "1.2.3.4/a",
        "www.x",
        "a@b",
        "http://x",
        "T.ME",
    ],
)
def test_a_name_that_would_become_a_link_is_none(name: str) -> None:
    assert a_name(name, 40) == ""


@pytest.mark.parametrize("name", ["Ana", "J. R. Tolkien", "J.R.R. Tolkien", "Dr. No", "Ana-Lucía", "O'Neill", "Jr."])
def test_a_name_is_a_name(name: str) -> None:
    assert a_name(name, 40) == name
