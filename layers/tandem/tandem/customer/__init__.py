"""The customer: one record, the effects it owes, and the form both are stored in."""

from tandem.customer.absorb import LIMITS, Absorbed, Limits, absorb
from tandem.customer.codec import effect_document, pack_customer, read_send, unpack_customer
from tandem.customer.effects import Announce, Change, Channel, Effect, Record, Send, SendEntry, SetConsent, SetTimer
from tandem.customer.record import DENIED, GRANTED, Customer, Said, Timer

__all__ = [
    "DENIED",
    "GRANTED",
    "LIMITS",
    "Absorbed",
    "Announce",
    "Change",
    "Channel",
    "Customer",
    "Effect",
    "Limits",
    "Record",
    "Said",
    "Send",
    "SendEntry",
    "SetConsent",
    "SetTimer",
    "Timer",
    "absorb",
    "effect_document",
    "pack_customer",
    "read_send",
    "unpack_customer",
]
