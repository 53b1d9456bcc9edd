"""The attributes that every playbook has: what a shop always asks of a customer, and the tier that words go by."""

from typing import Final

from tandem.attributes import Derived, Function, Money, Rule, Span, Window
from tandem.events import EventType
from tandem.expressions import Kind

RESERVED_CODES: Final = 100  # a playbook's own rules come after
_ORDER: Final = (EventType.ORDER_COMPLETED,)


def standard_rules(currency: str) -> tuple[Rule, ...]:
    """The rules, counting money in the shop's currency. Their codes are the first ones."""
    total = Money("total", currency)
    return (
        Rule(
            "orders",
            1,
            _ORDER,
            Function.COUNT,
            subtracts=True,
            description="orders ever, this very one included, without those refunded in full",
        ),
        Rule(
            "basket_orders",
            2,
            _ORDER,
            Function.COUNT,
            money=total,
            subtracts=True,
            description="the orders in the shop's currency",
        ),
        Rule(
            "revenue_minor",
            3,
            _ORDER,
            Function.SUM,
            money=total,
            subtracts=True,
            description="what orders came to, less refunds, in the shop's currency",
        ),
        Rule(
            "purchase_total_today_minor",
            4,
            _ORDER,
            Function.SUM,
            money=total,
            subtracts=True,
            window=Window(Span.TODAY),
            description="orders since midnight in the customer's zone, less refunds of them",
        ),
        Rule(
            "first_order_at",
            5,
            _ORDER,
            Function.MIN,
            kind=Kind.TIMESTAMP,
            value="event.occurred_at",
            description="when the first order was placed, refunded or not",
        ),
        Rule(
            "last_order_at",
            6,
            _ORDER,
            Function.MAX,
            kind=Kind.TIMESTAMP,
            value="event.occurred_at",
            description="when the last order was placed, refunded or not",
        ),
    )


STANDARD_DERIVED: Final = (
    Derived(
        "basket_value_minor",
        "customer.revenue_minor / customer.basket_orders",
        description="revenue / orders, rounded down",
    ),
    Derived(
        "basket_tier",
        'customer.basket_orders == 0 ? "unknown"'
        ' : customer.revenue_minor <= cuts.low_max * customer.basket_orders ? "low"'
        ' : customer.revenue_minor <= cuts.medium_max * customer.basket_orders ? "medium" : "high"',
        kind=Kind.STRING,
        otherwise="unknown",
        description="low, medium, high, or unknown",
    ),
)
STANDARD_NAMES: Final = frozenset(
    {rule.attribute for rule in standard_rules("USD")} | {each.attribute for each in STANDARD_DERIVED}
)
