"""What hearing back needs of the world. Every method may raise Unavailable: the message comes back to its queue."""

from datetime import datetime
from typing import Protocol

from tandem.hearing.row import Row
from tandem.hearing.soft import Bounces


class Addresses(Protocol):
    """What is known of addresses, which are named by their hash (`tandem.customer.consent.address_hash`)."""

    def deny(self, hashed: str, at: datetime, why: str) -> None:
        """A no to everything by email, said at that moment, as an explicit word of the person is: a later yes lifts it.

        Of several noes of one moment the first `why` by the alphabet stands, and the person's own before all.
        """
        ...

    def bounces(self, hashed: str) -> Bounces:
        """What is known of its soft bounces, strongly consistent."""
        ...

    def keep(self, hashed: str, bounces: Bounces) -> None:
        """Write them. Raises Conflict when another worker wrote meanwhile."""
        ...


class Rows(Protocol):
    """The ledger's rows."""

    def find(self, send_id: str) -> Row | None:
        """A row, strongly consistent; None where there is none (any more)."""
        ...

    def write(self, row: Row, before: Row) -> None:
        """Write what it heard. Raises Conflict when the row was changed since it was found."""
        ...


class DeadLetters(Protocol):
    """Where messages go that can never be read."""

    def put(self, body: str, *, reason: str, field: str) -> None:
        """The unchanged body with its reason."""
        ...
