"""What the checks know of a customer by themselves: events as they were handled, words, zone, decided messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tandem.customer import Send
from tandem.events import CustomerIdentified, Event
from tandem.playbook import Campaign, Playbook
from tests.builders import SHOP
from tests.orchestra.grammar import KIND, SAME_ORDER


class Wrong(AssertionError):
    """Something happened that must not."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the commit that took it in."""

    event: Event
    commit: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A message: as which of all (`order`) and when it was decided, in which commit, by which playbook and in which
    zone, and since when there was a reason for it."""

    send: Send
    order: int
    at: datetime
    commit: int
    playbook: Playbook
    zone: ZoneInfo
    since: datetime
    journey: str

    @property
    def campaign(self) -> Campaign:
        """As that playbook had it."""
        return self.playbook.by_id[self.send.campaign]


@dataclass(slots=True)
class History:
    """All that was saved, in order."""

    commits: int = 0
    told: dict[str, Told] = field(default_factory=dict)

    def take(self, events: Iterable[Event]) -> list[Event]:
        """The events of one commit; those that are new."""
        fresh = {each.identity: each for each in events if each.identity not in self.told}
        self.told |= {name: Told(each, self.commits) for name, each in fresh.items()}
        return list(fresh.values())

    def zone(self) -> ZoneInfo:
        """The customer's, by the last word on it; the shop's if there is no such zone."""
        words = [(at, body.traits["time_zone"]) for at, body in self._said() if "time_zone" in body.traits]
        try:
            return ZoneInfo(max(words)[1] if words else SHOP.default_time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(SHOP.default_time_zone)

    def word(self, channel: str, purpose: str) -> bool | None:
        """The last word on a channel and a purpose; of two at one moment the no."""
        name = channel if purpose == "marketing" else f"{channel}/{purpose}"
        words = [(at, not body.consents[name]) for at, body in self._said() if name in body.consents]
        return not max(words)[1] if words else None

    def allows(self, channel: str, purpose: str) -> bool:
        """Whether the person said yes to this, and not no to everything."""
        return self.word(channel, purpose) is True and self.word(channel, "all") is not False

    def _said(self) -> list[tuple[datetime, CustomerIdentified]]:
        events = [each.event for each in self.told.values()]
        return [(each.occurred_at, each.body) for each in events if isinstance(each.body, CustomerIdentified)]


def holds(condition: str, event: Event, started: Any = None) -> bool:
    """Whether a condition of the grammar holds for an event, looked at by hand."""
    match condition:
        case "true":
            return True
        case str() if condition == KIND:
            return event.properties.get("kind") == "a"
        case str() if condition == SAME_ORDER:
            order_id = (started or {}).get("order_id")
            return order_id is not None and event.properties.get("order_id") == order_id
        case _:
            raise AssertionError(condition)


_ALL: Final = 2.0**64


def percentile(salt: str, customer_id: str) -> float:
    """Where in a hundred a customer stands for a salt."""
    return int(sha256(f"share\n{salt}\n{customer_id}".encode()).hexdigest()[:16], 16) / _ALL * 100
