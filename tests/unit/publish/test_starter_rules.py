"""The rules that come with the starter playbook, over a sample with everything they look at."""

from typing import Any

import pytest

from infra.cli.files import SAMPLES, STARTER
from infra.publish.playbook import read_playbook
from infra.replay.event_file import event_texts
from infra.replay.prepare import prepare
from infra.replay.trial import Trial, try_rules
from tandem.events import parse_envelope
from tandem.events.reading import read_object
from tandem.playbook import Playbook
from tandem.playbook.standard import STANDARD_NAMES
from tests.builders import NOON

EXPECTED: dict[str, Any] = {
    "orders_90d": 2,
    "spent_90d_minor": 7900,
    "spent_this_month_minor": 7900,
    "average_order_minor": 7900,
    "largest_order_minor": 7900,
    "days_since_last_order": 2,
    "refunds_90d": 1,
    "last_coupon": "SPRING",
    "coupons_used": 2,
    "favorite_category": "folk",
    "categories_bought": 2,
    "last_products": ("cd-salt", "lp-glass", "lp-harbor"),
    "product_views_7d": 1,
    "has_reviewed": True,
    "days_between_orders": 14,
}


@pytest.fixture(scope="module")
def starter() -> Playbook:
    return read_playbook(STARTER, published_at=NOON).playbook


@pytest.fixture(scope="module")
def trial(starter: Playbook) -> Trial:
    ready, _ = prepare(event_texts((SAMPLES / "collector.jsonl").read_text()), now=NOON, live=False)
    events = [parse_envelope(read_object(each.text), each.arrival.received_at) for each in ready]
    return try_rules(events, starter, list(EXPECTED))


@pytest.mark.parametrize(("attribute", "value"), EXPECTED.items(), ids=EXPECTED)
def test_a_starter_rule_says_what_the_sample_holds(attribute: str, value: Any, trial: Trial) -> None:
    assert trial.values[attribute].value == value


def test_every_starter_attribute_is_tried(starter: Playbook) -> None:
    assert set(EXPECTED) == set(starter.ruleset.by_attribute) - STANDARD_NAMES


def test_one_starter_attribute_is_announced(starter: Playbook) -> None:
    assert [each.attribute for each in starter.ruleset.published] == ["favorite_category"]
