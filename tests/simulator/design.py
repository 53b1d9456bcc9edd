"""What of the product a world plays with, as arguments: as designed, or with one protection switched off."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tandem.adapters.memory_sending import MemoryLedger
from tandem.customer import Customer, Send
from tandem.hearing import Row
from tandem.sending.outcome import Found, Refused
from tandem.sending.ports import Look
from tandem.sending.settle import ABILITIES
from tandem.sending.settling import Open


class Design:
    """As designed."""

    checks_versions = True
    sends_again = False  # the client that sends tries again by itself
    acknowledges_all = False  # also what a function says it could not do
    is_strict = False  # nothing is read that has a field nobody knows
    knows_copies = ABILITIES  # what each channel's adapter declares
    redrives = True
    settles = True
    tells = ""  # what the fault says that a switched-off protection leads to

    def loaded(self, customer: Customer) -> Customer:
        """The record as the actor reads it."""
        return customer

    def stored(self, customer: Customer) -> Customer:
        """The record as it is written."""
        return customer

    def look(self, look: Look) -> Look:
        """What `send` sees before a message leaves."""
        return look

    def reserve(self, ledger: MemoryLedger, send: Send, at: datetime) -> Found | Refused | None:
        """One row a send."""
        return MemoryLedger.reserve(ledger, send, at)

    def release(self, ledger: MemoryLedger, send: Send, reserved_at: datetime) -> None:
        """What certainly has not left is taken back."""
        MemoryLedger.release(ledger, send, reserved_at)

    def open(self, row: Open) -> Open:
        """An open row, as `settle` reads it."""
        return row

    def heard(self, row: Row) -> Row:
        """A row, as `feedback` reads it."""
        return row

    def deny_after(self) -> timedelta:
        """How long after it was heard a no is stored."""
        return timedelta(0)

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a send's outcome tells the door, if anything."""
        return envelope
