"""Carts: what is in them, and which order closes which."""

from typing import Any

from tandem.actor import attributes_of, step
from tandem.customer import Customer
from tandem.events import Event
from tests.builders import DAY, HEADER, MINUTE, NOON, added, event, order, playbook


def open_carts(*events: Event) -> dict[str, dict[str, int]]:
    customer = step(Customer("ada"), None, HEADER, events, playbook(), now=NOON).customer
    attributes = attributes_of(customer, None, HEADER, playbook(), now=NOON)
    return {
        each.cart_id: {line.product_id: line.quantity for line in each.lines} for each in attributes.carts.open.values()
    }


def put(minutes: int, product: str, cart: str = "one", quantity: int = 1) -> Event:
    return added(f"add-{minutes}-{product}-{cart}", NOON - (60 - minutes) * MINUTE, product, cart, quantity=quantity)


def took(minutes: int, product: str, cart: str = "one", quantity: int = 1) -> Event:
    moment = NOON - (60 - minutes) * MINUTE
    return event("product_removed", f"rem-{minutes}", moment, product_id=product, cart_id=cart, quantity=quantity)


def viewed(minutes: int, *products: str, cart: str = "one") -> Event:
    lines = [{"product_id": each} for each in products]
    return event("cart_viewed", f"view-{minutes}", NOON - (60 - minutes) * MINUTE, cart_id=cart, products=lines)


def checkout(minutes: int, *products: str, **ids: Any) -> Event:
    lines = [{"product_id": each} for each in products]
    return event("checkout_started", f"check-{minutes}", NOON - (60 - minutes) * MINUTE, products=lines, **ids)


def bought(minutes: int, *products: str, **ids: str) -> Event:
    lines = [{"product_id": each} for each in products]
    return order(f"o-{minutes}", NOON - (60 - minutes) * MINUTE, products=lines, **ids)


def test_adds_and_removes_make_the_content() -> None:
    assert open_carts(put(0, "a", quantity=2), put(1, "b"), took(2, "a")) == {"one": {"a": 1, "b": 1}}


def test_the_latest_view_replaces_what_was_known() -> None:
    assert open_carts(put(0, "a"), viewed(1, "b"), put(2, "c")) == {"one": {"b": 1, "c": 1}}


def test_an_emptied_cart_is_closed() -> None:
    assert open_carts(put(0, "a"), took(1, "a")) == {}


def test_a_cart_without_an_id_is_the_default_cart() -> None:
    bare = event("product_added", "bare", NOON, product_id="a")

    assert open_carts(bare) == {"default": {"a": 1}}


def test_an_order_closes_the_cart_it_names() -> None:
    assert set(open_carts(put(0, "a", "one"), put(0, "a", "two"), bought(1, "a", cart_id="two"))) == {"one"}


def test_an_order_closes_the_cart_of_its_checkout() -> None:
    events = [put(0, "a", "one"), put(0, "a", "two"), checkout(1, "a", cart_id="two", checkout_id="k")]

    assert set(open_carts(*events, bought(2, "a", checkout_id="k"))) == {"one"}


def test_an_order_closes_the_cart_whose_checkout_names_the_order() -> None:
    events = [put(0, "a", "one"), put(0, "a", "two"), checkout(1, "a", cart_id="two", order_id="o-2")]

    assert set(open_carts(*events, bought(2, "a"))) == {"one"}


def test_an_order_without_ids_closes_the_carts_that_share_a_product() -> None:
    assert set(open_carts(put(0, "a", "one"), put(0, "b", "two"), bought(1, "a"))) == {"two"}


def test_an_order_that_shares_nothing_closes_every_cart_touched_before_it() -> None:
    assert set(open_carts(put(0, "a", "one"), put(0, "b", "two"), bought(1, "z"), put(2, "c", "three"))) == {"three"}


def test_what_comes_after_the_order_begins_the_cart_anew() -> None:
    assert open_carts(put(0, "a"), bought(1, "a"), put(2, "b")) == {"one": {"b": 1}}


def test_what_occurred_before_the_order_is_gone_however_late_it_arrives() -> None:
    assert open_carts(bought(1, "a"), put(0, "a")) == {}


def test_a_checkout_without_a_cart_id_touches_the_cart_that_shares_a_product() -> None:
    assert open_carts(put(0, "a", "one"), checkout(1, "a")) == {"one": {"a": 1}}


def test_a_checkout_alone_is_a_cart_too() -> None:
    assert open_carts(checkout(0, "a")) == {"default": {"a": 1}}


def test_a_cart_is_forgotten_after_thirty_days() -> None:
    assert open_carts(added("old", NOON - 31 * DAY)) == {}


def test_a_view_shows_what_an_add_at_the_same_instant_made() -> None:
    for name in ("a", "b", "c", "d"):
        view = event("cart_viewed", name, NOON - MINUTE, cart_id="one", products=[{"product_id": "a"}])
        assert open_carts(added("add", NOON - MINUTE, "a", "one"), view) == {"one": {"a": 1}}


def test_a_checkout_that_names_no_products_changes_no_content() -> None:
    assert open_carts(put(0, "a", "one"), checkout(1, cart_id="one")) == {"one": {"a": 1}}
    assert open_carts(put(0, "a", "default"), checkout(1)) == {"default": {"a": 1}}
