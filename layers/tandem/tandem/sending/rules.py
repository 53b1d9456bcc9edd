"""What this stack may send, and as whom."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandem.customer import Send
from tandem.customer.consent import normalise_address
from tandem.sending.outcome import Reason, Refused


class SendMode(StrEnum):
    """`shadow`: all is rendered and reserved, nothing leaves. `allowlist`: only to listed addresses. `live`: to all."""

    SHADOW = "shadow"
    ALLOWLIST = "allowlist"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Rules:
    """`allowed` are addresses in any case, email and phone alike; `from_address` is the sender of mails."""

    mode: SendMode
    from_address: str
    allowed: Set[str] = frozenset()

    def hold_back(self, send: Send, now: datetime) -> Refused | None:
        """Why this send may not leave, as far as the send itself shows."""
        if now > send.not_after:
            return Refused(Reason.EXPIRED)
        listed = {normalise_address(send.channel, address) for address in self.allowed}
        if self.mode is SendMode.ALLOWLIST and normalise_address(send.channel, send.address) not in listed:
            return Refused(Reason.NOT_ALLOWED)
        return None
