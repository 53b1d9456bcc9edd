"""Caps: how many messages a customer got in a window, and whether one more fits.

A message counts when it left; one of which that is not known counts as now. So does one that is withdrawn: it may have
left. What certainly did not leave counts nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tandem.customer import Channel, SendEntry
from tandem.decisions.contender import Closed
from tandem.decisions.model import Outcome
from tandem.decisions.seen import Seen
from tandem.local_time import begin_of, begin_of_following
from tandem.playbook import Campaign, Cap


def cap(
    campaign: Campaign, seen: Seen, caps: Sequence[Cap], channels: tuple[Channel, ...]
) -> Closed | tuple[Channel, ...]:
    """The channels on which one more message fits under every cap; what the first full cap saw if there is none."""
    left, first = channels, None
    for each in caps:
        on = tuple(channel for channel in left if _concerns(each, campaign, channel))
        if on and (full := _full(each, seen)):
            first = first or Closed(Outcome.CAP, full)
            left = tuple(channel for channel in left if channel not in on)
    return left or first or channels


def _concerns(each: Cap, campaign: Campaign, channel: Channel) -> bool:
    return (
        (not each.campaigns or campaign.id in each.campaigns)
        and (not each.categories or campaign.category in each.categories)
        and (not each.channels or channel in each.channels)
    )


def _counts(each: Cap, entry: SendEntry) -> bool:
    return (
        not entry.is_free
        and (not each.campaigns or entry.campaign in each.campaigns)
        and (not each.categories or entry.category in each.categories)
        and (not each.channels or entry.channel in each.channels)
    )


def _full(each: Cap, seen: Seen) -> dict[str, Any] | None:
    """What it saw, where no more fits."""
    use = usage(each, seen)
    if use.messages < each.messages:
        return None
    window: dict[str, Any] = {"days": each.within.total_seconds() / 86400} if each.within else {"per": each.per}
    freed = {"free_at": use.free_at} if use.free_at else {}
    return {"rule": each.id, "messages": use.messages, "limit": each.messages, **window, **freed}


@dataclass(frozen=True, slots=True)
class Usage:
    """How many messages a cap counts now; where it is full, when one more fits, None if never."""

    messages: int
    free_at: datetime | None = None


def usage(each: Cap, seen: Seen) -> Usage:
    """How much of a cap is used."""
    zone = ZoneInfo(seen.zone)
    begins = seen.now - each.within if each.within else begin_of(seen.now, zone, each.per or "day")
    counted = sorted(at for at in _times(each, seen) if at > begins or (each.per and at == begins))
    if not each.messages or len(counted) < each.messages:
        return Usage(len(counted))
    if each.within:
        return Usage(len(counted), counted[len(counted) - each.messages] + each.within)
    return Usage(len(counted), begin_of_following(seen.now, zone, each.per or "day"))


def _times(each: Cap, seen: Seen) -> list[datetime]:
    found = (entry.counts_at(seen.now) for entry in seen.sends if _counts(each, entry))
    return [at for at in found if at is not None]
