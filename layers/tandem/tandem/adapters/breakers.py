"""Breakers of channels, kept where operators' stops are: whoever reads what is live sees both.

An entry says since when, and why. When one was closed last is an item of its own, `breaker <channel>`, in that table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tandem.adapters.aws import calling
from tandem.adapters.live_item import Stoppable
from tandem.adapters.playbook_table import LiveTable
from tandem.customer import Channel
from tandem.events.times import to_text


@dataclass(frozen=True, slots=True)
class Opened:
    """Since when (UTC) a breaker is open, and why."""

    since: datetime | None
    why: str


def opened_text(at: datetime, why: str) -> str:
    """As it is kept: the moment, a space, the reason."""
    return f"{to_text(at)} {why}".strip()


def read_opened(text: str) -> Opened:
    """The inverse; what does not begin with a moment is all reason."""
    moment, _, why = text.partition(" ")
    try:
        return Opened(datetime.fromisoformat(moment).astimezone(UTC), why)
    except ValueError:
        return Opened(None, text)


@dataclass(frozen=True, slots=True)
class LiveBreakers:
    """The WatchedBreakers port over the table of what is live."""

    live: LiveTable

    def open(self, channel: Channel, why: str) -> None:
        """Nothing leaves by the channel from the next read on. Raises Unavailable."""
        self.live.stop(Stoppable.BREAKER, channel.value, opened_text(self.live.clock(), why))

    def close(self, channel: Channel) -> bool:
        """It may leave again. False: it was not open. Raises Unavailable.

        That somebody closed it is written first: who watches would open it again in between.
        """
        with calling("dynamodb", "UpdateItem"):
            self.live.client.update_item(
                TableName=self.live.table,
                Key=_key(channel),
                UpdateExpression="SET closed_at = :now",
                ExpressionAttributeValues={":now": {"S": to_text(self.live.clock())}},
            )
        return self.live.resume(Stoppable.BREAKER, channel.value)

    def open_ones(self) -> Mapping[str, str]:
        """The channels whose breaker is open, each with since when and why. Raises Unavailable."""
        return self.live.live().stops.breakers

    def closed_at(self, channel: Channel) -> datetime | None:
        """When somebody closed it last (UTC). Raises Unavailable."""
        with calling("dynamodb", "GetItem"):
            found = self.live.client.get_item(TableName=self.live.table, Key=_key(channel), ConsistentRead=True)
        at = found.get("Item", {}).get("closed_at", {}).get("S")
        return datetime.fromisoformat(at).astimezone(UTC) if at else None


def _key(channel: Channel) -> Any:
    return {"pk": {"S": f"breaker {channel.value}"}}
