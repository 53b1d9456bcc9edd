"""What this stack may send, and as whom."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tandem.customer import Channel, Send
from tandem.customer.consent import normalise_address
from tandem.sending.outcome import Reason, Refused
from tandem.sending.ports import Envelope
from tandem.unsubscribing import Links

NO_LINKS: Final = Links()  # mails offer no way to unsubscribe
MOST_SEGMENTS: Final = 10  # what the words may be rendered to at all


class SendMode(StrEnum):
    """`shadow`: all is rendered and reserved, nothing leaves. `allowlist`: only to listed addresses. `live`: to all."""

    SHADOW = "shadow"
    ALLOWLIST = "allowlist"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Rules:
    """`allowed` are addresses in any case, email and phone alike; `from_address` is the sender of mails.

    Text messages: `countries` are what their numbers may begin with (`+1`, `+34`), all where there are none;
    `most_segments` is how many parts one may be paid as. `links` make the one that each mail offers to unsubscribe by.
    """

    mode: SendMode
    from_address: str
    allowed: Set[str] = frozenset()
    countries: Set[str] = frozenset()
    most_segments: int = MOST_SEGMENTS
    links: Links = NO_LINKS

    def hold_back(self, send: Send, now: datetime) -> Refused | None:
        """Why this send may not leave, as far as the send itself shows."""
        if now > send.not_after:
            return Refused(Reason.EXPIRED)
        if self.mode is SendMode.ALLOWLIST and not self.is_listed(send.channel, send.address):
            return Refused(Reason.NOT_ALLOWED)
        if (
            send.channel is Channel.SMS
            and self.countries
            and not send.address.strip().startswith(tuple(self.countries))
        ):
            return Refused(Reason.COUNTRY_NOT_ALLOWED)
        return None

    def is_listed(self, channel: Channel, address: str) -> bool:
        """Whether an address is among those that are allowed."""
        listed = {normalise_address(channel, each) for each in self.allowed}
        return normalise_address(channel, address) in listed

    def afford(self, ready: Envelope | Refused) -> Envelope | Refused:
        """The message as it was put together, if it costs no more than this stack spends on one."""
        if isinstance(ready, Refused) or ready.segments <= self.most_segments:
            return ready
        return Refused(Reason.TOO_EXPENSIVE, f"{ready.segments} segments, more than {self.most_segments}")
