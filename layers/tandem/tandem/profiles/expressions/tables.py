"""The tables that the expressions read, and what several of them need."""

from typing import Any, Final

import ibis

Expr = Any  # ibis's expressions are typed too loosely to say more
MOMENT: Final = "timestamp('UTC')"

HISTORY: Final[Expr] = ibis.table(
    {
        "row": "int64",
        "customer_id": "string",
        "order_id": "string",
        "ordered_at": "string",
        "amount": "string",
        "currency": "string",
    },
    name="history",
)
LINES: Final[Expr] = ibis.table(
    {
        "row": "int64",
        "customer_id": "string",
        "order_id": "string",
        "ordered_at": "string",
        "moment": MOMENT,
        "amount": "string",
        "whole": "string",
        "fraction": "string",
        "places": "int64",
        "currency": "string",
    },
    name="lines",
)
ORDERS: Final[Expr] = ibis.table(
    {
        "customer_id": "string",
        "order_id": "string",
        "ordered_at": MOMENT,
        "currency": "string",
        "minor": "int64",
        "row": "int64",
        "copies": "int64",
    },
    name="orders",
)
PARAMETERS: Final[Expr] = ibis.table({"earliest": MOMENT}, name="parameters")
BASKETS: Final[Expr] = ibis.table(
    {
        "customer_id": "string",
        "orders": "int64",
        "basket_orders": "int64",
        "revenue_minor": "int64",
        "last_order_at": "int64",
    },
    name="baskets",
)


def whole(number: Expr) -> Expr:
    """A 64-bit integer. DuckDB sums in 128 bits and has epochs as floats, and ibis takes both for 64-bit integers.

    Out of range fails; nothing is rounded, as the number has no decimals.
    """
    return number.cast("decimal(38, 0)").cast("int64")


def floored(number: Expr, by: Expr) -> Expr:
    """The quotient of integers (none negative), rounded down. Divides by way of floats: exact below 2**53."""
    return ((number - number % by) / by).cast("int64")
