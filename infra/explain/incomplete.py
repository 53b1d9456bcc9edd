"""Why an attribute may not be trusted yet, in words."""

from collections.abc import Mapping
from typing import Final

_REASONS: Final[Mapping[str, str]] = {
    "no_snapshot_yet": "no snapshot carries its rule yet; the next one to be loaded will",
    "crowded": "there were more events than the record of a customer can hold; the next snapshot counts them",
    "too_many_orders": "a refund names an order that the profile no longer lists: it had more than 100 in 120 days",
    "too_many_values": "more than 1,000 different values have been weighed",
}


def incomplete(reason: str) -> str:
    """`crowded`, or `customer.orders: crowded`, or `a: b: crowded` of an attribute that is computed from others."""
    *names, word = reason.split(": ")
    told = _REASONS.get(word, word.replace("_", " "))
    return f"of {names[-1].removeprefix('customer.')}, {told}" if names else told
