"""The journeys that a customer is in, and those that have ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tandem.customer.waiting import Origin

Heard = tuple[datetime, str]  # when an event occurred, and its identity


@dataclass(frozen=True, slots=True)
class Underway:
    """A journey that the customer is in. `key` tells several at once of one journey apart: a cart id, an order id.

    `version` is that of the definition it follows; `step` the id of the step it is at, `since` when that began (later
    than now for one that waits for its day); `asked` once a campaign step waits to be decided. `origin` is what started
    it, at `started_at`; its `values` are the `start.…` of conditions. `said` are its own variables, `heard` the
    first events that a step waits for.
    """

    journey: str
    key: str
    version: int
    started_at: datetime
    origin: Origin
    step: str
    since: datetime
    said: Mapping[str, Any] = field(default_factory=dict)
    heard: Mapping[str, tuple[Heard, ...]] = field(default_factory=dict)
    asked: bool = False

    @property
    def id(self) -> str:
        """What timers, sends and candidates know it by."""
        return journey_id(self.journey, self.key)


@dataclass(frozen=True, slots=True)
class Ended:
    """A journey that is over: when, at which step, and why."""

    journey: str
    key: str
    started_at: datetime
    ended_at: datetime
    step: str
    why: str

    @property
    def id(self) -> str:
        """The same as while it was under way."""
        return journey_id(self.journey, self.key)


def journey_id(journey: str, key: str) -> str:
    """No journey's name holds a slash; a key may."""
    return f"{journey}/{key}"
