"""A message that leaves long after it was decided counts from when it left."""

from datetime import timedelta

from tandem.actor import step
from tandem.customer import Customer
from tandem.decisions import Outcome
from tandem.playbook import Campaign, Cap
from tests.builders import DAY, MINUTE, NOON, added, event, identified, order, playbook


def test_a_cap_counts_a_message_that_left_twelve_days_after_it_was_decided_for_as_long_as_one_that_left_at_once() -> (
    None
):
    monthly = Cap(messages=1, within=timedelta(days=28))
    news = Campaign.model_validate(
        {
            "id": "news",
            "trigger": {"event": "order_completed"},
            "channels": ["email"],
            "content": "x",
            "validity": "14d",
        }
    )
    shop = playbook(caps=(monthly,), campaigns=(news,))
    first = step(Customer("ada"), None, None, [identified("i1", NOON - MINUTE), order("o1", NOON)], shop, now=NOON)
    left = event("message_sent", "m1", NOON + 12 * DAY, send_id=first.decisions[0].id)
    told = step(first.customer, None, None, [left], shop, now=NOON + 12 * DAY)
    seen = step(told.customer, None, None, [added("a1", NOON + 33 * DAY)], shop, now=NOON + 33 * DAY)

    second = step(seen.customer, None, None, [order("o2", NOON + 34 * DAY)], shop, now=NOON + 34 * DAY)

    assert [each.outcome for each in second.decisions[0].candidates] == [Outcome.CAP]
