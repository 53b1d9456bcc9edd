"""Who may enter a journey, and what is kept of what started it."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.customer import Customer, Ended, Origin
from tandem.customer.waits_document import plain
from tandem.events import Event
from tandem.playbook import Journey, Playbook
from tandem.playbook.journey import BranchStep, CampaignStep, SetStep, WaitFor, WaitForEvent, WaitStep

_NAMED: Final = re.compile(r"start\s*\.\s*properties\s*\.\s*(\w+)")
ORDERED: Final = "cart_ordered"  # why a cart's journey ended
LONGEST_KEY: Final = 256
LONGEST_FIELD: Final = 1_000  # characters; a longer field of an event is not kept
KEYED_FOR: Final = timedelta(days=60)  # longer than an event's identity is known: it cannot start it again by then
MOST_ENDED: Final = 100
MOST_UNDERWAY: Final = 100


def may_enter(customer: Customer, journey: Journey, key: str, now: datetime) -> bool:
    """Whether nobody with this key is in it, and its re-entry lets them in again."""
    if any(each.journey == journey.id and each.key == key for each in customer.journeys):
        return False
    if len(customer.journeys) >= MOST_UNDERWAY:
        return False  # nobody is a customer of so many orders at once
    held = [each for each in customer.ended if each.journey == journey.id and each.key == key]
    ended = [each.ended_at for each in held if each.why != ORDERED]  # what comes after an order is another cart
    if not ended or journey.reentry == "always":
        return True
    return isinstance(journey.reentry, timedelta) and now >= max(ended) + journey.reentry


def remembered(ended: Iterable[Ended], playbook: Playbook, now: datetime) -> tuple[Ended, ...]:
    """What has to be known of journeys that are over: of one without a key that nobody enters twice, for ever."""
    kept = [each for each in ended if now < each.ended_at + _kept_for(playbook.journey_by_id.get(each.journey))]
    keyed = [each for each in kept if each.key][-MOST_ENDED:]
    return tuple(each for each in kept if not each.key or each in keyed)


def _kept_for(journey: Journey | None) -> timedelta:
    if journey is None:
        return KEYED_FOR
    excluded = journey.excludes.lasts if journey.excludes else timedelta(0)
    again = journey.reentry if isinstance(journey.reentry, timedelta) else timedelta(0)
    if journey.reentry == "never" and journey.key is None:
        again = timedelta(days=36_500)
    return max(KEYED_FOR, excluded, again)


def start_values(event: Event, journey: Journey, playbook: Playbook) -> dict[str, Any]:
    """The `start.…` variables: of what the source sent, the fields that this journey or its campaigns name."""
    return _start(event, fields_of(journey, playbook))


def named_fields(event: Event, expressions: Iterable[str]) -> dict[str, Any]:
    """The same for a campaign that looks at an event later, with these expressions."""
    return _start(event, sorted({name for source in expressions for name in _NAMED.findall(source)}))


def _start(event: Event, named: Iterable[str]) -> dict[str, Any]:
    found = {name: plain(event.properties[name]) for name in named if name in event.properties}
    found = {name: value for name, value in found.items() if len(str(value)) <= LONGEST_FIELD}
    return {"start.properties": found} if found else {}


def fields_of(journey: Journey, playbook: Playbook) -> tuple[str, ...]:
    """Which fields of the event that started it a journey and its campaigns name, made once for each."""
    made: Mapping[int, tuple[str, ...]] | None = journey.__dict__.get("_fields")
    if made is None or playbook.number not in made:
        named = sorted({name for source in sources(journey, playbook) for name in _NAMED.findall(source)})
        made = journey.__dict__["_fields"] = {playbook.number: tuple(named)}
    return made[playbook.number]


def sources(journey: Journey, playbook: Playbook) -> tuple[str, ...]:
    """Every expression of a journey from its first step on, and of the campaigns that it says."""
    found = [each.when for each in journey.exit_on]
    for _, step in journey.every_step():
        match step:
            case WaitStep(wait=WaitFor(days=str() as days)):
                found.append(days)
            case WaitStep(wait=WaitForEvent(when=when)):
                found.append(when)
            case BranchStep(branch=arms):
                found += [arm.when for arm in arms]
            case SetStep(values=values):
                found += values.values()
            case CampaignStep(campaign=name) if name in playbook.by_id:
                found += [playbook.by_id[name].audience, playbook.by_id[name].value]
            case _:
                pass
    return tuple(found)


def has_left_before(journey: Journey, customer: Customer, origin: Origin) -> str:
    """The type of an exit event that has already happened after what starts the journey, where it came first; else
    empty. An exit with a condition is not found so: what those events said is no longer known."""
    exits = {each.event for each in journey.exit_on if each.when == "true"}
    for entry in customer.live.entries:
        if entry.type in exits and origin.is_before(str(entry.type), entry.identity, entry.occurred_at):
            return str(entry.type)
    return ""


def names_set(journey: Journey) -> frozenset[str]:
    """The variables that a journey sets."""
    return frozenset(name for _, step in journey.every_step() if isinstance(step, SetStep) for name in step.values)
