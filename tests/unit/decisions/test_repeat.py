"""A record is made again, and comes out the same."""

import json
from collections.abc import Sequence

from tandem.actor import step
from tandem.customer import Customer
from tandem.decisions import decision_document, read_decision, repeat, same
from tandem.decisions.model import Outcome
from tandem.events import Event
from tandem.playbook import Playbook
from tests.builders import MINUTE, NOON, event, identified, playbook
from tests.unit.decisions.contest import campaign


def _repeats(events: Sequence[Event], shop: Playbook) -> list[tuple[Outcome, bool]]:
    """What each decision came to, and whether its record says so again."""
    made = step(Customer("ada"), None, None, events, shop, now=NOON).decisions
    read = [read_decision(json.loads(json.dumps(decision_document(each)))) for each in made]
    return [(each.candidates[0].outcome, same(each, repeat(each, shop))) for each in read]


def test_a_trigger_that_cannot_be_told_is_repeated_as_that() -> None:
    gift = {"event": "product_viewed", "when": "event.properties.gift == 'yes'"}
    shop = playbook(campaigns=(campaign("gift", trigger=gift),))

    found = _repeats([identified("i-1", NOON - MINUTE), event("product_viewed", "v-1", NOON)], shop)

    assert found == [(Outcome.AUDIENCE_ERROR, True)]


def test_what_the_event_alone_settles_of_a_patient_campaign_is_repeated_as_that() -> None:
    told = "event.properties.gift == 'yes' && customer.orders > 5"  # an error and what is false: false together
    patient = campaign("gift", trigger={"event": "product_viewed"}, audience=told, patience="5m")

    found = _repeats([event("product_viewed", "v-1", NOON)], playbook(campaigns=(patient,)))

    assert found == [(Outcome.AUDIENCE_ERROR, True)]
