"""Who is told of a new profile: customers of whom something changed that a campaign depends on."""

from typing import Any

import pytest

from tandem.attributes import Derived, Function, Rule
from tandem.events import EventType
from tandem.playbook import Campaign, Playbook
from tandem.profiles.used import used_codes
from tests.builders import playbook

VIEWS = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT)
CLICKS = Rule("clicks", 102, (EventType.PRODUCT_CLICKED,), Function.COUNT)
BOTH = Derived("both", "customer.views + customer.clicks")
TWICE = Derived("twice", "customer.both * 2")


def with_campaign(*, when: str = "true", trigger: dict[str, Any] | None = None, **changes: Any) -> Playbook:
    campaign = {
        "id": "it",
        "priority": 1,
        "channels": ["email"],
        "content": "it",
        "trigger": trigger or {"event": "order_completed"},
        "when": when,
    }
    fields: dict[str, Any] = {"rules": (VIEWS, CLICKS), "derived": (BOTH, TWICE), **changes}
    return playbook(campaigns=(Campaign.model_validate(campaign),), **fields)


@pytest.mark.parametrize(
    ("when", "codes"),
    [
        ("true", set()),
        ("customer.views > 3", {101}),
        ("customer.views > 3 && customer.orders == 1", {101, 1}),
        ("customer.both > 3", {101, 102}),
        ("customer.twice > 3", {101, 102}),
        ("customer.open_carts > 0 && event.type == 'order_completed'", set()),
        ("profile.recency_days > 30", {1, 2, 3, 6}),
    ],
)
def test_what_a_condition_reads_is_used(when: str, codes: set[int]) -> None:
    assert used_codes(with_campaign(when=when)) == codes


def test_what_a_trigger_waits_for_is_used() -> None:
    assert used_codes(with_campaign(trigger={"attribute_changed": "both"})) == {101, 102}


def test_what_is_published_is_used_by_whoever_listens() -> None:
    heard = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, publish=True)

    assert used_codes(with_campaign(rules=(heard, CLICKS))) == {101}


def test_attributes_that_need_each_other_end() -> None:
    around = (Derived("both", "customer.twice + customer.views"), Derived("twice", "customer.both * 2"))

    assert used_codes(with_campaign(when="customer.both > 1", derived=around)) == {101}


def test_a_rule_that_nothing_names_is_not_used() -> None:
    assert 102 not in used_codes(with_campaign(when="customer.views > 1"))
