"""Events that arrive within the patience of what they start: in whatever order, the same campaign is chosen."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.actor import step
from tandem.customer import Customer, Send
from tandem.events import Event, TimerFired
from tandem.playbook import Campaign, Playbook
from tests.builders import HOUR, MINUTE, NOON, event, identified, playbook
from tests.orchestra.grammar import CATEGORIES, EVENTS, changed

AUDIENCES = (
    "true",
    "customer.orders > 0",
    "customer.orders > 1",
    "event.properties.letter == 'a'",
    "customer.views > 1",
)
VALUES = ("10", "20", "customer.orders * 15", "customer.views * 9")
FIELDS = {
    "event": st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True),
    "audience": st.sampled_from(AUDIENCES),
    "value": st.sampled_from(VALUES),
    "patience": st.sampled_from(("10m", "30m", "2h")),
    "priority": st.sampled_from((None, None, 1, 2)),
    "category": st.sampled_from(CATEGORIES),
    "transactional": st.sampled_from((False, False, True)),
}
HAPPENED = st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from("ab")), min_size=2, max_size=5)


def _shop(fields: list[dict[str, Any]]) -> Playbook:
    named = [
        {**{key: each[key] for key in each if key != "event"}, "id": f"c{at}", "trigger": {"event": each["event"]}}
        for at, each in enumerate(fields)
    ]
    campaigns = [Campaign.model_validate({"channels": ["email"], "content": "words", **each}) for each in named]
    return changed(playbook(caps=(), campaigns=()), campaigns=tuple(campaigns))


def _chosen(events: list[Event], shop: Playbook) -> list[str]:
    """Each event is handled by itself, a minute after the other; then the timers fire on time."""
    customer = Customer("ada")
    customer = step(customer, None, None, [identified("i", NOON - HOUR)], shop, now=NOON).customer
    chosen: list[str] = []
    for at, each in enumerate(events, 1):
        made = step(customer, None, None, [each], shop, now=NOON + at * MINUTE)
        customer, chosen = made.customer, [*chosen, *_sent(made.effects)]
    while armed := [(key, each.armed_for) for key, each in customer.timers.items() if each.armed_for]:
        key, moment = min(armed, key=lambda found: (found[1], found[0]))
        fired = event("timer_fired", f"t-{moment}", moment, timer=key, armed_for=moment.isoformat())
        assert isinstance(fired.body, TimerFired)
        made = step(customer, None, None, [fired], shop, now=moment)
        customer, chosen = made.customer, [*chosen, *_sent(made.effects)]
    return chosen


def _sent(effects: Any) -> list[str]:
    return [each.campaign for each in effects if isinstance(each, Send)]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.fixed_dictionaries(FIELDS), min_size=2, max_size=4), HAPPENED, st.randoms(use_true_random=False))
def test_the_order_of_arrival_within_patience_does_not_matter(
    fields: list[dict[str, Any]], happened: list[tuple[str, str]], chance: Any
) -> None:
    shop = _shop(fields)
    events = [
        event(
            kind,
            f"e{at}",
            NOON - timedelta(seconds=90 - at),
            received=NOON,
            letter=letter,
            order_id=f"o{at}",
            product_id="p",
            total="10.00",
            currency="USD",
        )
        for at, (kind, letter) in enumerate(happened)
    ]

    other = chance.sample(events, len(events))

    assert _chosen(events, shop) == _chosen(other, shop)


def test_without_patience_the_first_to_arrive_is_chosen_first() -> None:
    shop = _shop([{"event": [kind], "patience": "0m"} for kind in ("product_viewed", "order_delivered")])
    events = [event(kind, kind, NOON, product_id="p", order_id="o1") for kind in ("product_viewed", "order_delivered")]

    assert _chosen(events, shop) == ["c0", "c1"]
    assert _chosen(events[::-1], shop) == ["c1", "c0"]
