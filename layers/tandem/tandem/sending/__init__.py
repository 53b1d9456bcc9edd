"""Sending: the one way a message leaves."""

from tandem.sending.flow import Ports, deliver
from tandem.sending.outcome import (
    AlreadyDone,
    Found,
    Outcome,
    Reason,
    Recorded,
    Refused,
    Sent,
    Shadowed,
    Status,
    Unknown,
)
from tandem.sending.ports import (
    Accepted,
    Answer,
    Contents,
    Customers,
    Envelope,
    Ledger,
    Look,
    News,
    NoAnswer,
    NotTaken,
    Provider,
    Rejected,
)
from tandem.sending.rules import Rules, SendMode

__all__ = [
    "Accepted",
    "AlreadyDone",
    "Answer",
    "Contents",
    "Customers",
    "Envelope",
    "Found",
    "Ledger",
    "Look",
    "News",
    "NoAnswer",
    "NotTaken",
    "Outcome",
    "Ports",
    "Provider",
    "Reason",
    "Recorded",
    "Refused",
    "Rejected",
    "Rules",
    "SendMode",
    "Sent",
    "Shadowed",
    "Status",
    "Unknown",
    "deliver",
]
