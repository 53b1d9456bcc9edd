"""What an operator has stopped, beside what is published: it holds from the next read on, without a new playbook."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stops:
    """Names of what is stopped. Journeys are `paused` (nobody moves or enters) or `ended` (everybody leaves).

    `breakers` are channels that stopped themselves, with the reason: the provider halted them, or too much bounces.
    """

    everything: bool = False
    channels: Set[str] = frozenset()
    campaigns: Set[str] = frozenset()
    paused: Set[str] = frozenset()
    ended: Set[str] = frozenset()
    breakers: Mapping[str, str] = field(default_factory=dict)

    def hold_back(self, campaign: str, channel: str, journey: str = "") -> str:
        """What is stopped that this message is part of: `everything`, `campaign …`, `journey …`, `channel …`,
        `breaker …` (the channel's); or empty.

        `journey` is the journey's name.
        """
        if self.everything:
            return "everything"
        if campaign in self.campaigns:
            return f"campaign {campaign}"
        if journey and journey in self.paused | self.ended:
            return f"journey {journey}"
        if channel in self.channels:
            return f"channel {channel}"
        return f"breaker {channel}" if channel in self.breakers else ""

    @property
    def is_empty(self) -> bool:
        """Whether everything may go on."""
        return not (self.everything or self.channels or self.campaigns or self.paused or self.ended or self.breakers)


NONE = Stops()


@dataclass(frozen=True, slots=True)
class Live:
    """What holds now: the number of the playbook, the one that takes its place at `next_at`, and what is stopped.

    0 is: none is published.
    """

    number: int = 0
    next_number: int = 0
    next_at: datetime | None = None
    stops: Stops = NONE

    def at(self, now: datetime) -> int:
        """The number of the playbook that holds at a moment (aware)."""
        return self.next_number if self.next_at is not None and now >= self.next_at else self.number
