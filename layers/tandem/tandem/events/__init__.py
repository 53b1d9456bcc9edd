"""Events: the one envelope, what may be in it, and how it is read from outside."""

from tandem.events.event import (
    Body,
    CartChanged,
    CheckoutStarted,
    CustomerIdentified,
    DateReached,
    Event,
    EventType,
    Line,
    MessageHeard,
    MessageRefused,
    MessageSent,
    Observed,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    SendExpired,
    TimerFired,
)
from tandem.events.identity import digest, order_identity
from tandem.events.parse import parse, parse_envelope
from tandem.events.shapes import PUSH_ENDPOINT

__all__ = [
    "PUSH_ENDPOINT",
    "Body",
    "CartChanged",
    "CheckoutStarted",
    "CustomerIdentified",
    "DateReached",
    "Event",
    "EventType",
    "Line",
    "MessageHeard",
    "MessageRefused",
    "MessageSent",
    "Observed",
    "OrderCancelled",
    "OrderCompleted",
    "OrderRefunded",
    "ProfileRefreshed",
    "SendExpired",
    "TimerFired",
    "digest",
    "order_identity",
    "parse",
    "parse_envelope",
]
