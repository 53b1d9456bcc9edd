"""Soft bounces of an address: how many in a row make it one that takes no mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

# SES tells of a soft bounce when it has tried for half a day and gives up. Seven such messages with none delivered in
# between are a full or abandoned mailbox of at least a week at a mail a day; going on costs the sender's reputation.
MOST_SOFT: Final = 7


@dataclass(frozen=True, slots=True)
class Bounces:
    """By the provider's id of each message the moment of its bounce (the latest told), since the last delivery.

    Any order and repetition of the same deliveries and bounces ends in the same value. `changes` counts them.
    """

    soft: Mapping[str, datetime] = field(default_factory=dict)
    delivered_at: datetime | None = None
    changes: int = 0

    def bounced(self, message: str, at: datetime) -> "Bounces":
        """A message came back, for now."""
        if self.delivered_at and at <= self.delivered_at:
            return self
        return self._now({**self.soft, message: max(self.soft.get(message, at), at)}, self.delivered_at)

    def delivered(self, at: datetime) -> "Bounces":
        """The address took a message: what bounced before counts no more."""
        latest = max(self.delivered_at or at, at)
        return self._now({message: moment for message, moment in self.soft.items() if moment > latest}, latest)

    def worn_out_at(self) -> datetime | None:
        """When the last of enough bounces came, else None: the address is suppressed as of then."""
        return max(self.soft.values()) if len(self.soft) >= MOST_SOFT else None

    def _now(self, soft: Mapping[str, datetime], delivered_at: datetime | None) -> "Bounces":
        if (soft, delivered_at) == (self.soft, self.delivered_at):
            return self
        return replace(self, soft=soft, delivered_at=delivered_at, changes=self.changes + 1)
