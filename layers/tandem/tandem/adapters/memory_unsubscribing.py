"""The unsubscribing ports' memory twins: for the tests and the simulator. Consents and News are those of `send`."""

from dataclasses import dataclass, field
from typing import Protocol

from tandem.adapters.memory_sending import MemoryLedger
from tandem.customer import Customer
from tandem.unsubscribing.ports import Recipient


@dataclass(frozen=True, slots=True)
class MemoryRecipients:
    """The Sends port over the memory ledger."""

    ledger: MemoryLedger

    def recipient(self, send_id: str) -> Recipient | None:
        """None where there is no row."""
        row = self.ledger.rows.get(send_id)
        return Recipient(row.send.customer_id, row.send.locale) if row else None


class _Kept(Protocol):
    def get(self, customer_id: str) -> Customer | None: ...


@dataclass(frozen=True, slots=True)
class MemoryCustomerItems:
    """The Customers port over anything that has customers by id, such as the actor's `MemoryCustomers`."""

    kept: _Kept = field(default_factory=dict[str, Customer])

    def get(self, customer_id: str) -> Customer | None:
        """The customer as last saved."""
        return self.kept.get(customer_id)
