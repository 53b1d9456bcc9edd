"""Journeys in words: their names, and why a customer left one."""

from collections.abc import Mapping
from typing import Final

from tandem.journeys.advance import EXIT

_LEFT: Final[Mapping[str, str]] = {
    "cart_emptied": "the cart was emptied",
    "cart_ordered": "the cart was ordered",
    "customer_identified": "the customer made something known",
    "ended": "it was ended for everybody",
    "finished": "it was done",
    "max_duration": "it took as long as it may",
    "order_cancelled": "an order was cancelled",
    "order_completed": "the customer ordered",
    "order_delivered": "an order was delivered",
    "order_refunded": "an order was refunded",
    "removed": "the playbook no longer has it",
}


def named(journey_id: str) -> str:
    """`cart (c-1)` for `cart/c-1`, `welcome` for `welcome/`."""
    name, _, key = journey_id.partition("/")
    return f"{name} ({key})" if key else name


def left_because(why: str) -> str:
    """Why it ended; the words of an exit step are the playbook's own."""
    if why.startswith(EXIT):
        return why.removeprefix(EXIT)
    return _LEFT.get(why, why.replace("_", " "))
