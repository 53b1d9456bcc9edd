"""What a decision was made on, in words."""

from typing import Final

from infra.explain.journeys import named
from tandem.decisions import Decision

_CAUSES: Final = {
    "product_added": "a touch of a cart",
    "product_removed": "a touch of a cart",
    "cart_viewed": "a touch of a cart",
    "checkout_started": "a checkout",
    "order_completed": "an order",
    "order_delivered": "a delivery",
    "order_refunded": "a refund",
    "order_cancelled": "a cancelled order",
    "customer_identified": "what the customer made known",
    "attribute_changed": "a change of an attribute",
    "profile_refreshed": "a new profile",
    "date_reached": "a date that is near",
    "send_expired": "a message that did not leave in time",
}
_MEETING: Final = "~"


def cause_in_words(decision: Decision) -> str:
    """`an order`, `a step of journey welcome`, `the end of the wait for cart c-1`."""
    cause = decision.cause
    if cause.timer:
        return _timer(decision)
    if cause.attribute:
        return f"a change of {cause.attribute}"
    return _CAUSES.get(cause.type, cause.type.replace("_", " "))


def _timer(decision: Decision) -> str:
    timer, cart_id = decision.cause.timer, decision.cause.cart_id
    if timer == _MEETING:
        return "the end of a wait"
    if timer.startswith(_MEETING):
        return f"the end of journey {named(timer.removeprefix(_MEETING))}"
    if any(each.origin and each.origin.journey == timer for each in decision.candidates):
        return f"a step of journey {named(timer)}"
    return f"the end of the wait for cart {cart_id}"
