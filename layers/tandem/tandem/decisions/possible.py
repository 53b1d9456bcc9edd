"""When one more message would fit, as things stand: the first moment at which neither a cap nor quiet hours hold it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tandem.customer import Channel
from tandem.decisions.caps import cap
from tandem.decisions.contender import Closed
from tandem.decisions.quiet import over
from tandem.decisions.seen import Seen
from tandem.playbook import Campaign, Playbook

_MOST: Final = 50  # caps and quiet hours may follow upon each other


def next_possible(campaign: Campaign, seen: Seen, playbook: Playbook, channels: Sequence[Channel]) -> datetime | None:
    """The first moment from `seen.now` on; None where there is none. What has left by now counts, and nothing more."""
    sends = tuple(replace(each, sent_at=each.counts_at(seen.now)) for each in seen.sends if not each.refused)
    found = (_on(channel, campaign, replace(seen, sends=sends), playbook) for channel in channels)
    return min((each for each in found if each), default=None)


def _on(channel: Channel, campaign: Campaign, seen: Seen, playbook: Playbook) -> datetime | None:
    at, zone = seen.now, ZoneInfo(seen.zone)
    for _ in range(_MOST):
        found = cap(campaign, replace(seen, now=at), playbook.caps, (channel,))
        free_at = found.saw.get("free_at") if isinstance(found, Closed) else at
        then = over(playbook.quiet_hours, channel, free_at, zone) if free_at else None
        if then is None or then == at:
            return then
        at = then
    return None
