"""Quiet hours: in the customer's zone, by the wall clock. What falls into them waits, or is dropped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tandem.customer import Channel
from tandem.decisions.contender import Closed
from tandem.decisions.model import Outcome
from tandem.decisions.seen import Seen
from tandem.local_time import begin_of_next, end_of, is_within
from tandem.playbook import Campaign, QuietHours

_MOST: Final = 8  # several quiet hours may follow upon each other


def quiet_hours(
    campaign: Campaign,
    since: datetime,
    seen: Seen,
    quiet: Sequence[QuietHours],
    channels: tuple[Channel, ...],
) -> Closed | tuple[Channel, ...]:
    """The channels that are not quiet now; where there is none, until when all are, or that it is dropped."""
    if not quiet:
        return channels
    zone = ZoneInfo(seen.zone)
    holding = {channel: _holding(quiet, channel, seen.now, zone) for channel in channels}
    left = tuple(channel for channel in channels if holding[channel] is None)
    if left:
        return left
    ends = [
        ended
        for channel, each in holding.items()
        if each and (campaign.quiet_hours or each.then) == "defer" and (ended := over(quiet, channel, seen.now, zone))
    ]
    first = next(each for each in holding.values() if each)
    saw = {"from": f"{first.begin:%H:%M}", "to": f"{first.end:%H:%M}", "zone": seen.zone}
    if not ends:
        return Closed(Outcome.QUIET_HOURS, saw)
    until, valid_until = min(ends), since + campaign.validity
    if until > valid_until:
        return Closed(Outcome.QUIET_HOURS, {**saw, "until": until, "valid_until": valid_until})
    return Closed(Outcome.DEFERRED, {**saw, "until": until})


def next_quiet(quiet: Iterable[QuietHours], channel: Channel, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the channel falls quiet after `now`; None where it never does."""
    return min((begin_of_next(now, zone, each.begin, each.end) for each in _of(quiet, channel)), default=None)


def _of(quiet: Iterable[QuietHours], channel: Channel) -> list[QuietHours]:
    return [each for each in quiet if not each.channels or channel in each.channels]


def _holding(quiet: Iterable[QuietHours], channel: Channel, now: datetime, zone: ZoneInfo) -> QuietHours | None:
    return next((each for each in _of(quiet, channel) if is_within(now, zone, each.begin, each.end)), None)


def over(quiet: Sequence[QuietHours], channel: Channel, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the channel is quiet no more: `now`, where it is not; None where it always is."""
    at = now
    for _ in range(_MOST):
        each = _holding(quiet, channel, at, zone)
        if each is None:
            return at
        at = end_of(at, zone, each.begin, each.end)
    return None
