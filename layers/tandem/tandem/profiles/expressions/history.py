"""From the text of a history to orders, each once, or to what is wrong with it."""

from typing import Final

import ibis

from tandem.events.money import DECIMALS, LARGEST_MINOR
from tandem.profiles.expressions.tables import HISTORY, LINES, MOMENT, ORDERS, PARAMETERS, Expr, whole

EXAMPLES: Final = 5  # how many rows an error names
LONGEST_ID: Final = 256
MOST_DIGITS: Final = 13  # of an amount before its point
AMOUNT: Final = "^([0-9]*)[.]?([0-9]*)$"
NAIVE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)?$"
AWARE: Final = NAIVE.replace(")?$", ")(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")


def lines() -> Expr:
    """`history` with its text taken apart; what is missing is empty text, what is no time is null."""
    text = HISTORY.mutate(
        **{column: HISTORY[column].coalesce("") for column in ("customer_id", "order_id", "ordered_at", "amount")},
        currency=HISTORY.currency.coalesce("").upper(),
    )
    return text.select(
        "row",
        "customer_id",
        "order_id",
        "ordered_at",
        "amount",
        "currency",
        moment=text.ordered_at.try_cast(MOMENT),
        whole=text.amount.re_extract(AMOUNT, 1).re_replace("^0+", ""),
        fraction=text.amount.re_extract(AMOUNT, 2),
        places=_places(text.currency),
    )


def problems() -> Expr:
    """The first problem of each bad line as `column: problem`, how many lines have it, and the first of these."""
    known = LINES.cross_join(PARAMETERS)
    bad = known.mutate(
        problem=ibis.cases(
            *_bad_id(known.customer_id, "customer_id"),
            *_bad_id(known.order_id, "order_id"),
            *_bad_time(known),
            *_bad_amount(known),
            (~known.currency.re_search("^[A-Z]{3}$"), "currency: not an ISO 4217 code"),
            (minor_units(known) > LARGEST_MINOR, "amount: too large"),
        )
    ).filter(lambda table: table.problem.notnull())
    ranked = bad.mutate(
        nth=ibis.row_number().over(ibis.window(group_by=bad.problem, order_by=bad.row)),
        times=bad.row.count().over(ibis.window(group_by=bad.problem)),
    )
    return ranked.filter(ranked.nth < EXAMPLES).select("problem", "times", "row").order_by("row")


def orders() -> Expr:
    """Each order once: lines that say the same are one order (`copies` of it), `row` the first of them."""
    said = LINES.select("customer_id", "order_id", "currency", "row", ordered_at=LINES.moment, minor=minor_units(LINES))
    same = ["customer_id", "order_id", "ordered_at", "currency", "minor"]
    return said.group_by(same).aggregate(row=said.row.min(), copies=said.row.count())


def conflicts() -> Expr:
    """Rows whose order id another row carries with other content: how many, and the first of them."""
    told = ORDERS.mutate(versions=ORDERS.row.count().over(ibis.window(group_by=ORDERS.order_id)))
    torn = told.filter(told.versions > 1)
    return torn.select("row", times=torn.row.count().over(ibis.window())).order_by("row").limit(EXAMPLES)


def counts() -> Expr:
    """One row: what was read, what of it was a copy, and the orders and customers that there are."""
    return ORDERS.aggregate(
        rows=whole(ORDERS.copies.sum().coalesce(0)),
        duplicates=whole((ORDERS.copies - 1).sum().coalesce(0)),
        orders=ORDERS.row.count(),
        customers=ORDERS.customer_id.nunique(),
    )


def minor_units(table: Expr) -> Expr:
    """`tandem.events.money.to_minor` over digits of text (which knows 28 of them): exact, however many there are."""
    zeros = "0" * max(DECIMALS.values())
    kept = (ibis.literal("0") + table.whole + (table.fraction + zeros).left(table.places)).try_cast("int64")
    rest = table.fraction.substr(table.places).re_replace("0+$", "")
    up = (rest > "5") | ((rest == "5") & (kept % 2 == 1))
    return kept + ibis.cases((up, 1), else_=0)


def _places(currency: Expr) -> Expr:
    by_places: dict[int, list[str]] = {}
    for code, places in DECIMALS.items():
        by_places.setdefault(places, []).append(code)
    return ibis.cases(*((currency.isin(sorted(codes)), places) for places, codes in sorted(by_places.items())), else_=2)


def _bad_id(column: Expr, name: str) -> list[tuple[Expr, str]]:
    return [
        (column == "", f"{name}: empty"),
        (column.length() > LONGEST_ID, f"{name}: longer than {LONGEST_ID} characters"),
        (column.re_search(r"[\x00-\x1f\x7f]"), f"{name}: holds a control character"),
    ]


def _bad_time(known: Expr) -> list[tuple[Expr, str]]:
    return [
        (known.ordered_at.re_search(NAIVE), "ordered_at: without a time zone"),
        (
            ~known.ordered_at.re_search(AWARE) | known.moment.isnull(),
            "ordered_at: not an ISO 8601 time like 2026-11-21T09:30:00Z",
        ),
        (known.moment < known.earliest, "ordered_at: before 1995"),
    ]


def _bad_amount(known: Expr) -> list[tuple[Expr, str]]:
    return [
        (known.amount.re_search("^-[0-9.]+$"), "amount: negative (a refund is not an order)"),
        (~known.amount.re_search("^([0-9]+[.]?[0-9]*|[.][0-9]+)$"), "amount: not an exact decimal like 39.95"),
        (known.whole.length() > MOST_DIGITS, "amount: too large"),
    ]
