"""Goals, by brute force: all events ever taken in, looked at by hand, against every decision that is watched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tandem.decisions import Candidate, Decision, Outcome, Reached
from tandem.events import Event
from tandem.playbook import Campaign, Playbook
from tests.orchestra.grammar import GOALS
from tests.orchestra.history import Told, Wrong, holds

MOST: Final = 30  # a customer with more is not looked at: the oldest are forgotten
WITHIN: Final = {name: timedelta(days=int(str(goal["within"]).removesuffix("d"))) for name, goal in GOALS.items()}
PAST_HOLDOUT: Final = frozenset(
    {Outcome.HOLDOUT, Outcome.EXCLUDED, Outcome.CAP, Outcome.QUIET_HOURS, Outcome.OUTRANKED, Outcome.CHOSEN}
)
Key = tuple[str, str]


@dataclass(slots=True)
class Goals:
    """`watched` since when, by decision and campaign; `told` is what was recorded, the earliest first."""

    watched: dict[Key, datetime] = field(default_factory=dict)
    told: dict[Key, tuple[datetime, str]] = field(default_factory=dict)

    def decided(self, decision: Decision, playbook: Playbook) -> None:
        """Who was chosen is watched, and of a campaign with a holdout all whom chance has put on a side."""
        for each in decision.candidates:
            campaign = playbook.by_id.get(each.campaign)
            if (
                campaign
                and campaign.goal
                and (each.outcome is Outcome.CHOSEN or _is_compared(each, campaign, playbook))
            ):
                self.watched[decision.id, campaign.id] = decision.at

    def reached(self, reached: Reached) -> None:
        """A goal was recorded."""
        found = (reached.reached_at, reached.identity)
        self.told[reached.of] = min(found, self.told.get(reached.of, found))

    def check(self, told: Mapping[str, Told]) -> None:
        """Each decision came to the earliest event that fits, and to no other."""
        if len(self.watched) > MOST:
            return
        events = [each.event for each in told.values()]
        found = {key: _earliest(key[1], since, events) for key, since in self.watched.items()}
        by_hand = {key: first for key, first in found.items() if first}
        if by_hand != self.told:
            raise Wrong(f"goals recorded: {self.told}\nby hand: {by_hand}")


def _earliest(campaign: str, since: datetime, events: list[Event]) -> tuple[datetime, str] | None:
    goal = GOALS[campaign]
    fits = [
        (each.occurred_at, each.identity)
        for each in events
        if each.type == goal["event"]
        and since < each.occurred_at <= since + WITHIN[campaign]
        and holds(str(goal.get("when", "true")), each)
    ]
    return min(fits, default=None)


def _is_compared(candidate: Candidate, campaign: Campaign, playbook: Playbook) -> bool:
    """Quiet hours come after the holdout; a candidate that is put off for another reason was not asked yet."""
    if campaign.holdout is None and (playbook.holdout is None or campaign.transactional):
        return False
    waits_for_quiet = candidate.outcome is Outcome.DEFERRED and "from" in candidate.saw
    return waits_for_quiet or candidate.outcome in PAST_HOLDOUT
