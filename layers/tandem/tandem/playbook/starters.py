"""What may start on an event, a change or a date: found by index, however many campaigns there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tandem.attributes import Ruleset
from tandem.events import EventType
from tandem.events.parse import OF_MESSAGES
from tandem.playbook.campaign import Campaign
from tandem.playbook.clauses import parted
from tandem.playbook.conditions import Known, Verdict
from tandem.playbook.index import Index
from tandem.playbook.journey import Journey
from tandem.playbook.model import Playbook
from tandem.playbook.triggers import OnAttributeChanged, OnDate, OnEvent, OnTimer, condition_of
from tandem.playbook.vocabulary import Start, language

Starter = Campaign | Journey


@dataclass(frozen=True)
class Group:
    """What listens to one thing, by rank, with the index of its conditions."""

    starters: Sequence[Starter]
    rules: Ruleset
    start: Start

    @cached_property
    def _index(self) -> Index:
        return Index([arrival_condition(each) for each in self.starters], language(self.rules, self.start))

    def matching(self, known: Known) -> Iterator[tuple[Starter, Verdict]]:
        """Those whose trigger's condition holds, and those of which it cannot be told, by rank."""
        for match in self._index.matching(known):
            yield self.starters[match.position], match.verdict


def trigger_of(starter: Starter) -> Any:
    """What starts it; None for a campaign that only journeys say."""
    return starter.trigger if isinstance(starter, Campaign) else starter.start


def arrival_condition(starter: Starter) -> str:
    """What has to hold of the trigger's condition on arrival: where there is patience, only what cannot change."""
    condition = condition_of(trigger_of(starter))
    return parted(condition)[0] if isinstance(starter, Campaign) and starter.patience else condition


@dataclass(frozen=True)
class Starters:
    """A playbook's campaigns and journeys by what starts them."""

    by_event: Mapping[EventType, Group]
    by_change: Mapping[str, Group]
    by_date: Mapping[str, Group]


def starters(playbook: Playbook) -> Starters:
    """Made once for a playbook."""
    made: Starters | None = playbook.__dict__.get("_starters")
    if made is None:
        made = playbook.__dict__["_starters"] = _starters(playbook)
    return made


def _starters(playbook: Playbook) -> Starters:
    events: dict[EventType, list[Starter]] = {}
    changes: dict[str, list[Starter]] = {}
    dates: dict[str, list[Starter]] = {}
    every: list[Starter] = [*playbook.campaigns, *playbook.journeys]
    for starter in every:
        match trigger_of(starter):
            case OnEvent(event=types):
                for each in dict.fromkeys(types):
                    events.setdefault(each, []).append(starter)
            case OnTimer(after=each):
                events.setdefault(each, []).append(starter)
            case OnAttributeChanged(attribute_changed=name):
                changes.setdefault(name, []).append(starter)
            case OnDate(date=name):
                dates.setdefault(name, []).append(starter)
            case _:
                pass
    rules = playbook.ruleset
    return Starters(
        {each: Group(some, rules, Start.EVENT) for each, some in events.items() if each not in OF_MESSAGES},
        {name: Group(some, rules, Start.CHANGE) for name, some in changes.items()},
        {name: Group(some, rules, Start.DATE) for name, some in dates.items()},
    )
