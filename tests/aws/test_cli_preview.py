"""`tandem preview` of a deployed stack: real customers, as if decided now, with the words that are live."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.cli.previewing import Wanted, looked
from tests.aws.cli_world import session
from tests.aws.shop_world import PLAYBOOK, Shop, mails
from tests.builders import NOON, envelope
from tests.unit.cli.typed import Typed, typed

LATER = NOON + timedelta(hours=2)


def preview(out: Path, *words: str) -> Typed:
    return typed("preview", *words, "--out", str(out), "--no-open", session=session(now=LATER))


def page(out: Path) -> str:
    [written] = out.iterdir()
    return written.read_text()


def known(shop: Shop, **traits: Any) -> None:
    traits = {"email": "ada@example.com", "first_name": "Ada", "consents": {"email": True}, **traits}
    shop.receive(envelope("customer_identified", "e-known", NOON, traits))


def ordered(shop: Shop, at: datetime = NOON) -> None:
    products = [{"product_id": "lp-harbor", "quantity": 2, "price": "26.00", "name": "Harbor Lights"}]
    properties = {"order_id": "o-77", "total": "52.00", "currency": "USD", "products": products}
    shop.receive(envelope("order_completed", "e-order", at, properties))


def put_in_cart(shop: Shop) -> None:
    properties = {"product_id": "lp-midnight", "price": "24.00", "name": "Midnight Tramway", "cart_id": "c-9"}
    shop.receive(envelope("product_added", "e-cart", NOON, {**properties, "quantity": 1, "currency": "USD"}))


def test_a_customers_message_is_the_one_that_was_decided(shop: Shop, tmp_path: Path) -> None:
    known(shop, locale="es")
    ordered(shop)
    [sent] = {each.id: each for each in shop.sends()}.values()

    wanted = Wanted("preview", sent.campaign, "ada", "", "", "", "live")
    send = looked(wanted, session(now=sent.not_before)).send

    assert sent.lines[0].name == "Harbor Lights"
    by_decision = ("id", "not_after", "since", "origin")
    assert replace(send, **{name: getattr(sent, name) for name in by_decision}) == sent


def test_the_page_shows_the_customers_address_the_shops_sender_and_its_page_to_unsubscribe(
    shop: Shop, tmp_path: Path
) -> None:
    known(shop)
    ordered(shop)

    assert preview(tmp_path, "post-purchase", "--customer", "ada").code == 0
    shown = page(tmp_path)
    assert "<bdi>ada@example.com</bdi>" in shown
    assert "&lt;shop@example.com&gt;" in shown
    assert "&lt;https://u.example.com/" in shown


def test_what_is_assumed_is_said_on_the_screen_and_on_the_page(shop: Shop, tmp_path: Path) -> None:
    known(shop)
    ordered(shop)

    answer = preview(tmp_path, "post-purchase", "--customer", "ada")

    assert "As if decided now" in answer.out
    assert "It speaks of the order o-77, which its journey is about." in page(tmp_path)
    assert "No address by sms is known: +12025550123 stands in for it." in page(tmp_path)


def test_an_order_that_no_journey_keeps_is_shown_with_its_products_alone(shop: Shop, tmp_path: Path) -> None:
    known(shop)
    ordered(shop, at=NOON - timedelta(days=3))  # too late to start anything

    preview(tmp_path, "post-purchase", "--customer", "ada")

    assert "It speaks of the latest order, o-77. Of its lines the products are kept alone" in page(tmp_path)
    assert "Harbor Lights" in page(tmp_path)


def test_a_campaign_that_keeps_no_order_speaks_of_the_one_that_a_journey_keeps(shop: Shop, tmp_path: Path) -> None:
    known(shop)
    ordered(shop)

    preview(tmp_path, "second-order", "--customer", "ada")

    assert "It speaks of the latest order, o-77." in page(tmp_path)
    assert "products are kept alone" not in page(tmp_path)


def test_a_cart_is_shown_as_it_is_by_now(shop: Shop, tmp_path: Path) -> None:
    known(shop)
    put_in_cart(shop)

    preview(tmp_path, "cart-reminder", "--customer", "ada")

    assert "Midnight Tramway" in page(tmp_path)
    assert "/cart/c-9" in page(tmp_path)
    assert "It speaks of the open cart c-9" in page(tmp_path)


def test_without_a_cart_it_says_that_it_would_not_be_decided(shop: Shop, tmp_path: Path) -> None:
    known(shop)

    answer = preview(tmp_path, "welcome-1", "--customer", "ada")
    lacking = preview(tmp_path / "other", "cart-reminder", "--customer", "ada")

    assert answer.code == 0
    assert "There is no open cart: so it would not be decided." in lacking.out + lacking.err


def test_tier_and_language_are_the_customers_own_unless_said_otherwise(shop: Shop, tmp_path: Path) -> None:
    known(shop, locale="fil")
    put_in_cart(shop)

    own = preview(tmp_path / "own", "cart-reminder", "--customer", "ada")
    other = preview(tmp_path / "other", "cart-reminder", "--customer", "ada", "--tier", "high", "--locale", "es-MX")

    assert "cart-medium, tier unknown" in own.out
    assert "cart-high, tier high" in other.out
    assert "<dt>language</dt><dd><bdi>fil</bdi>" in page(tmp_path / "own")
    assert "<dt>language</dt><dd><bdi>es (of es-MX)</bdi>" in page(tmp_path / "other")


def test_a_folder_is_looked_at_with_a_real_customer(shop: Shop, tmp_path: Path) -> None:
    known(shop)
    ordered(shop)

    answer = preview(tmp_path, "post-purchase", "--customer", "ada", "--playbook", str(PLAYBOOK))

    assert answer.code == 0
    assert "Harbor Lights" in page(tmp_path)
    assert "not published" in page(tmp_path)


def test_who_is_unknown_is_said_with_the_nearest_name(shop: Shop, tmp_path: Path) -> None:
    answer = preview(tmp_path, "welcome-1", "--customer", "sparset")

    assert answer.code == 2
    assert "nothing is known of the customer sparset; did you mean sparsest?" in answer.err


def test_nothing_is_decided_kept_or_sent(shop: Shop, tmp_path: Path) -> None:
    known(shop)
    put_in_cart(shop)
    before = shop.customer()

    preview(tmp_path, "cart-reminder", "--customer", "ada")

    assert shop.customer() == before
    assert shop.sends() == []
    assert mails() == []
