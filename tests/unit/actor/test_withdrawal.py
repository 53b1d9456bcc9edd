"""A no withdraws what is on its way: of its purpose, or of every purpose where it says no to everything."""

from typing import Any

import pytest

from tests.builders import HOUR, MINUTE, NOON, event, identified, order
from tests.unit.actor.life import Life, book, left, says

BOTH = {"email": {"marketing": True, "news": True}}


def sent() -> Life:
    """Two mails on their way: one for marketing, one of news."""
    ada = Life(
        book(
            says("offer", trigger={"event": "order_completed"}),
            says("news", trigger={"event": "product_viewed"}, purpose="news"),
        )
    )
    ada.at(NOON - HOUR, identified("i2", NOON - HOUR, consents=BOTH))
    ada.at(NOON, order("o1", NOON), event("product_viewed", "v1", NOON, product_id="p"))
    return ada


def no(**words: Any) -> Any:
    return event("customer_identified", "no", NOON + HOUR, consents={"email": words} if words else {"email": False})


def by_campaign(ada: Life) -> dict[str, str]:
    return {each.campaign: each.withdrawn for each in ada.customer.sends}


@pytest.mark.parametrize(
    ("words", "offer", "news"),
    [
        ({}, "opted_out", ""),
        ({"marketing": False}, "opted_out", ""),
        ({"news": False}, "", "opted_out"),
        ({"all": False}, "opted_out", "opted_out"),
        ({"all": True}, "", ""),
    ],
)
def test_a_no_withdraws_what_it_is_about(words: dict[str, bool], offer: str, news: str) -> None:
    ada = sent()

    ada.at(NOON + HOUR, no(**words))

    assert by_campaign(ada) == {"offer": offer, "news": news}


def test_a_no_to_text_messages_leaves_mails_alone() -> None:
    ada = sent()

    ada.at(NOON + HOUR, event("customer_identified", "no", NOON + HOUR, consents={"sms": False}))

    assert by_campaign(ada) == {"offer": "", "news": ""}


def test_what_has_left_cannot_be_withdrawn() -> None:
    ada = sent()
    ada.at(NOON + MINUTE, *(left(each, NOON + MINUTE) for each in ada.sends))

    ada.at(NOON + HOUR, no(all=False))

    assert by_campaign(ada) == {"offer": "", "news": ""}


def test_a_withdrawn_message_that_is_still_owed_is_not_carried_out() -> None:
    ada = sent()

    made = ada.at(NOON + HOUR, no(all=False))

    assert {each.kind for each in made.kept} & {"send"} == set()


def test_a_yes_that_follows_brings_no_withdrawn_message_back() -> None:
    ada = sent()
    ada.at(NOON + HOUR, no(all=False))

    ada.at(NOON + 2 * HOUR, identified("yes", NOON + 2 * HOUR, consents={"email": {"marketing": True, "all": True}}))

    assert by_campaign(ada) == {"offer": "opted_out", "news": "opted_out"}
