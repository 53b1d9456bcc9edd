"""Customers who do not exist, for what a campaign speaks of."""

import pytest

from infra.preview.made_up import MADE_UP, is_made_up, made_up
from infra.preview.starts import Subject, subject_of
from tandem.attributes import Tier
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
    assert (bool(cart.cart_id), cart.order_id, len(cart.lines)) == (True, "", 1)
    assert (bool(order.order_id), order.cart_id, len(order.lines) <= 1) == (True, "", True)
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


def test_of_the_hostile_there_are_several_and_each_says_what_it_is() -> None:
    first, second = a_look("cart-reminder", "hostile").person, a_look("cart-reminder", "hostile-2").person
    draft = starter()
    campaign = draft.playbook.by_id["cart-reminder"]

    beyond = made_up("hostile-99", draft.playbook, draft.content, campaign, tier=Tier.LOW, variant="", now=NOON)

    assert first.send.first_name != second.send.first_name
    assert "the hostile one, 1 of " in first.assumed[0]
    assert "HTML" in second.assumed[0]
    assert beyond is None


@pytest.mark.parametrize("name", ["hostile", "hostile-2", "hostile-3"])
def test_what_a_hostile_one_typed_is_text_in_every_part(name: str) -> None:
    look = a_look("cart-reminder", name)

    assert look.mail is not None
    assert "<script" not in look.mail.html
    assert "42" not in look.mail.header("Subject")
    assert "\u202e" not in look.mail.html + look.mail.text + look.mail.header("Subject")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("sparsest", True), ("hostile-2", True), ("hostile-x", False), ("hostile-", False), ("ada", False), ("", False)],
)
def test_who_is_made_up_is_known_by_name(name: str, is_one: bool) -> None:
    assert is_made_up(name) is is_one
