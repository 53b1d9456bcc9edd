"""Merge: profile ⊕ live orders, each order counted once and every window where it belongs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tandem.actor import attributes_of, step
from tandem.attributes import Attributes, CutPoints, OrderFact, Profile, SnapshotHeader, Tier, merge
from tandem.attributes.profile import RecentSum
from tandem.attributes.totals import Sum, Totals
from tandem.customer import Customer
from tandem.events import order_identity
from tandem.profiles.build import build_snapshot
from tandem.profiles.snapshot import read_profiles
from tests.builders import DAY, HEADER, NOON, identified, order, playbook, profile
from tests.unit.profiles.brute_force import Row, write

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
NEW_YORK = "America/New_York"


def fact(at: datetime, minor: int = 3000, currency: str = "USD", *, received: datetime | None = None) -> OrderFact:
    name = f"{at.isoformat()}-{currency}"
    return OrderFact(order_identity(name), name, at, received or at, currency, minor)


def merged(
    orders: Sequence[OrderFact], known: Profile | None = None, *, zone: str = "UTC", now: datetime = NOON
) -> Attributes:
    return merge(orders, (), known, HEADER, currency="USD", zone=ZoneInfo(zone), now=now)


def recent(*sums: tuple[datetime, int, str]) -> Profile:
    """A profile, made when the last of these quarter hours began, with so much ordered in each in a currency."""
    quarters = tuple(RecentSum(quarter, currency, minor) for quarter, minor, currency in sums)
    return replace(profile(as_of=max(each.quarter for each in quarters)), recent=quarters)


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
    late = fact(datetime(2026, 11, 17, tzinfo=UTC), received=received)

    assert merged([late], profile(2, 5000, as_of=AS_OF)).orders == orders


def test_a_listed_order_is_counted_once_however_late_it_is_received() -> None:
    late = replace(fact(AS_OF - DAY, received=NOON), identity=order_identity("o1"))

    assert merged([late], profile(2, 5000, as_of=AS_OF, listed=("o1",))).revenue_minor == 5000


def test_an_order_received_after_44_days_is_counted_once_when_a_snapshot_36_hours_later_includes_it(
    tmp_path: Path,
) -> None:
    ordered_at, received = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 14, tzinfo=UTC)
    as_of = datetime(2026, 11, 15, 12, tzinfo=UTC)
    customer = step(
        Customer("ada"), None, None, [order("o1", ordered_at, received=received)], playbook(), now=received
    ).customer
    history = write([Row("ada", "o1", ordered_at, Decimal("30.00"), "USD")], tmp_path / "history.csv")
    (known,) = read_profiles(build_snapshot(history, as_of, tmp_path).profiles, as_of)

    attributes = attributes_of(customer, known, None, playbook(), now=as_of)

    assert len(customer.orders) == 1
    assert (attributes.orders, attributes.revenue_minor) == (1, 3000)


@pytest.mark.parametrize(
    ("zone", "now", "yesterday", "today"),
    [
        (  # 23 hours: midnight was at -05:00, now is -04:00
            NEW_YORK,
            datetime(2026, 3, 9, 3, 45, tzinfo=UTC),
            datetime(2026, 3, 8, 4, 45, tzinfo=UTC),
            datetime(2026, 3, 8, 5, 0, tzinfo=UTC),
        ),
        (  # 25 hours: midnight was at -04:00, now is -05:00
            NEW_YORK,
            datetime(2026, 11, 2, 4, 45, tzinfo=UTC),
            datetime(2026, 11, 1, 3, 45, tzinfo=UTC),
            datetime(2026, 11, 1, 4, 0, tzinfo=UTC),
        ),
        (
            "Asia/Kathmandu",
            datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
            datetime(2026, 11, 19, 18, 0, tzinfo=UTC),
            datetime(2026, 11, 19, 18, 15, tzinfo=UTC),
        ),
    ],
)
def test_today_is_what_was_ordered_since_local_midnight_in_the_profile_and_live(
    zone: str, now: datetime, yesterday: datetime, today: datetime
) -> None:
    known = recent((yesterday, 1, "USD"), (today, 20, "USD"))

    attributes = merged([fact(yesterday, 300), fact(today, 4000)], known, zone=zone, now=now)

    assert attributes.purchase_total_today_minor == 4020


@pytest.mark.parametrize(
    ("last_minute", "midnight"),
    [
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), datetime(2026, 3, 9, 4, 0, tzinfo=UTC)),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), datetime(2026, 11, 2, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_day_of_23_or_25_hours_ends_at_its_local_midnight(last_minute: datetime, midnight: datetime) -> None:
    orders, known = [fact(last_minute, 300)], recent((last_minute.replace(minute=45), 20, "USD"))

    assert merged(orders, known, zone=NEW_YORK, now=last_minute).purchase_total_today_minor == 320
    assert merged(orders, known, zone=NEW_YORK, now=midnight).purchase_total_today_minor == 0


def test_today_is_in_the_shops_currency_alone() -> None:
    known = recent((AS_OF, 1, "EUR"), (AS_OF, 20, "USD"))

    attributes = merged([fact(AS_OF, 300, "EUR"), fact(AS_OF, 4000, "USD")], known)

    assert attributes.purchase_total_today_minor == 4020


def test_a_quarter_hour_that_began_before_midnight_belongs_to_yesterday_live_as_in_the_profile() -> None:
    # Monrovia was 44 minutes and 30 seconds behind until 1972: a midnight inside a quarter hour.
    just_after_midnight = datetime(1971, 6, 1, 0, 44, 40, tzinfo=UTC)
    known = recent((datetime(1971, 6, 1, 0, 30, tzinfo=UTC), 20, "USD"))

    attributes = merged(
        [fact(just_after_midnight, 300), fact(datetime(1971, 6, 1, 0, 45, tzinfo=UTC), 4000)],
        known,
        zone="Africa/Monrovia",
        now=datetime(1971, 6, 1, 12, tzinfo=UTC),
    )

    assert attributes.purchase_total_today_minor == 4000


def test_in_an_unknown_time_zone_the_day_begins_with_the_shops() -> None:
    events = [
        identified("i1", NOON - DAY, time_zone="Nowhere/Lost"),
        order("before", datetime(2026, 11, 20, 4, 59, tzinfo=UTC), "7.00"),
        order("after", datetime(2026, 11, 20, 5, 0, tzinfo=UTC), "5.00"),
    ]
    customer = step(Customer("ada"), None, None, events, playbook(), now=NOON).customer

    assert attributes_of(customer, None, None, playbook(), now=NOON).purchase_total_today_minor == 500


def test_the_last_order_may_be_one_that_only_the_profile_knows() -> None:
    known = replace(profile(listed=("o1",)), last_order_at=datetime(2026, 11, 19, 9, 30, tzinfo=UTC))
    older = fact(datetime(2026, 11, 18, 8, tzinfo=UTC))

    assert merged([], known).last_order_at == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
    assert merged([older], known).last_order_at == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)


def test_an_order_in_another_currency_is_an_order_and_no_revenue() -> None:
    known = replace(profile(), totals=Totals({"USD": Sum(1, 2000), "EUR": Sum(1, 9000)}))

    attributes = merged([fact(NOON, 4000, "USD"), fact(NOON, 700, "EUR")], known)

    assert attributes.orders == 4
    assert attributes.revenue_minor == 6000
    assert attributes.basket_value_minor == 3000


@pytest.mark.parametrize(
    ("revenue_minor", "tier"),
    [(4000, Tier.LOW), (4001, Tier.MEDIUM), (4002, Tier.MEDIUM), (8000, Tier.MEDIUM), (8001, Tier.HIGH)],
)
def test_a_basket_value_on_a_cut_point_is_in_the_tier_below_and_anything_more_is_not(
    revenue_minor: int, tier: Tier
) -> None:
    header = SnapshotHeader(AS_OF, CutPoints("USD", low_max=2000, medium_max=4000), profiles=1)

    attributes = merge((), (), profile(2, revenue_minor), header, currency="USD", zone=ZoneInfo("UTC"), now=NOON)

    assert attributes.basket_tier is tier
