"""Journeys as they are seen in saved records: who entered when, and that everybody leaves in time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tandem.customer import Customer, Ended, Underway
from tandem.playbook import Journey, Playbook, Stops
from tests.orchestra.history import Wrong

ORDERED: Final = "cart_ordered"  # what is put in a cart after its order is another cart, and may be entered for


@dataclass(slots=True)
class Instance:
    """One customer's way through a journey. `entered` is the commit, `started_by` the identity of its event."""

    id: str
    journey: Journey
    started_at: datetime
    entered: int
    started_by: str = ""
    ended_at: datetime | None = None
    ended_in: int | None = None
    why: str = ""


@dataclass(slots=True)
class Instances:
    """All of them, by when they were entered."""

    all: list[Instance] = field(default_factory=list)

    def last(self, journey_id: str) -> Instance | None:
        """The latest with this id."""
        return next((each for each in reversed(self.all) if each.id == journey_id), None)

    def committed(self, customer: Customer, playbook: Playbook, commit: int) -> None:
        """Takes a record in; raises Wrong where somebody entered who may not."""
        known = {(each.id, each.started_at) for each in self.all}
        for ended in customer.ended:
            if (ended.id, ended.started_at) not in known:
                self._enter(ended, playbook.journey_by_id[ended.journey], commit)
        for ended in customer.ended:
            instance = self._of(ended)
            if instance and instance.ended_at is None:
                instance.ended_at, instance.ended_in, instance.why = ended.ended_at, commit, ended.why
        for underway in customer.journeys:
            version = playbook.journey_versions[underway.journey, underway.version]
            if (underway.id, underway.started_at) not in known:
                self._enter(underway, version, commit)
            instance = self._of(underway)
            if instance:
                instance.journey, instance.started_by = version, underway.origin.identity
        ids = [each.id for each in customer.journeys]
        if len(set(ids)) < len(ids):
            raise Wrong(f"twice at once in a journey: {ids}")

    def _of(self, each: Underway | Ended) -> Instance | None:
        return next((one for one in self.all if (one.id, one.started_at) == (each.id, each.started_at)), None)

    def _enter(self, each: Underway | Ended, journey: Journey, commit: int) -> None:
        known = [one for one in self.all if one.id == each.id and one.why != ORDERED]
        before = known[-1] if known else None
        self.all.append(Instance(each.id, journey, each.started_at, commit))
        if before is None:
            return
        again = journey.reentry
        if again == "never":
            raise Wrong(f"{each.id} entered again")
        if isinstance(again, timedelta) and before.ended_at and each.started_at < before.ended_at + again:
            raise Wrong(f"{each.id} entered again after {each.started_at - before.ended_at}, not {again}")


def check_durations(customer: Customer, playbook: Playbook, stops: Stops, now: datetime) -> None:
    """Nobody is in a journey for longer than it may last, unless it stands still."""
    for underway in customer.journeys:
        current = playbook.journey_by_id.get(underway.journey)
        if stops.everything or underway.journey in stops.paused or (current and current.status == "paused"):
            continue
        journey = playbook.journey_versions[underway.journey, underway.version]
        if now > underway.started_at + journey.max_duration:
            raise Wrong(f"{underway.id} has lasted since {underway.started_at}: at most {journey.max_duration}")
