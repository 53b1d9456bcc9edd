"""What no rule combines with: recency, frequency, monetary value, and the cut points of basket value.

`baskets` has a row for each customer with an order: what the rules came to, refunds taken back. `basket_orders` and
`revenue_minor` count the shop's currency alone, `last_order_at` is in milliseconds since 1970.
"""

import ibis

from tandem.profiles.expressions.tables import BASKETS, Expr, floored


def figures() -> Expr:
    """One row a customer. `monetary_minor` is rounded down; it is 0 without orders in the shop's currency.

    Recency is kept as the moment it is counted from: days would be wrong tomorrow.
    """
    valued = ibis.cases(
        (BASKETS.basket_orders > 0, floored(BASKETS.revenue_minor, BASKETS.basket_orders.nullif(0))), else_=0
    )
    return BASKETS.select("customer_id", "last_order_at", frequency=BASKETS.orders, monetary_minor=valued)


def cut_points() -> Expr:
    """The terciles of basket value; null without orders in the shop's currency.

    Nearest rank: of n customers sorted by basket value, the ones at ranks ceil(n/3) and ceil(2n/3), their values
    rounded up to whole minor units; so, inclusive, that customer is in the tier below the cut.
    """
    held = BASKETS.filter(BASKETS.basket_orders > 0)
    valued = held.select(value=floored(held.revenue_minor + held.basket_orders - 1, held.basket_orders))
    ranked = valued.mutate(
        rank=ibis.row_number().over(ibis.window(order_by=valued.value)) + 1,
        customers=valued.value.count().over(ibis.window()),
    )
    return ranked.aggregate(
        low_max=ranked.value.max(where=ranked.rank * 3 < ranked.customers + 3),
        medium_max=ranked.value.max(where=ranked.rank * 3 < ranked.customers * 2 + 3),
    )
