"""What of the product a world plays with, as arguments: as designed, or with one protection switched off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tandem.adapters.memory_sending import MemoryLedger
from tandem.customer import Customer, Send
from tandem.sending.outcome import Found, Refused
from tandem.sending.ports import Look


class Design:
    """As designed."""

    checks_versions = True
    sends_again = False  # the client that sends tries again by itself
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

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a send's outcome tells the door, if anything."""
        return envelope
