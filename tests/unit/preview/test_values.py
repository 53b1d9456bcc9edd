"""What the words could name."""

from dataclasses import replace

from infra.preview.values import values
from tests.unit.preview.world import a_look, starter


def said(campaign: str, customer: str, locale: str = "en") -> dict[str, str]:
    send = a_look(campaign, customer, locale=locale).send
    return {each.name: each.said for each in values(starter().content, send)}


def test_what_is_known_is_said_as_the_customer_reads_it() -> None:
    known = said("cart-reminder", "fullest", "es")

    assert known["customer.first_name"] == "Ana"
    assert known["cart.total"].replace("\xa0", " ") == "75,00 US$"
    assert known["lines"].startswith("3: Harbor Lights")
    assert known["order.id"] == "absent"


def test_what_is_absent_is_told_with_what_is_said_in_its_place() -> None:
    assert said("welcome-1", "sparsest")["customer.first_name"].startswith("absent, so “")


def test_an_attribute_that_a_message_carries_is_there_too() -> None:
    send = replace(a_look("welcome-1").send, attributes={"favourite_genre": "jazz"})

    found = {each.name: each.value for each in values(starter().content, send)}

    assert found["customer.favourite_genre"] == "jazz"
