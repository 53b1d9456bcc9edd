"""The hearing ports' memory twins, over the same consents and ledger that the sending ports' twins keep."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from tandem.adapters.memory_sending import MemoryConsents, MemoryLedger
from tandem.customer import Channel
from tandem.customer.consent import Word, address_hash, consent_key_of
from tandem.errors import Conflict
from tandem.events.identity import EVERYTHING
from tandem.hearing import Bounces, Row
from tandem.sending.outcome import Sent, Status


@dataclass(slots=True)
class MemoryAddresses:
    """The Addresses port. `whys` says, of each no that is ours, why."""

    consents: MemoryConsents
    counts: dict[str, Bounces] = field(default_factory=dict)
    whys: dict[tuple[str, datetime], str] = field(default_factory=dict)

    def deny(self, hashed: str, at: datetime, why: str) -> None:
        """A no to everything, unless there is a later word."""
        key = consent_key_of(hashed, EVERYTHING)
        held = self.consents.items.get(key)
        ours = self.whys.get((key, at))
        if held is None or held.said_at < at or (held.said_at == at and (held.granted or (ours and ours > why))):
            self.consents.items[key] = Word(Channel.EMAIL, hashed, EVERYTHING, False, at)
            self.whys[key, at] = why

    def bounces(self, hashed: str) -> Bounces:
        """As last kept."""
        return self.counts.get(hashed, Bounces())

    def keep(self, hashed: str, bounces: Bounces) -> None:
        """Kept, if nobody else did since they were read."""
        if hashed in self.counts and self.counts[hashed].changes != bounces.changes - 1:
            raise Conflict
        self.counts[hashed] = bounces


@dataclass(slots=True)
class MemoryRows:
    """The Rows port."""

    ledger: MemoryLedger
    rows: dict[str, Row] = field(default_factory=dict)

    def find(self, send_id: str) -> Row | None:
        """The ledger's row, and what it has heard."""
        held = self.ledger.rows.get(send_id)
        if held is None:
            return None
        sent = held.result if isinstance(held.result, Sent) else None
        return replace(
            self.rows.get(send_id, Row(send_id, held.status)),
            status=held.status,
            customer_id=held.send.customer_id,
            campaign=held.send.campaign,
            channel=held.send.channel.value,
            address_hash=address_hash(held.send.channel, held.send.address),
            sent_at=held.finished_at if held.status is Status.SENT else None,
            provider_id=sent.provider_id if sent else "",
        )

    def write(self, row: Row, before: Row) -> None:
        """Kept, if neither the status nor what was heard changed since."""
        held = self.ledger.rows.get(row.send_id)
        now = self.find(row.send_id)
        if held is None or now is None or (now.status, now.heard) != (before.status, before.heard):
            raise Conflict
        if row.settled_by != before.settled_by:
            result = Sent(row.provider_id)
            self.ledger.rows[row.send_id] = replace(held, status=row.status, result=result, finished_at=row.sent_at)
        self.rows[row.send_id] = row
