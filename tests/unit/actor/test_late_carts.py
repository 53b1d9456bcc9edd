"""A journey that a cart starts: only as long as the end of its wait is news."""

from datetime import timedelta

import pytest

from tandem.actor.step import step
from tandem.customer import Customer
from tandem.decisions import Decision
from tandem.playbook import Campaign, Journey, Playbook
from tests.builders import DAY, HOUR, MINUTE, NOON, event, playbook

REMINDER = Campaign(id="reminder", channels=("email",), content="cart-low")
REMINDED = Journey.model_validate(
    {"id": "cart", "start": {"cart_abandoned": "30m"}, "max_age": "6h", "steps": [{"campaign": "reminder"}]}
)


def shop(*journeys: Journey) -> Playbook:
    return playbook(campaigns=(REMINDER,), journeys=journeys)


def looked_at(after: timedelta, journeys_then: tuple[Journey, ...] = (REMINDED,)) -> tuple[Decision, ...]:
    """A cart is filled at noon; nothing happens until the customer looks at a product, so long after."""
    known = event("customer_identified", "e-1", NOON, email="ada@example.com", consents={"email": True})
    cart = event("cart_viewed", "e-2", NOON, currency="USD", products=[{"product_id": "p-1", "price": "20.00"}])
    before = step(Customer("ada"), None, None, [known, cart], shop(*journeys_then), now=NOON)
    now = NOON + after
    return step(before.customer, None, None, [event("product_viewed", "e-3", now)], shop(REMINDED), now=now).decisions


def test_a_wait_that_ended_a_while_ago_still_starts_its_journey() -> None:
    [decision] = looked_at(30 * MINUTE + 6 * HOUR)

    assert decision.campaign == "reminder"


@pytest.mark.parametrize("before", [(REMINDED,), ()], ids=["nobody woke it", "the journey is new"])
def test_a_cart_that_lay_for_days_starts_nothing(before: tuple[Journey, ...]) -> None:
    assert looked_at(5 * DAY, before) == ()
