"""Campaigns, caps and journeys as a marketer would say them, a line each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, assert_never

from infra.explain.words import count, listing, span
from tandem.playbook import (
    Campaign,
    Cap,
    ContentByTier,
    Excludes,
    Goal,
    Holdout,
    Journey,
    OnAbandonedCart,
    OnAttributeChanged,
    OnDate,
    OnEvent,
    OnTimer,
    QuietHours,
)
from tandem.playbook.fields import write_time_of_day
from tandem.playbook.triggers import ALWAYS, Trigger


def length(value: timedelta) -> str:
    """`7 days`."""
    return span(value.total_seconds())


def where(condition: str) -> str:
    """` where …`; nothing for what always holds."""
    return "" if condition == ALWAYS else f" where {' '.join(condition.split())}"


def trigger_in_words(trigger: Trigger | None) -> str:
    """`cart abandoned for 30 minutes`."""
    match trigger:
        case None:
            return "journeys alone"
        case OnEvent():
            return listing(list(trigger.event), "or") + where(trigger.when)
        case OnAbandonedCart():
            return f"cart abandoned for {length(trigger.cart_abandoned)}"
        case OnAttributeChanged():
            return f"a change of {trigger.attribute_changed}{where(trigger.when)}"
        case OnDate():
            return f"the day of {trigger.date}, at {write_time_of_day(trigger.at)}"
        case OnTimer():
            return f"{length(trigger.wait)} after {trigger.after}{where(trigger.when)}"
        case other:
            assert_never(other)


def cap_in_words(cap: Cap) -> str:
    """`3 messages in 7 days of category promotion by sms`."""
    window = f"in {length(cap.within)}" if cap.within else f"a {cap.per}"
    return f"{count(cap.messages, 'message')} {window}{_of(cap.campaigns, cap.categories)}{_by(cap.channels)}"


def quiet_in_words(quiet: QuietHours) -> str:
    """`21:00 to 08:00 by sms, what falls into them waits until they end`."""
    what = "waits until they end" if quiet.then == "defer" else "is dropped"
    hours = f"{write_time_of_day(quiet.begin)} to {write_time_of_day(quiet.end)}{_by(quiet.channels)}"
    return f"{hours}, what falls into them {what}"


def holdout_in_words(holdout: Holdout) -> str:
    """`5% of customers never get it (salt spring)`."""
    return f"{holdout.percent:g}% of customers never get it (salt {holdout.salt})"


def excludes_in_words(excludes: Excludes) -> str:
    """`category promotion, for 7 days`."""
    held = "all but transactional" if excludes.everything else _named(excludes.campaigns, excludes.categories)
    return f"{held}, for {length(excludes.lasts)}" if excludes.lasts else held


def goal_in_words(goal: Goal) -> str:
    """`order_completed, within 7 days`."""
    return f"{goal.event}{where(goal.when)}, within {length(goal.within)}"


def _named(campaigns: tuple[str, ...], categories: tuple[str, ...]) -> str:
    return listing([*(f"campaign {each}" for each in campaigns), *(f"category {each}" for each in categories)])


def _of(campaigns: tuple[str, ...], categories: tuple[str, ...]) -> str:
    return f" of {_named(campaigns, categories)}" if campaigns or categories else ""


def _by(channels: tuple[Any, ...]) -> str:
    return f" by {listing(list(channels), 'or')}" if channels else ""


def _content(words: str | ContentByTier) -> str:
    return words if isinstance(words, str) else ", ".join(f"{tier} {name}" for tier, name in words)


def campaign_in_words(campaign: Campaign) -> Mapping[str, str]:
    """What there is to say of a campaign, by the name of its field."""
    said = {
        "description": campaign.description,
        "trigger": trigger_in_words(campaign.trigger),
        "audience": "everybody" if campaign.audience == ALWAYS else " ".join(campaign.audience.split()),
        "channels": ", ".join(campaign.channels),
        "content": _content(campaign.content) if campaign.content else "",
        "recommend": "" if campaign.recommend == "nothing" else campaign.recommend,
        "category": campaign.category,
        "purpose": campaign.purpose,
        "transactional": "yes" if campaign.transactional else "",
        "priority": "" if campaign.priority is None else str(campaign.priority),
        "value": campaign.value,
        "cost_minor": str(campaign.cost_minor) if campaign.cost_minor else "",
        "patience": length(campaign.patience) if campaign.patience else "",
        "validity": length(campaign.validity),
        "max_age": length(campaign.max_age),
        "quiet_hours": campaign.quiet_hours or "",
        "holdout": holdout_in_words(campaign.holdout) if campaign.holdout else "",
        "excludes": excludes_in_words(campaign.excludes) if campaign.excludes else "",
        "goal": goal_in_words(campaign.goal) if campaign.goal else "",
    }
    variants = {f"variant {each.id}": f"{_content(each.content)}, weight {each.weight}" for each in campaign.variants}
    return {name: text for name, text in {**said, **variants}.items() if text}


def journey_in_words(journey: Journey) -> Mapping[str, str]:
    """What there is to say of a journey beside its steps, by the name of its field."""
    reentry = journey.reentry
    again = f"{length(reentry)} after it ended" if isinstance(reentry, timedelta) else reentry
    exits = [f"{each.event}{where(each.when)}" for each in journey.exit_on]
    said = {
        "description": journey.description,
        "start": trigger_in_words(journey.start),
        "when": "" if journey.when == ALWAYS else " ".join(journey.when.split()),
        "key": journey.key or "",
        "reentry": again,
        "max_duration": length(journey.max_duration),
        "max_age": length(journey.max_age),
        "exit_on": listing(exits, "or") if exits else "",
        "excludes": excludes_in_words(journey.excludes) if journey.excludes else "",
        "status": "" if journey.status == "active" else journey.status,
        "moves_at": listing(list(journey.moves_at)) if journey.moves_at else "",
    }
    return {name: text for name, text in said.items() if text}
