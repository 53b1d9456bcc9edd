"""Breakers of channels, kept where operators' stops are: whoever reads what is live sees both."""

from dataclasses import dataclass

from tandem.adapters.live_item import Stoppable
from tandem.adapters.playbook_table import LiveTable
from tandem.customer import Channel


@dataclass(frozen=True, slots=True)
class LiveBreakers:
    """The Breakers port over the item of what is live."""

    live: LiveTable

    def open(self, channel: Channel, why: str) -> None:
        """Nothing leaves by the channel from the next read on. Raises Unavailable."""
        self.live.stop(Stoppable.BREAKER, channel.value, why)
