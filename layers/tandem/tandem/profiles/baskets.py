"""What the rules came to that every shop's figures are made of: the table `baskets` of the expressions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import duckdb

from tandem.attributes import CutPoints, Function, Profile, Rule, Ruleset, Span
from tandem.attributes.functions import result
from tandem.attributes.windows import from_ms
from tandem.events.times import to_text
from tandem.profiles.engine import insert, rows

COLUMNS: Final = ("orders", "basket_orders", "revenue_minor", "last_order_at")
TYPES: Final = ("BIGINT",) * len(COLUMNS)
_FUNCTIONS: Final = (Function.COUNT, Function.COUNT, Function.SUM, Function.MAX)
_CREATE: Final = (
    "CREATE OR REPLACE TABLE baskets (customer_id VARCHAR, orders BIGINT, basket_orders BIGINT, revenue_minor BIGINT,"
    " last_order_at BIGINT)"
)


@dataclass(frozen=True, slots=True)
class Basket:
    """Of a customer with an order that was not refunded in full. Money in minor units, `last_order_at` in ms."""

    orders: int
    basket_orders: int
    revenue_minor: int
    last_order_at: int

    def row(self) -> tuple[int, ...]:
        """In the order of COLUMNS."""
        return (self.orders, self.basket_orders, self.revenue_minor, self.last_order_at)


def basket_rules(rules: Ruleset) -> tuple[Rule, ...]:
    """The rules behind the columns; empty where the playbook has made something else of one of the names."""
    found = [rules.by_attribute.get(name) for name in COLUMNS]
    known = [
        rule
        for rule, function in zip(found, _FUNCTIONS, strict=True)
        if isinstance(rule, Rule) and rule.function is function and rule.window.span is Span.EVER
    ]
    return tuple(known) if len(known) == len(COLUMNS) else ()


def basket_of(profile: Profile, rules: tuple[Rule, ...]) -> Basket | None:
    """The customer's basket, None without an order."""
    values: list[int] = [result(rule, profile.parts.get(rule.code, {}).get(0), 0) or 0 for rule in rules]
    return Basket(*values) if values and values[0] > 0 else None


def create_baskets(connection: duckdb.DuckDBPyConnection) -> None:
    """The empty table."""
    connection.execute(_CREATE)


def with_figures(
    connection: duckdb.DuckDBPyConnection, profiles: Iterable[Profile], baskets: Mapping[str, Basket]
) -> list[Profile]:
    """The profiles with what no rule combines with."""
    create_baskets(connection)
    insert(
        connection,
        "baskets",
        ("VARCHAR", *TYPES),
        ((customer_id, *each.row()) for customer_id, each in baskets.items()),
    )
    figures = {row.pop("customer_id"): _figures(row) for row in rows(connection, "figures")}
    return [replace(profile, figures=figures.get(profile.customer_id, {})) for profile in profiles]


def _figures(row: dict[str, Any]) -> dict[str, int | str]:
    return {**row, "last_order_at": to_text(from_ms(row["last_order_at"]))}


def cut_points(connection: duckdb.DuckDBPyConnection, currency: str) -> CutPoints | None:
    """The terciles over the whole table."""
    [cuts] = rows(connection, "cut_points")
    return None if cuts["low_max"] is None else CutPoints(currency, cuts["low_max"], cuts["medium_max"])
