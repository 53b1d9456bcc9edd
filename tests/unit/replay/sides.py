"""A shop's events through two playbooks that differ in what a test says."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from infra.replay import Arrival, replay
from infra.replay.against import Comparison, Kind, Pair, Side, compare
from tandem.playbook import Campaign, Journey, Playbook
from tests.builders import DAY, NOON, envelope, playbook


def arrival(kind: str, at: datetime, customer: str = "ada", **properties: Any) -> Arrival:
    event_id = f"{kind}-{customer}-{at:%d%H%M%S}"
    return Arrival(json.dumps(envelope(kind, event_id, at, properties, customer)), at)


def known(customer: str = "ada", at: datetime = NOON - DAY, **traits: Any) -> Arrival:
    traits = {"email": f"{customer}@example.com", "consents": {"email": True, "sms": True}, **traits}
    return arrival("customer_identified", at, customer, **traits)


def bought(at: datetime, customer: str = "ada", **more: Any) -> Arrival:
    properties = {"order_id": f"{customer}-{at:%d%H%M%S}", "total": "30.00", "currency": "USD", **more}
    return arrival("order_completed", at, customer, **properties)


def filled(at: datetime, cart: str = "c-1", customer: str = "ada") -> Arrival:
    return arrival("product_added", at, customer, product_id="record-1", price="12.00", cart_id=cart)


def compared(
    events: Sequence[Arrival], first: Playbook, second: Playbook, *, until: datetime | None = None
) -> Comparison:
    """Both replayed and paired."""
    one, two = (Side(name, each, replay(events, each, until=until)) for name, each in (("A", first), ("B", second)))
    return compare(one, two)


def kinds(pairs: Sequence[Pair]) -> list[tuple[Kind, str, str]]:
    """Each pair's kind, with the campaign of A and that of B."""
    return [
        (pair.kind, pair.before.campaign if pair.before else "", pair.after.campaign if pair.after else "")
        for pair in pairs
    ]


def why(comparison: Comparison) -> list[tuple[str, str]]:
    """What is told of each pair that differs: by whom, and the sentence."""
    return [(pair.told_by, pair.why.sentence if pair.why else "") for pair in comparison.different]


def with_campaign(name: str, **changes: Any) -> Playbook:
    """The usual playbook with one campaign otherwise."""
    made = playbook()
    campaigns = [
        Campaign.model_validate({**each.model_dump(exclude_unset=True), **changes}) if each.id == name else each
        for each in made.campaigns
    ]
    return playbook(campaigns=tuple(campaigns))


def with_journey(*steps: dict[str, Any], **changes: Any) -> Playbook:
    """A playbook of two campaigns that only the journey `tour` says; it starts when somebody becomes known."""
    fields = {"id": "tour", "start": {"event": "customer_identified"}, "steps": steps, **changes}
    said = [Campaign.model_validate({"id": name, "channels": ["email"], "content": name}) for name in ("one", "two")]
    return playbook(campaigns=tuple(said), journeys=(Journey.model_validate(fields),))
