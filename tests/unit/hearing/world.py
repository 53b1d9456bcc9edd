"""The hearing ports' memory twins, with one message sent, or its answer lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tandem.adapters.memory_hearing import MemoryAddresses, MemoryRows
from tandem.adapters.memory_sending import MemoryConsents, MemoryLedger, MemoryNews
from tandem.customer import Send
from tandem.customer.consent import address_hash
from tandem.hearing import Done, Heard, Ports, hear
from tandem.sending import Refused
from tests.unit.hearing.told import LEFT
from tests.unit.sending.builders import a_send, a_word

RESERVED = LEFT - timedelta(seconds=1)


@dataclass
class World:
    """One message, reserved; its purpose was said yes to long ago."""

    send: Send = field(default_factory=a_send)
    consents: MemoryConsents = field(default_factory=MemoryConsents)
    news: MemoryNews = field(default_factory=MemoryNews)

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.consents)
        self.consents.set_consent(a_word(self.send))
        assert self.ledger.reserve(self.send, RESERVED) is None
        self.addresses = MemoryAddresses(self.consents)
        self.rows = MemoryRows(self.ledger)
        self.ports = Ports(self.addresses, self.rows, self.news)

    def hears(self, *told: Heard) -> list[Done]:
        """One after the other."""
        return [hear(each, self.ports) for each in told]

    def refusal(self, **changes: Any) -> Refused | None:
        """Why the next message to the address is not reserved."""
        return self.consents.refused(a_send(id="6f" * 16, **changes))

    def told(self) -> Mapping[str, Mapping[str, Any]]:
        """Every event that was told, by its id: told again it is the same."""
        return {event["event_id"]: event for event in self.news.told}

    def kinds(self) -> list[str]:
        """The types of the events that were told, repetitions included."""
        return [event["type"] for event in self.news.told]


HASH = address_hash(a_send().channel, a_send().address)
