"""Which rules the campaigns and journeys of a playbook depend on: a profile in which none of them changed is news to
nobody."""

from collections.abc import Iterator
from typing import Any, Final

from tandem.attributes import Derived
from tandem.attributes.merge import PREFIX
from tandem.events import EventType
from tandem.expressions import names_in
from tandem.playbook import Journey, OnAttributeChanged, OnEvent, OnTimer, Playbook
from tandem.playbook.journey import BranchStep, SetStep, WaitFor, WaitForEvent, WaitStep
from tandem.playbook.triggers import condition_of
from tandem.profiles.baskets import COLUMNS, basket_rules

PROFILE: Final = "profile."


def used_codes(playbook: Playbook) -> frozenset[int] | None:
    """The codes of rules that an expression reads, that a trigger waits for, or that are published: also by way of
    derived attributes and of the snapshot's own figures.

    None where `profile_refreshed` itself is waited for: any change of a profile is news then.
    """
    if EventType.PROFILE_REFRESHED in set(_awaited(playbook)):
        return None
    rules = playbook.ruleset.by_attribute
    codes: set[int] = set()
    seen: set[str] = set()
    open_names = list(_named(playbook))
    while open_names:
        name = open_names.pop()
        rule = rules.get(name)
        if rule is None or name in seen:
            continue
        seen.add(name)
        if isinstance(rule, Derived):
            open_names += _attributes(rule.expression)
        else:
            codes.add(rule.code)
    return frozenset(codes)


def _triggers(playbook: Playbook) -> Iterator[Any]:
    yield from (campaign.trigger for campaign in playbook.campaigns if campaign.trigger)
    yield from (journey.start for journey in _journeys(playbook))


def _journeys(playbook: Playbook) -> tuple[Journey, ...]:
    """Former versions too: somebody may still be in one."""
    return (*playbook.journeys, *playbook.former)


# The types of events that something begins with, waits for, or ends with.


def _awaited(playbook: Playbook) -> Iterator[EventType]:
    for trigger in _triggers(playbook):
        if isinstance(trigger, OnEvent):
            yield from trigger.event
        if isinstance(trigger, OnTimer):
            yield trigger.after
    for journey in _journeys(playbook):
        yield from (each.event for each in journey.exit_on)
        for _, step in journey.every_step():
            if isinstance(step, WaitStep) and isinstance(step.wait, WaitForEvent):
                yield step.wait.event


# The attributes that something reads, waits for, or announces.


def _named(playbook: Playbook) -> Iterator[str]:
    for expression in _expressions(playbook):
        yield from _attributes(expression)
        if any(name.startswith(PROFILE) for name in names_in(expression)) and basket_rules(playbook.ruleset):
            yield from COLUMNS
    for trigger in _triggers(playbook):
        if isinstance(trigger, OnAttributeChanged):
            yield trigger.attribute_changed
    yield from (each.attribute for each in playbook.ruleset.published)


def _expressions(playbook: Playbook) -> Iterator[str]:
    yield from (condition_of(trigger) for trigger in _triggers(playbook))
    for campaign in playbook.campaigns:
        yield from (campaign.audience, campaign.value)
    for journey in _journeys(playbook):
        yield from (journey.when, journey.key or "", *(each.when for each in journey.exit_on))
        for _, step in journey.every_step():
            yield from _of_step(step)


def _of_step(step: Any) -> Iterator[str]:
    match step:
        case WaitStep(wait=WaitFor(days=str() as days)):
            yield days
        case WaitStep(wait=WaitForEvent(when=when)):
            yield when
        case BranchStep():
            yield from (arm.when for arm in step.branch)
        case SetStep():
            yield from step.values.values()
        case _:
            pass


def _attributes(expression: str) -> list[str]:
    return [name.removeprefix(PREFIX) for name in names_in(expression) if name.startswith(PREFIX)]
