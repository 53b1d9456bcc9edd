"""Customers who do not exist, for what a campaign speaks of."""

import pytest

from infra.preview.made_up import MADE_UP
from infra.preview.starts import Subject, subject_of
from tandem.customer import Channel
from tests.builders import NOON
from tests.unit.preview.world import a_look, starter

SUBJECTS = {
    "cart-reminder": Subject.CART,
    "cart-incentive": Subject.CART,
    "post-purchase": Subject.ORDER,
    "refund-apology": Subject.ORDER,
    "second-order": Subject.ORDER,
    "welcome-1": Subject.NOTHING,
    "birthday": Subject.NOTHING,
    "browsing": Subject.NOTHING,
}


@pytest.mark.parametrize(("campaign", "subject"), SUBJECTS.items())
def test_what_a_campaign_speaks_of_follows_from_what_starts_it(campaign: str, subject: Subject) -> None:
    playbook = starter().playbook

    assert subject_of(playbook, playbook.by_id[campaign]) is subject


def test_the_sparsest_has_no_more_than_a_decision_needs() -> None:
    cart, order, nothing = (a_look(name, "sparsest").send for name in ("cart-reminder", "post-purchase", "welcome-1"))

    assert {each.first_name for each in (cart, order, nothing)} == {""}
    assert {each.total_minor for each in (cart, order, nothing)} == {None}
    assert (cart.cart_id, cart.order_id, len(cart.lines)) == ("default", "", 1)
    assert (order.order_id, order.cart_id, order.lines) == ("1001", "", ())
    assert (nothing.order_id, nothing.cart_id, nothing.lines) == ("", "", ())


@pytest.mark.parametrize("customer", MADE_UP)
def test_a_message_speaks_of_an_order_or_a_cart_and_never_of_both(customer: str) -> None:
    for campaign in starter().playbook.campaigns:
        send = a_look(campaign, customer).send
        assert not (send.order_id and send.cart_id), campaign.id


def test_it_is_the_campaigns_own_message() -> None:
    send = a_look("refund-apology").send

    assert (send.campaign, send.transactional, send.not_before) == ("refund-apology", True, NOON)
    assert send.channel is Channel.EMAIL


def test_the_hostile_one_gets_through_by_no_channel_as_anything_but_text() -> None:
    look = a_look("cart-reminder", "hostile")

    assert look.mail is not None
    assert "<b onclick" not in look.mail.html
    assert "\u202e" not in look.mail.html + look.mail.text + look.mail.header("Subject")
