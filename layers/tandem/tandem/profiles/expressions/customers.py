"""From orders to profiles, the snapshot's cut points, and what was counted."""

from typing import Final

import ibis

from tandem.profiles.expressions.tables import ORDERS, PARAMETERS, Expr, floored, seconds, whole

DAY: Final = 86_400
QUARTER: Final = 900


def counts() -> Expr:
    """One row: what was read, what was a copy, what lies after `as_of`, what is in the snapshot."""
    known = ORDERS.cross_join(PARAMETERS)
    included = known.ordered_at < known.as_of
    return known.aggregate(
        rows=whole(known.copies.sum().coalesce(0)),
        duplicates=whole((known.copies - 1).sum().coalesce(0)),
        after_as_of=known.row.count(where=~included),
        orders=known.row.count(where=included),
        customers=known.customer_id.nunique(where=included),
    )


def profiles() -> Expr:
    """One row a customer, by customer id. `monetary_minor` is floored; it is 0 without orders in the main currency."""
    included, sums = _included(), _sums()
    main = _in_main_currency(sums)
    monetary = main.select("customer_id", monetary_minor=floored(main.revenue_minor, main.orders))
    joined = _seen(included)
    for more in (_totals(sums), _recent(included), monetary):
        joined = joined.left_join(more, "customer_id").drop("customer_id_right")
    return joined.select(
        "customer_id",
        "totals",
        "first_order_at",
        "last_order_at",
        "frequency",
        "listed",
        "recent",
        recency_days=floored(seconds(joined.as_of) - joined.last_second, DAY),
        monetary_minor=joined.monetary_minor.coalesce(0),
    ).order_by("customer_id")


def cut_points() -> Expr:
    """The terciles of basket value in the main currency, or no row without orders.

    Nearest rank: of n customers sorted by basket value, the ones at ranks ceil(n/3) and ceil(2n/3), their values
    rounded up to whole minor units; so, inclusive, that customer is in the tier below the cut.
    """
    main = _in_main_currency(_sums())
    valued = main.select("currency", value=floored(main.revenue_minor + main.orders - 1, main.orders))
    ranked = valued.mutate(
        rank=ibis.row_number().over(ibis.window(order_by=valued.value)) + 1,
        customers=valued.value.count().over(ibis.window()),
    )
    return ranked.group_by("currency").aggregate(
        low_max=ranked.value.max(where=ranked.rank * 3 < ranked.customers + 3),
        medium_max=ranked.value.max(where=ranked.rank * 3 < ranked.customers * 2 + 3),
    )


def _included() -> Expr:
    known = ORDERS.cross_join(PARAMETERS)
    return known.filter(known.ordered_at < known.as_of)


def _sums() -> Expr:
    included = _included()
    return included.group_by(["customer_id", "currency"]).aggregate(
        orders=included.row.count(), revenue_minor=whole(included.minor.sum())
    )


def _in_main_currency(sums: Expr) -> Expr:
    """The sums in the currency of most orders; of several such, the first by code."""
    used = sums.group_by("currency").aggregate(used=whole(sums.orders.sum()))
    return sums.semi_join(used.order_by(used.used.desc(), used.currency).limit(1), "currency")


def _seen(included: Expr) -> Expr:
    seen = included.group_by("customer_id").aggregate(
        first_order_at=included.ordered_at.min(),
        last_order_at=included.ordered_at.max(),
        frequency=included.row.count(),
        listed=_identity(included.order_id).collect(where=included.ordered_at >= included.listed_from).sort(),
        as_of=included.as_of.max(),
    )
    started = seen.last_order_at > seen.last_order_at.truncate("s")
    return seen.mutate(last_second=seconds(seen.last_order_at) + ibis.cases((started, 1), else_=0))


def _totals(sums: Expr) -> Expr:
    parts = ibis.struct({"currency": sums.currency, "orders": sums.orders, "revenue_minor": sums.revenue_minor})
    return sums.group_by("customer_id").aggregate(totals=parts.collect().sort())


def _recent(included: Expr) -> Expr:
    at = seconds(included.ordered_at)
    late = included.mutate(quarter=at - at % QUARTER).filter(included.ordered_at >= included.recent_from)
    sums = late.group_by(["customer_id", "quarter", "currency"]).aggregate(minor=whole(late.minor.sum()))
    parts = ibis.struct({"quarter": sums.quarter, "currency": sums.currency, "minor": sums.minor})
    return sums.group_by("customer_id").aggregate(recent=parts.collect().sort())


def _identity(order_id: Expr) -> Expr:
    """`tandem.events.identity.order_identity`."""
    return (ibis.literal("order_completed\n") + order_id).hexdigest("sha256").left(16)
