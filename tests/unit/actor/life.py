"""What happens to Ada, moment by moment, with a playbook of the test's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tandem.actor import Step, step
from tandem.attributes import Profile
from tandem.customer import Customer, Send, SetTimer, effect_document
from tandem.decisions import Candidate, Outcome
from tandem.events import Event
from tandem.playbook import NONE, Campaign, Journey, Playbook, Stops
from tests.builders import DAY, HEADER, NOON, event, identified, playbook

HELLO = identified("hello", NOON - DAY)


def says(name: str = "thanks", **changes: Any) -> Campaign:
    """A campaign that only journeys say, unless it has a trigger."""
    return Campaign.model_validate({"id": name, "content": name, "channels": ["email"], **changes})


def path(*steps: Mapping[str, Any], **changes: Any) -> Journey:
    """A journey that an order starts."""
    fields = {"id": "path", "start": {"event": "order_completed"}, "steps": list(steps)}
    return Journey.model_validate(fields | changes)


def book(*parts: Campaign | Journey, **changes: Any) -> Playbook:
    """A playbook of these, in New York, without caps."""
    campaigns = tuple(each for each in parts if isinstance(each, Campaign))
    journeys = tuple(each for each in parts if isinstance(each, Journey))
    return playbook(**{"caps": (), "campaigns": campaigns, "journeys": journeys, **changes})


@dataclass
class Life:
    """Ada, who said the day before noon that mails are welcome; each step is saved. `shop` and `stops` may change."""

    shop: Playbook
    stops: Stops = NONE
    profile: Profile | None = None
    customer: Customer = field(default_factory=lambda: Customer("ada"))
    made: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.customer.version:
            self.at(NOON - DAY, HELLO)

    def at(self, now: datetime, *events: Event) -> Step:
        """The step that these events make."""
        made = step(self.customer, self.profile, HEADER, events, self.shop, now=now, stops=self.stops)
        self.customer = replace(made.customer, version=self.customer.version + 1)
        self.made.append(made)
        return made

    def fires(self, now: datetime, timer: str) -> Step:
        """The step that this timer makes when it fires, as it is armed."""
        armed_for = self.customer.timers[timer].armed_for
        assert armed_for
        return self.at(now, fired(timer, armed_for))

    @property
    def sends(self) -> list[Send]:
        """Everything sent so far."""
        return [each for made in self.made for each in sends(made)]

    @property
    def ended(self) -> list[tuple[str, str]]:
        """The journeys that are over, and why."""
        return [(each.id, each.why) for each in self.customer.ended]

    @property
    def under_way(self) -> list[str]:
        """The journeys that she is in."""
        return [each.id for each in self.customer.journeys]

    @property
    def withdrawn(self) -> list[str]:
        """What each send was withdrawn for."""
        return [each.withdrawn for each in self.customer.sends]


def fired(timer: str, armed_for: datetime) -> Event:
    """A timer fires that was armed for then."""
    return event("timer_fired", f"t-{armed_for}", armed_for, timer=timer, armed_for=armed_for.isoformat())


def left(send: Send, at: datetime) -> Event:
    """A message left then."""
    return event("message_sent", f"sent-{send.id}", at, send_id=send.id, campaign=send.campaign)


def expired(send: Send, at: datetime, **told: Any) -> Event:
    """It did not leave in its window, or for another `reason` that passes."""
    document = json.loads(json.dumps(effect_document(send)))
    return event("send_expired", f"late-{send.id}", at, send_id=send.id, campaign=send.campaign, send=document, **told)


def sends(made: Step) -> list[Send]:
    """What a step sends."""
    return [each for each in made.effects if isinstance(each, Send)]


def said(made: Step) -> list[str]:
    """The campaigns that a step says."""
    return [each.campaign for each in sends(made)]


def armed(made: Step) -> dict[str, datetime]:
    """The timers that a step arms."""
    return {each.timer: each.moment for each in made.effects if isinstance(each, SetTimer)}


def candidates(made: Step) -> list[Candidate]:
    """Every candidate of a step's decisions."""
    return [each for decision in made.decisions for each in decision.candidates]


def reasons(made: Step) -> list[tuple[str, Outcome]]:
    """What became of every candidate."""
    return [(each.campaign, each.outcome) for each in candidates(made)]
