"""A candidate at the moment it is looked at: the campaign, since when and from what, and what conditions can see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.customer import Waiting
from tandem.decisions.model import Outcome
from tandem.playbook import Campaign
from tandem.playbook.clauses import parted
from tandem.playbook.conditions import Known
from tandem.playbook.triggers import ALWAYS, condition_of


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a gate holds a campaign back."""

    outcome: Outcome
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contender:
    """`campaign` is None where the playbook has none of that name. `arriving` is the step in which it arose: what the
    event says can be asked then, and only then. `closed` is what settled it before any gate."""

    waiting: Waiting
    campaign: Campaign | None
    known: Known
    arriving: bool = False
    closed: Closed | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """What has to hold now: on arrival the audience, later all of trigger and audience that may have changed."""
        campaign = self.campaign
        if campaign is None:
            return ()
        if self.arriving:
            return (campaign.audience,)
        if campaign.trigger is None:
            return (campaign.audience,)
        later = (parted(condition_of(campaign.trigger))[1], parted(campaign.audience)[1])
        return tuple(each for each in later if each != ALWAYS)
