"""The starter playbook: its rules over a sample with everything they look at, and what its campaigns have in common."""

from datetime import timedelta
from typing import Any

import pytest

from infra.cli.files import SAMPLES, STARTER
from infra.publish.playbook import read_playbook
from infra.replay.event_file import event_texts
from infra.replay.prepare import prepare
from infra.replay.trial import Trial, try_rules
from tandem.events import parse_envelope
from tandem.events.reading import read_object
from tandem.expressions import Kind, Language
from tandem.playbook import Playbook, QuietHours
from tandem.playbook.journey import CampaignStep
from tandem.playbook.standard import STANDARD_NAMES
from tests.builders import DAY, NOON, identified, order

EXPECTED: dict[str, Any] = {
    "orders_90d": 2,
    "spent_90d_minor": 7900,
    "spent_this_month_minor": 7900,
    "average_order_minor": 7900,
    "largest_order_minor": 7900,
    "days_since_last_order": 2,
    "days_between_orders_median": 7,
    "refunds_90d": 1,
    "last_coupon": "SPRING",
    "coupons_used": 2,
    "favorite_category": "folk",
    "categories_bought": 2,
    "last_products": ("cd-salt", "lp-glass", "lp-harbor"),
    "product_views_7d": 1,
    "has_reviewed": True,
    "birthday": None,
    "days_between_orders": 14,
    "usual_order_minor": 7900,
    "lapsed_after_days": 60,
}
# Their reason may arise at any hour; all others arise by day.
AT_ANY_HOUR = ("browsing", "cart-reminder", "cart-incentive", "post-purchase", "second-order", "welcome-1")


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


def test_the_birthday_is_the_one_that_was_told_last(starter: Playbook) -> None:
    told = [identified("1", NOON, birthday="1990-04-05"), identified("2", NOON + DAY, birthday="1991-04-05")]

    assert try_rules(told, starter, ["birthday"]).values["birthday"].value == "1991-04-05"


@pytest.mark.parametrize(("gap", "lapsed"), [(3, 60), (30, 75), (100, 250), (200, 300)])
def test_who_orders_rarely_is_missed_later_but_not_for_ever(gap: int, lapsed: int, starter: Playbook) -> None:
    orders = [order(f"A{number}", NOON + number * gap * DAY) for number in range(3)]

    assert try_rules(orders, starter, ["lapsed_after_days"]).values["lapsed_after_days"].value == lapsed


@pytest.mark.parametrize("name", AT_ANY_HOUR)
def test_what_may_arise_in_the_night_is_still_worth_sending_in_the_morning(name: str, starter: Playbook) -> None:
    campaign = starter.by_id[name]
    nights = [night for night in starter.quiet_hours if set(night.channels) & set(campaign.channels)]

    assert nights
    assert all(campaign.validity > length(night) for night in nights)


def length(night: QuietHours) -> timedelta:
    """How long quiet hours are, without a change of the clocks."""
    begin, end = (timedelta(hours=each.hour, minutes=each.minute) for each in (night.begin, night.end))
    return (end - begin) % DAY


def test_every_campaign_is_of_a_category_and_has_a_goal(starter: Playbook) -> None:
    assert [each.id for each in starter.campaigns if not each.category or not each.goal] == []


def test_every_campaign_is_worth_more_than_nothing_for_somebody_of_whom_nothing_is_known(starter: Playbook) -> None:
    nobody = Language({"customer.usual_order_minor": Kind.INT}).bind({"customer.usual_order_minor": 2500})

    assert [each.id for each in starter.campaigns if not nobody.evaluate(each.value).value > 0] == []


def test_the_second_order_is_won_before_the_first_is_thanked_for(starter: Playbook) -> None:
    second, thanks = (starter.by_id[name].priority or 0 for name in ("second-order", "post-purchase"))

    assert second > thanks > 0


def test_a_refund_holds_back_every_offer_and_nothing_else_for_a_week(starter: Playbook) -> None:
    held = starter.journey_by_id["refund-apology"].excludes

    assert held is not None
    assert {each.id for each in starter.campaigns if held.holds_back(each.id, each.category)} == set(offers(starter))


def offers(starter: Playbook) -> list[str]:
    """The campaigns that come with a code for everybody who gets them."""
    words = read_playbook(STARTER, published_at=NOON).content.templates
    return [each.id for each in starter.campaigns if all(words[name]["en"].offer for name in each.templates())]


def test_what_a_journey_says_is_said_by_it_alone(starter: Playbook) -> None:
    steps = [step for journey in starter.journeys for _, step in journey.every_step()]
    said = [step.campaign for step in steps if isinstance(step, CampaignStep)]

    assert said
    assert [name for name in said if starter.by_id[name].trigger or said.count(name) > 1] == []
