"""Attributes: profile ⊕ the live contributions of the events that the profile does not cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tandem.attributes.carts import Carts, carts
from tandem.attributes.facts import CartFact, OrderFact
from tandem.attributes.profile import Profile
from tandem.attributes.tiers import SnapshotHeader, Tier, tier_of
from tandem.attributes.totals import Totals, total


@dataclass(frozen=True, slots=True)
class Attributes:
    """The merged values at one moment. Money is in minor units of the shop's currency, times are UTC.

    `orders` counts every currency; revenue, basket value and today's total count the shop's alone.
    """

    orders: int
    revenue_minor: int
    basket_value_minor: int | None
    basket_tier: Tier
    purchase_total_today_minor: int
    last_order_at: datetime | None
    carts: Carts


def merge(
    orders: Iterable[OrderFact],
    cart_facts: Iterable[CartFact],
    profile: Profile | None,
    header: SnapshotHeader | None,
    *,
    currency: str,
    zone: ZoneInfo,
    now: datetime,
) -> Attributes:
    """The attributes of one customer at `now` (aware). `orders` are facts of distinct orders."""
    held = tuple(orders)
    live = [order for order in held if profile is None or not profile.covers(order.identity, order.received_at)]
    totals = (profile.totals if profile else Totals()) + total((order.currency, order.total_minor) for order in live)
    ours = totals.of(currency)
    last_orders = [order.occurred_at for order in live] + ([profile.last_order_at] if profile else [])
    cut_points = header.cut_points if header else None
    return Attributes(
        orders=totals.orders,
        revenue_minor=ours.revenue_minor,
        basket_value_minor=ours.revenue_minor // ours.orders if ours.orders else None,
        basket_tier=tier_of(totals.of(cut_points.currency), cut_points) if cut_points else Tier.UNKNOWN,
        purchase_total_today_minor=_today(live, profile, currency, start_of_day(now, zone)),
        last_order_at=max(last_orders, default=None),
        carts=carts(cart_facts, held, now=now),
    )


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The local midnight before `now`, in UTC; where the clock skips midnight, the moment it does."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def quarter_of(moment: datetime) -> datetime:
    """The start of the quarter hour that `moment` lies in: the grain of every window of a day."""
    return moment - timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)


def _today(live: Iterable[OrderFact], profile: Profile | None, currency: str, since: datetime) -> int:
    ours = sum(
        order.total_minor for order in live if order.currency == currency and quarter_of(order.occurred_at) >= since
    )
    theirs = profile.recent if profile else ()
    return ours + sum(item.minor for item in theirs if item.currency == currency and item.quarter >= since)
