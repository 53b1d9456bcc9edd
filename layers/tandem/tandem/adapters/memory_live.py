"""What is live, in memory: the twin of `LiveTable`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tandem.adapters.live_item import Stoppable, after_publishing, read_stops, stop_name, stop_names, stop_reason
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

    def stop(self, kind: Stoppable, name: str = "", why: str = "") -> bool:
        """Stops it. False: it was stopped already."""
        return self._hold({stop_name(kind, name): why} | self._entries())

    def resume(self, kind: Stoppable, name: str = "") -> bool:
        """Lets it go on. False: it was not stopped."""
        held = self._entries()
        held.pop(stop_name(kind, name), None)
        return self._hold(held)

    def _entries(self) -> dict[str, str]:
        return {name: stop_reason(self.held.stops, name) for name in stop_names(self.held.stops)}

    def _hold(self, entries: Mapping[str, str]) -> bool:
        stops = read_stops(entries)
        changed = stops != self.held.stops
        self.held = replace(self.held, stops=stops)
        return changed
