"""The function `send`, in memory: the same flow, over the same ports' twins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.actor import Loaded
from tandem.adapters.memory_sending import (
    MemoryBreakers,
    MemoryConsents,
    MemoryContents,
    MemoryLedger,
    MemoryNews,
    MemoryPace,
    MemoryProvider,
)
from tandem.customer import GRANTED, Channel, Customer, Send, SetConsent
from tandem.events.identity import MARKETING
from tandem.sending import (
    Answer,
    Envelope,
    Look,
    Ports,
    Reason,
    Refused,
    Rejected,
    Rules,
    SendMode,
    Sent,
    deliver,
)
from tandem.testing.happened import HeldBack, Message

_RULES: Final = Rules(SendMode.LIVE, "shop@example.com")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The Customers port, over what was just read."""

    loaded: Loaded

    def look(self, customer_id: str) -> Look:
        """The customer, and what is stopped."""
        return Look(self.loaded.customers.get(customer_id), self.loaded.live.stops)


@dataclass(slots=True)
class Sender:
    """`delay` is from the decision until the message is handed over; `refuses` what the provider says to it."""

    contents: MemoryContents
    consents: MemoryConsents = field(default_factory=MemoryConsents)
    delay: timedelta = timedelta(0)
    refuses: Reason | None = None
    _news: MemoryNews = field(default_factory=MemoryNews)
    _ledger: MemoryLedger = field(init=False)

    def __post_init__(self) -> None:
        self._ledger = MemoryLedger(self.consents)

    def deliver(self, send: Send, loaded: Loaded, now: datetime) -> Message | HeldBack | None:
        """What came of a send; None where it had been sent before."""
        provider = MemoryProvider(answers=self._answer)
        providers = dict.fromkeys(Channel, provider)
        ports = Ports(
            self._ledger,
            _Loaded(loaded),
            self.contents,
            providers,
            self._news,
            MemoryPace(),
            MemoryBreakers(),
        )
        match deliver(send, ports, _RULES, lambda: now):
            case Sent():
                return Message(now, send, self.contents.get(send.playbook))
            case Refused() as refused:
                return HeldBack(now, send, refused)
            case _:
                return None

    def has_said_before(self, customer: Customer) -> None:
        """The consent items of what a customer said before the world began."""
        for name, word in customer.consents.items():
            channel, _, purpose = str(name).partition("/")
            said = SetConsent(
                id=word.identity,
                channel=Channel(channel),
                address=customer.address(Channel(channel)),
                granted=word.value == GRANTED,
                said_at=word.at,
                not_after=word.at,
                purpose=purpose or MARKETING,
            )
            self.consents.set_consent(said)

    def news(self) -> list[Mapping[str, Any]]:
        """What the door was told since it was last asked."""
        told, self._news.told = self._news.told, []
        return told

    def _answer(self, envelope: Envelope) -> Answer | None:
        return Rejected(self.refuses, f"refused in a test, by {envelope.channel}") if self.refuses else None
