"""Why nobody entered a journey is kept for each journey."""

import json
from typing import Any

import pytest

from tandem.actor import step
from tandem.customer import Customer
from tandem.decisions import Outcome, decision_document, read_decision, repeat, same
from tandem.playbook import Campaign, Journey
from tests.builders import MINUTE, NOON, event, identified, playbook


@pytest.mark.parametrize(
    "fields",
    [
        {"start": {"event": "product_viewed"}, "key": "event.properties.order_id"},
        {"start": {"event": "product_viewed", "when": "event.properties.order_id == 'o1'"}},
    ],
    ids=["its key", "its start"],
)
def test_two_journeys_that_cannot_be_entered_and_say_the_same_first_are_two_candidates(fields: dict[str, Any]) -> None:
    said = Campaign.model_validate({"id": "said", "channels": ["email"], "content": "x"})
    steps = [{"campaign": "said"}]
    journeys = tuple(Journey.model_validate({"id": name, "steps": steps, **fields}) for name in ("one", "two"))
    shop = playbook(campaigns=(said,), journeys=journeys)
    events = [identified("i1", NOON - MINUTE), event("product_viewed", "v1", NOON)]

    (made,) = step(Customer("ada"), None, None, events, shop, now=NOON).decisions

    told = [(each.outcome, each.origin.journey if each.origin else "") for each in made.candidates]
    assert told == [(Outcome.AUDIENCE_ERROR, "one/"), (Outcome.AUDIENCE_ERROR, "two/")]
    assert same(made, repeat(read_decision(json.loads(json.dumps(decision_document(made)))), shop))
