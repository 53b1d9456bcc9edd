"""Merge: profile ⊕ live events, each counted once and every value as the standard rules mean it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tandem.actor import attributes_of, step
from tandem.attributes import Attributes, CutPoints, Profile, SnapshotHeader, Tier
from tandem.customer import Customer
from tandem.profiles.advance import State, advance
from tests.builders import DAY, NOON, RULES, identified, merged, order, playbook, profile

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)


def orders_of(attributes: Attributes) -> tuple[int, int]:
    return attributes["orders"], attributes["revenue_minor"]


@pytest.mark.parametrize(
    ("received", "orders"),
    [
        (datetime(2026, 11, 17, 23, 59, 59, 999999, UTC), 2),
        (datetime(2026, 11, 18, 0, 0, 0, 0, UTC), 3),
        (datetime(2026, 11, 18, 0, 0, 0, 1, UTC), 3),
    ],
)
def test_an_order_that_is_not_listed_is_covered_if_received_more_than_48_hours_before_as_of(
    received: datetime, orders: int
) -> None:
    late = order("o1", datetime(2026, 11, 17, tzinfo=UTC), received=received)

    assert merged([late], profile(2, 5000, as_of=AS_OF))["orders"] == orders


def test_a_listed_order_is_counted_once_however_late_it_is_received() -> None:
    late = order("o1", AS_OF - DAY, received=NOON)

    assert merged([late], profile(2, 5000, as_of=AS_OF, listed=("o1",)))["revenue_minor"] == 5000


def test_an_order_received_after_44_days_is_counted_once_when_a_snapshot_36_hours_later_includes_it() -> None:
    ordered_at, received = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 14, tzinfo=UTC)
    as_of = datetime(2026, 11, 15, 12, tzinfo=UTC)
    late = order("o1", ordered_at, received=received)
    customer = step(Customer("ada"), None, None, [late], playbook(), now=received).customer
    advanced = advance("ada", State(), [late], RULES, as_of=as_of)
    assert advanced

    attributes = attributes_of(customer, advanced.profile, None, playbook(), now=as_of)

    assert len(customer.live.entries) == 1
    assert orders_of(attributes) == (1, 3000)


def test_an_order_that_only_the_profile_knows_and_one_that_only_we_know_make_two() -> None:
    assert orders_of(merged([order("o1", NOON, "40.00")], profile(1, 2000))) == (2, 6000)


def test_what_each_side_alone_would_say_is_told_beside_the_value() -> None:
    value = merged([order("o1", NOON, "40.00")], profile(1, 2000)).value("revenue_minor")

    assert (value.profile, value.live, value.value) == (2000, 4000, 6000)


def test_in_an_unknown_time_zone_the_day_begins_with_the_shops() -> None:
    events = [
        identified("i1", NOON - DAY, time_zone="Nowhere/Lost"),
        order("before", datetime(2026, 11, 20, 4, 59, tzinfo=UTC), "7.00"),
        order("after", datetime(2026, 11, 20, 5, 0, tzinfo=UTC), "5.00"),
    ]
    customer = step(Customer("ada"), None, None, events, playbook(), now=NOON).customer

    assert attributes_of(customer, None, None, playbook(), now=NOON)["purchase_total_today_minor"] == 500


def test_the_last_order_may_be_one_that_only_the_profile_knows() -> None:
    known = profile(as_of=datetime(2026, 11, 20, tzinfo=UTC))  # the last of its orders was ten days before
    older = order("o1", datetime(2026, 11, 9, 8, tzinfo=UTC), received=NOON)

    assert merged([], known)["last_order_at"] == datetime(2026, 11, 10, tzinfo=UTC)
    assert merged([older], known)["last_order_at"] == datetime(2026, 11, 10, tzinfo=UTC)


def two_currencies() -> Profile:
    """Two orders, one of them in dollars."""
    known = profile(2, 2000)
    return replace(known, parts={**known.parts, 2: {0: 1}})


def test_an_order_in_another_currency_is_an_order_and_no_revenue() -> None:
    foreign = order("o2", NOON, "7.00", currency="EUR")

    attributes = merged([order("o1", NOON, "40.00"), foreign], two_currencies())

    assert orders_of(attributes) == (4, 6000)
    assert attributes["basket_value_minor"] == 3000


@pytest.mark.parametrize(
    ("revenue_minor", "tier"),
    [(4000, Tier.LOW), (4001, Tier.MEDIUM), (4002, Tier.MEDIUM), (8000, Tier.MEDIUM), (8001, Tier.HIGH)],
)
def test_a_basket_value_on_a_cut_point_is_in_the_tier_below_and_anything_more_is_not(
    revenue_minor: int, tier: Tier
) -> None:
    header = SnapshotHeader(AS_OF, CutPoints("USD", low_max=2000, medium_max=4000), profiles=1)

    assert merged([], profile(2, revenue_minor), header=header).basket_tier is tier


@pytest.mark.parametrize(
    "header",
    [None, SnapshotHeader(AS_OF, None, 0), SnapshotHeader(AS_OF, CutPoints("EUR", 2000, 4000), 1)],
    ids=["no snapshot", "no cut points", "cut points in another currency"],
)
def test_without_cut_points_in_the_shops_currency_the_tier_is_unknown(header: SnapshotHeader | None) -> None:
    assert merged([], profile(), header=header).basket_tier is Tier.UNKNOWN


def test_without_an_order_the_tier_is_unknown_and_there_is_no_basket_value() -> None:
    attributes = merged([])

    assert attributes.basket_tier is Tier.UNKNOWN
    assert attributes["basket_value_minor"] is None
    assert orders_of(attributes) == (0, 0)


def test_the_attributes_of_a_playbook_without_a_tier_have_an_unknown_one() -> None:
    assert merged([], rules=replace(RULES, derived=())).basket_tier is Tier.UNKNOWN
