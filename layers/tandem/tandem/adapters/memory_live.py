"""What is live, in memory: the twin of `LiveTable`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tandem.adapters.live_item import Stoppable, after_publishing, read_stops, stop_name, stop_names
from tandem.errors import Conflict
from tandem.playbook import Live


@dataclass(slots=True)
class MemoryLive:
    """Published and stopped as in the table."""

    clock: Callable[[], datetime]
    held: Live = field(default_factory=Live)

    def live(self) -> Live:
        """What is live."""
        return self.held

    def latest(self) -> int:
        """The number of the playbook that holds now; 0 if none is published."""
        return self.held.at(self.clock())

    def put_live(self, number: int, *, at: datetime | None, expected: Live) -> Live:
        """Playbook `number` holds from `at` on. Raises Conflict if somebody else has published since."""
        if replace(expected, stops=self.held.stops) != self.held:
            raise Conflict
        self.held = after_publishing(self.held, number, at=at, now=self.clock())
        return self.held

    def stop(self, kind: Stoppable, name: str = "") -> bool:
        """Stops it. False: it was stopped already."""
        return self._hold(stop_names(self.held.stops) | {stop_name(kind, name)})

    def resume(self, kind: Stoppable, name: str = "") -> bool:
        """Lets it go on. False: it was not stopped."""
        return self._hold(stop_names(self.held.stops) - {stop_name(kind, name)})

    def _hold(self, names: frozenset[str]) -> bool:
        stops = read_stops(names)
        changed = stops != self.held.stops
        self.held = replace(self.held, stops=stops)
        return changed
