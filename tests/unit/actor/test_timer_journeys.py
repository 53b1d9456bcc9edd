"""A journey that a timer starts: it is entered when the event arrives, and begins at the end of the timer."""

from datetime import datetime, timedelta

from tandem.actor.step import step
from tandem.customer import Customer
from tandem.decisions import Decision
from tandem.playbook import Campaign, Journey
from tests.builders import DAY, HOUR, NOON, event, playbook

ASKED = Campaign(id="asked", channels=("email",), content="second")
ASKING = Journey.model_validate(
    {"id": "asking", "start": {"after": "order_delivered", "wait": "5d"}, "steps": [{"campaign": "asked"}]}
)
SHOP = playbook(campaigns=(ASKED,), journeys=(ASKING,))


def delivered(at: datetime) -> Customer:
    known = event("customer_identified", "e-1", NOON, email="ada@example.com", consents={"email": True})
    return step(Customer("ada"), None, None, [known, event("order_delivered", "e-2", at)], SHOP, now=NOON).customer


def decided(customer: Customer, after: timedelta) -> tuple[Decision, ...]:
    now = NOON + after
    return step(customer, None, None, [event("product_viewed", "e-3", now)], SHOP, now=now).decisions


def test_nothing_is_said_before_the_timer_is_over() -> None:
    customer = delivered(NOON)

    assert decided(customer, 5 * DAY - HOUR) == ()
    assert [each.campaign for each in decided(customer, 5 * DAY)] == ["asked"]


def test_the_time_runs_from_the_event_not_from_its_receipt() -> None:
    customer = delivered(NOON - 12 * HOUR)

    assert customer.timers["~asking/"].armed_for == NOON + 4 * DAY + 12 * HOUR
