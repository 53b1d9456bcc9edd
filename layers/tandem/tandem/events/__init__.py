"""Events: the one envelope, what may be in it, and how it is read from outside."""

from tandem.events.event import (
    Body,
    CartChanged,
    CheckoutStarted,
    CustomerIdentified,
    Event,
    EventType,
    Line,
    Observed,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    TimerFired,
)
from tandem.events.identity import digest, order_identity
from tandem.events.parse import parse, parse_envelope

__all__ = [
    "Body",
    "CartChanged",
    "CheckoutStarted",
    "CustomerIdentified",
    "Event",
    "EventType",
    "Line",
    "Observed",
    "OrderCancelled",
    "OrderCompleted",
    "OrderRefunded",
    "ProfileRefreshed",
    "TimerFired",
    "digest",
    "order_identity",
    "parse",
    "parse_envelope",
]
