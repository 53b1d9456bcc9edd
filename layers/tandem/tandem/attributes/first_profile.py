"""Profiles as the first release stored them: what it counted, told as partials of the standard rules."""

from collections.abc import Mapping
from typing import Any, Final

from tandem.attributes.profile import Profile
from tandem.attributes.windows import to_ms
from tandem.events.times import read_time

VERSION: Final = 1
CODES: Final = frozenset(range(1, 7))  # the standard rules, which are older than any other
_ORDERS, _BASKETS, _REVENUE, _TODAY, _FIRST, _LAST = sorted(CODES)
_QUARTER_MS: Final = 900_000


def read_first_profile(customer_id: str, document: Mapping[str, Any]) -> Profile:
    """The profile in such a document. It had no single orders: one that is refunded now is not found among them.

    Raises LookupError, TypeError, ValueError or BadEvent.
    """
    as_of = read_time(document["as_of"], "as_of")
    totals: Mapping[str, list[int]] = document["totals"]
    listed = document["listed"]
    _, frequency, monetary_minor = document["rfm"]
    last = read_time(document["last"], "last")
    return Profile(
        customer_id=customer_id,
        as_of=as_of,
        codes=CODES,
        parts={
            _ORDERS: {0: sum(orders for orders, _ in totals.values())},
            _FIRST: {0: to_ms(read_time(document["first"], "first"))},
            _LAST: {0: to_ms(last)},
        },
        listed=frozenset(listed[at : at + 16] for at in range(0, len(listed), 16)),
        orders_since=to_ms(as_of),
        figures={"frequency": frequency, "monetary_minor": monetary_minor, "last_order_at": last.isoformat()},
        by_currency={
            currency: {
                _BASKETS: {0: orders},
                _REVENUE: {0: minor},
                _TODAY: _quarters(document["recent"], currency),
            }
            for currency, (orders, minor) in totals.items()
        },
    )


def _quarters(recent: list[list[Any]], counted: str) -> dict[int, int]:
    return {
        to_ms(read_time(quarter, "recent")) // _QUARTER_MS: minor
        for quarter, currency, minor in recent
        if currency == counted
    }
