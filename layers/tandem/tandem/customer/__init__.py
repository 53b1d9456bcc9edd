"""The customer: one record, the effects it owes, and the form both are stored in."""

from tandem.customer.absorb import LIMITS, Absorbed, Limits, absorb
from tandem.customer.codec import effect_document, pack_customer, read_send, unpack_customer
from tandem.customer.effects import (
    Announce,
    Change,
    Channel,
    Delivery,
    Effect,
    Record,
    Send,
    SendEntry,
    SetConsent,
    SetTimer,
)
from tandem.customer.goals import Watch
from tandem.customer.journeys import Ended, Underway, journey_id
from tandem.customer.record import DENIED, GRANTED, Customer, Said, Timer
from tandem.customer.waiting import Origin, Waiting

__all__ = [
    "DENIED",
    "GRANTED",
    "LIMITS",
    "Absorbed",
    "Announce",
    "Change",
    "Channel",
    "Customer",
    "Delivery",
    "Effect",
    "Ended",
    "Limits",
    "Origin",
    "Record",
    "Said",
    "Send",
    "SendEntry",
    "SetConsent",
    "SetTimer",
    "Timer",
    "Underway",
    "Waiting",
    "Watch",
    "absorb",
    "effect_document",
    "journey_id",
    "pack_customer",
    "read_send",
    "unpack_customer",
]
