"""The customer: one record, the effects it owes, and the form both are stored in."""

from tandem.customer.absorb import Absorbed, absorb
from tandem.customer.codec import effect_document, pack_customer, read_send, unpack_customer
from tandem.customer.effects import Announce, Change, Channel, Effect, Record, Send, SendEntry, SetConsent, SetTimer
from tandem.customer.record import DENIED, GRANTED, Customer, Said, Timer

__all__ = [
    "DENIED",
    "GRANTED",
    "Absorbed",
    "Announce",
    "Change",
    "Channel",
    "Customer",
    "Effect",
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
