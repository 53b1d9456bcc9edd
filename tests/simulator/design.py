"""What of the product a world plays with, as arguments: as designed, or with one protection switched off."""

from collections.abc import Mapping
from typing import Any

from tandem.customer import Customer
from tandem.sending.ports import Look


class Design:
    """As designed."""

    checks_versions = True
    keeps_owed = True
    looks_twice = True
    tells_news = True
    redrives = True
    settles = True
    tells = ""  # what the fault says that a switched-off protection leads to

    def loaded(self, customer: Customer) -> Customer:
        """The record as the actor reads it."""
        return customer

    def look(self, look: Look) -> Look:
        """What `send` sees before a message leaves."""
        return look

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a send's outcome tells the door, if anything."""
        return envelope
