"""Who is told of a new profile: customers of whom something changed that a campaign or a journey depends on."""

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


def with_campaign(
    *, when: str = "true", trigger: dict[str, Any] | None = None, value: str = "0", **changes: Any
) -> Playbook:
    campaign = {
        "id": "it",
        "priority": 1,
        "channels": ["email"],
        "content": "it",
        "trigger": trigger or {"event": "order_completed"},
        "audience": when,
        "value": value,
    }
    fields: dict[str, Any] = {"rules": (VIEWS, CLICKS), "derived": (BOTH, TWICE), **changes}
    return playbook(campaigns=(Campaign.model_validate(campaign),), **fields)


def codes_of(published: Playbook) -> set[int]:
    codes = used_codes(published)
    assert codes is not None
    return set(codes)


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
    assert codes_of(with_campaign(when=when)) == codes


def test_what_a_trigger_waits_for_is_used() -> None:
    assert codes_of(with_campaign(trigger={"attribute_changed": "both"})) == {101, 102}


def test_what_is_published_is_used_by_whoever_listens() -> None:
    heard = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, publish=True)

    assert codes_of(with_campaign(rules=(heard, CLICKS))) == {101}


def test_attributes_that_need_each_other_end() -> None:
    around = (Derived("both", "customer.twice + customer.views"), Derived("twice", "customer.both * 2"))

    assert codes_of(with_campaign(when="customer.both > 1", derived=around)) == {101}


def test_a_rule_that_nothing_names_is_not_used() -> None:
    assert 102 not in codes_of(with_campaign(when="customer.views > 1"))


def test_what_a_message_may_bring_is_used() -> None:
    assert codes_of(with_campaign(value="customer.views * 100")) == {101}


@pytest.mark.parametrize(
    "trigger",
    [
        {"event": "order_completed", "when": "customer.views > 1"},
        {"after": "order_completed", "wait": "2d", "when": "customer.views > 1"},
        {"attribute_changed": "clicks", "when": "customer.views > 1"},
    ],
)
def test_the_condition_of_a_trigger_is_used(trigger: dict[str, Any]) -> None:
    assert 101 in codes_of(with_campaign(trigger=trigger))


def with_journey(*, former: bool = False, **changes: Any) -> Playbook:
    journey = {"id": "it", "start": {"event": "order_completed"}, "steps": [{"exit": "done"}], **changes}
    place = {"former" if former else "journeys": [journey]}
    return playbook(campaigns=(), rules=(VIEWS, CLICKS), derived=(BOTH, TWICE), **place)


READS = "customer.views > 1"
INSIDE: list[dict[str, Any]] = [
    {"wait": {"days": "customer.views"}},
    {"wait": {"event": "product_viewed", "when": READS, "within": "2d"}},
    {"branch": [{"when": "true"}, {"when": READS}]},
    {"split": [{"weight": 1}, {"weight": 1, "steps": [{"branch": [{"when": READS}]}]}]},
    {"set": {"seen": "customer.views"}},
]


@pytest.mark.parametrize(
    "changes",
    [
        {"start": {"event": "order_completed", "when": READS}},
        {"start": {"attribute_changed": "views"}},
        {"when": READS},
        {"key": "customer.views"},
        {"exit_on": [{"event": "product_viewed", "when": READS}]},
        *({"steps": [step]} for step in INSIDE),
    ],
)
def test_what_a_journey_reads_is_used_also_by_those_who_are_in_a_former_version(changes: dict[str, Any]) -> None:
    assert codes_of(with_journey(**changes)) == {101}
    assert codes_of(with_journey(former=True, **changes)) == {101}


def test_a_journey_that_reads_nothing_uses_nothing() -> None:
    assert used_codes(with_journey(steps=[{"wait": "2d"}, {"campaign": "thanks"}])) == frozenset()


def test_a_journey_that_reads_the_snapshots_own_figures_uses_their_rules() -> None:
    assert codes_of(with_journey(when="profile.recency_days > 30")) == {1, 2, 3, 6}


@pytest.mark.parametrize(
    "trigger",
    [{"event": ["order_completed", "profile_refreshed"]}, {"after": "profile_refreshed", "wait": "1d"}],
)
def test_where_a_campaign_or_journey_begins_with_a_new_profile_any_change_is_news(trigger: dict[str, Any]) -> None:
    assert used_codes(with_campaign(trigger=trigger)) is None
    assert used_codes(with_journey(start=trigger)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"exit_on": [{"event": "profile_refreshed"}]},
        {"steps": [{"wait": {"event": "profile_refreshed", "within": "2d"}}]},
    ],
)
def test_where_a_journey_waits_for_a_new_profile_any_change_is_news(changes: dict[str, Any]) -> None:
    assert used_codes(with_journey(**changes)) is None
