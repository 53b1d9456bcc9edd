"""Every candidate ends once: with one reason, or with one message; one whose message expired is decided once more."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tandem.decisions import Candidate, Decision, Outcome
from tandem.events import Event, EventType
from tandem.playbook import Playbook
from tandem.playbook.triggers import OnDate, OnEvent, OnTimer
from tests.orchestra.history import Wrong, holds

Key = tuple[str, str, str]  # the campaign, what it arose from, the journey
TAKEN_FOR: Final = timedelta(days=45)
OPEN: Final = (Outcome.WAITING, Outcome.DEFERRED)


@dataclass(slots=True)
class State:
    """A candidate: since when, its outcomes so far, and how often it may end."""

    since: datetime | None = None
    ends: list[tuple[str, Outcome]] = field(default_factory=list)
    allowed: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nothing final was said of it, or its message has come back."""
        return len(self.ends) < self.allowed


@dataclass(slots=True)
class Candidates:
    """All that ever arose."""

    all: dict[Key, State] = field(default_factory=dict)
    said: dict[str, Key] = field(default_factory=dict)  # by the decision that chose it

    returned: set[str] = field(default_factory=set)

    def decided(self, decision: Decision) -> None:
        """Takes a decision in, once."""
        for each in decision.candidates:
            key = _key(each, decision)
            state = self.all.setdefault(key, State())
            state.since = state.since or each.since or decision.at
            if not state.is_open:
                raise Wrong(f"{key} is {each.outcome} in {decision.id}, and had ended: {state.ends}")
            if each.outcome not in OPEN:
                state.ends.append((decision.id, each.outcome))
            if each.outcome is Outcome.CHOSEN:
                self.said[decision.id] = key
        chosen = [each.campaign for each in decision.candidates if each.outcome is Outcome.CHOSEN]
        if chosen != ([decision.campaign] if decision.campaign else []):
            raise Wrong(f"{decision.id} chose {chosen} and says {decision.campaign}")

    def came_back(self, send_id: str) -> None:
        """A message did not leave in its window: its candidate has to be decided anew."""
        self.all[self.said[send_id]].allowed += 1
        self.returned.add(send_id)

    def expect(self, events: Iterable[Event], playbook: Playbook, now: datetime) -> None:
        """Each campaign that an event starts has a candidate of it, from now on or later. One that comes too late, of
        which it is no longer known whether it was seen, starts nothing."""
        for event in events:
            if event.occurred_at < now - TAKEN_FOR:
                continue
            for campaign in playbook.campaigns:
                trigger = campaign.trigger
                starts = (
                    (isinstance(trigger, OnEvent) and event.type in trigger.event and holds(trigger.when, event))
                    or (isinstance(trigger, OnTimer) and event.type is trigger.after and holds(trigger.when, event))
                    or (isinstance(trigger, OnDate) and event.type is EventType.DATE_REACHED)
                )
                if starts:
                    self.all.setdefault((campaign.id, event.identity, ""), State())

    def unended(self) -> list[Key]:
        """Those of which nothing final was said."""
        return [key for key, state in self.all.items() if state.is_open]


def _key(candidate: Candidate, decision: Decision) -> Key:
    origin = candidate.origin
    return candidate.campaign, origin.identity if origin else decision.cause.identity, origin.journey if origin else ""
