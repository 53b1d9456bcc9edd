"""Refunds and cancellations: facts about an order, which take back what it added, in the order's own grain.

What an order still adds depends on the set of its refunds, not on their order. A refund counts if it was received
within 120 days of the order (before it, where clocks disagree).

- All of it is taken back when a refund names neither an amount nor products, when the order was cancelled, or when
  what was paid back in the order's currency reaches its total.
- Else an amount is taken from a rule over the order's `total`; products are taken, piece by piece, from a rule that
  counts product lines; any other part stays whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from tandem.attributes.contributions import whole
from tandem.attributes.entries import Entry, Returned
from tandem.attributes.functions import Partial, minus
from tandem.attributes.functions import plus as add
from tandem.attributes.rules import Function, Rule

REFUNDABLE_FOR: Final = timedelta(days=120)
_REFUNDABLE_MS: Final = REFUNDABLE_FOR // timedelta(milliseconds=1)


def applies(refund: Entry, order: Entry) -> bool:
    """Whether a refund of this order was received in time."""
    return abs(refund.received - order.occurred) <= _REFUNDABLE_MS


def by_order(refunds: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Refunds by the identity of their order."""
    found: dict[str, list[Entry]] = {}
    for entry in refunds:
        if entry.returned:
            found.setdefault(entry.returned.order, []).append(entry)
    return found


def remaining(rule: Rule, order: Entry, refunds: Sequence[Entry]) -> Partial:
    """What an order still adds to a rule, given all of its refunds. None if it never added anything."""
    part = order.parts.get(rule.code)
    if part is None:
        return None
    kept_lines = rule.keeps_lines(order.type)
    if not rule.subtracts or not refunds:
        return whole(rule, part) if kept_lines else part
    returns = [refund.returned for refund in refunds if refund.returned and applies(refund, order)]
    if not returns:
        return whole(rule, part) if kept_lines else part
    if _is_all(order, returns):
        full = whole(rule, part) if kept_lines else part
        return minus(rule, full, full)
    if kept_lines:
        return _without_products(rule, part, returns)
    if rule.money and rule.money.field == "total":
        return _without_amount(rule, part, _paid_back(order, returns))
    return part


def _is_all(order: Entry, returns: Sequence[Returned]) -> bool:
    if any(each.full for each in returns):
        return True
    return order.sold is not None and 0 < order.sold.total_minor <= _paid_back(order, returns)


def _paid_back(order: Entry, returns: Sequence[Returned]) -> int:
    currency = order.sold.currency if order.sold else ""
    return sum(each.minor or 0 for each in returns if each.currency == currency)


def _without_amount(rule: Rule, part: Any, minor: int) -> Partial:
    match rule.function:
        case Function.SUM:
            return part - min(part, minor)
        case Function.AVERAGE:
            return [part[0] - min(part[0], minor), part[1]]
        case _:
            return part


def _without_products(rule: Rule, lines: list[list[Any]], returns: Sequence[Returned]) -> Partial:
    came_back: dict[str, int] = {}
    for each in returns:
        for product_id, quantity in each.products:
            came_back[product_id] = came_back.get(product_id, 0) + quantity
    bought: dict[str, int] = {}
    for product_id, quantity, _ in lines:
        bought[product_id] = bought.get(product_id, 0) + quantity
    total: Partial = None
    for product_id, pieces in bought.items():
        partial = whole(rule, [line for line in lines if line[0] == product_id])
        back = min(pieces, came_back.get(product_id, 0))
        total = add(rule, total, _share(rule, partial, pieces - back, pieces) if back else partial)
    return total


def _share(rule: Rule, partial: Partial, kept: int, pieces: int) -> Partial:
    """So many of the pieces of one product: amounts in proportion, lines only while a piece is left."""
    match rule.function:
        case Function.SUM:
            return _in_proportion(partial, kept, pieces)
        case Function.AVERAGE:
            return [_in_proportion(partial[0], kept, pieces), partial[1] if kept else 0]
        case Function.COUNT:
            return partial if kept else 0
        case _ if isinstance(partial, Mapping):
            return {value: _in_proportion(weight, kept, pieces) for value, weight in partial.items()}
        case _:
            return partial


def _in_proportion(number: int, kept: int, pieces: int) -> int:
    """Exact where the number is a multiple of the pieces; else rounded half to even."""
    return round_half_even(number * kept, pieces)


def round_half_even(number: int, by: int) -> int:
    """number / by as the nearest integer; of two equally near the even one. Exact for integers of any size."""
    quotient, rest = divmod(number, by)
    if 2 * rest > by or (2 * rest == by and quotient % 2):
        return quotient + 1
    return quotient
