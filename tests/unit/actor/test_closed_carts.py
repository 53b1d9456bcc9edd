"""What is told of a cart event that comes after the order."""

from tandem.actor import step
from tandem.customer import Customer
from tandem.decisions import Outcome
from tandem.playbook import Campaign, Journey
from tests.builders import MINUTE, NOON, added, identified, order, playbook


def test_a_campaign_that_two_journeys_would_say_of_a_cart_is_held_back_once() -> None:
    said = Campaign.model_validate({"id": "said", "channels": ["email"], "content": "x"})
    steps = [{"campaign": "said"}]
    journeys = [
        Journey.model_validate({"id": name, "start": {"cart_abandoned": "30m"}, "steps": steps})
        for name in ("one", "two")
    ]
    shop = playbook(campaigns=(said,), journeys=tuple(journeys))
    first = step(
        Customer("ada"),
        None,
        None,
        [identified("i1", NOON - MINUTE), added("a1", NOON), order("o1", NOON + MINUTE)],
        shop,
        now=NOON + MINUTE,
    )

    late = step(first.customer, None, None, [added("a2", NOON)], shop, now=NOON + 2 * MINUTE)

    assert [each.outcome for each in late.decisions[0].candidates] == [Outcome.CART_CLOSED]
