"""The gates, in their fixed order. Each answers one question, and says what it saw when it closes.

Channels go through them in the campaign's order of preference: a gate that asks of channels leaves those that may be
used, and closes when none is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tandem.customer import DENIED, GRANTED, Channel
from tandem.decisions.caps import cap
from tandem.decisions.contender import Closed, Contender
from tandem.decisions.model import Outcome
from tandem.decisions.possible import next_possible
from tandem.decisions.quiet import quiet_hours
from tandem.decisions.seen import Seen
from tandem.decisions.share import share
from tandem.events.identity import EVERYTHING, consent_name
from tandem.playbook import Campaign, Playbook


@dataclass(frozen=True, slots=True)
class Look:
    """What every gate may look at."""

    campaign: Campaign
    contender: Contender
    seen: Seen
    playbook: Playbook


Channels = tuple[Channel, ...]
Gate = Callable[[Look, Channels], Closed | Channels]


def stopped(look: Look, channels: Channels) -> Closed | Channels:
    """The stop switch: everything, a campaign, a journey, a channel; and a channel's breaker."""
    if look.seen.stops.is_empty:
        return channels
    journey = look.contender.waiting.origin.journey.partition("/")[0]
    held = {channel: look.seen.stops.hold_back(look.campaign.id, channel, journey) for channel in channels}
    left = tuple(channel for channel in channels if not held[channel])
    return left or Closed(Outcome.STOPPED, {"stopped": held[channels[0]]})


def audience(look: Look, channels: Channels) -> Closed | Channels:
    """The campaign's conditions."""
    for condition in look.contender.conditions:
        verdict = look.contender.known.evaluate(condition)
        if verdict.incomplete:
            return Closed(Outcome.INCOMPLETE, {"when": condition, "attribute": verdict.incomplete})
        if verdict.error:
            return Closed(Outcome.AUDIENCE_ERROR, {"when": condition, "error": verdict.error})
        if not verdict.holds:
            return Closed(Outcome.AUDIENCE, {"when": condition})
    return channels


def consent(look: Look, channels: Channels) -> Closed | Channels:
    """A yes to the campaign's purpose; unknown is no."""
    words = {
        channel: look.seen.words.get(consent_name(channel, look.campaign.purpose), "unknown") for channel in channels
    }
    left = tuple(channel for channel in channels if words[channel] == GRANTED)
    return left or Closed(Outcome.NO_CONSENT, {"purpose": look.campaign.purpose, "words": words})


def suppression(look: Look, channels: Channels) -> Closed | Channels:
    """No word against everything on the channel."""
    left = tuple(each for each in channels if look.seen.words.get(consent_name(each, EVERYTHING)) != DENIED)
    return left or Closed(Outcome.SUPPRESSED, {"channels": list(channels)})


def reachable(look: Look, channels: Channels) -> Closed | Channels:
    """An address."""
    left = tuple(channel for channel in channels if channel in look.seen.reached)
    return left or Closed(Outcome.UNREACHABLE, {"channels": list(channels)})


def validity(look: Look, channels: Channels) -> Closed | Channels:
    """Not too long since its reason arose."""
    waited = look.seen.now - look.contender.waiting.since
    if waited <= look.campaign.validity:
        return channels
    return Closed(Outcome.EXPIRED, _seconds(waited, look.campaign.validity))


def age(look: Look, channels: Channels) -> Closed | Channels:
    """News only: how long ago the event had happened, or the wait should have ended, when it was handled."""
    origin = look.contender.waiting.origin
    late = look.contender.waiting.since - (origin.due or origin.occurred_at)
    if late <= look.campaign.max_age:
        return channels
    return Closed(Outcome.TOO_OLD, _seconds(late, look.campaign.max_age))


def holdout(look: Look, channels: Channels) -> Closed | Channels:
    """Those who never get it: of everything, or of this campaign. After it nothing depends on chance alone, so who is
    held out and who is not are compared as they were meant to be treated, whatever caps say."""
    campaign, of_all = look.campaign, look.playbook.holdout
    for what, each in (("everything", None if campaign.transactional else of_all), (campaign.id, campaign.holdout)):
        if each and share(each.salt, look.seen.customer_id) * 100 < each.percent:
            return Closed(Outcome.HOLDOUT, {"of": what, "percent": each.percent, "salt": each.salt})
    return channels


def exclusion(look: Look, channels: Channels) -> Closed | Channels:
    """What another campaign or journey holds back for a time."""
    if look.campaign.transactional:
        return channels
    for entry in look.seen.sends:
        other = look.playbook.by_id.get(entry.campaign)
        if (
            other
            and other.excludes
            and not entry.refused
            and other.excludes.holds_back(look.campaign.id, look.campaign.category)
        ):
            until = entry.decided_at + other.excludes.lasts
            if until > look.seen.now and other.id != look.campaign.id:
                return Closed(Outcome.EXCLUDED, {"by": f"campaign {other.id}", "until": until})
    own = look.contender.waiting.origin.journey.partition("/")[0]
    for name, ended_at in look.seen.journeys:
        journey = look.playbook.journey_by_id.get(name)
        if (
            journey
            and journey.excludes
            and name != own
            and journey.excludes.holds_back(look.campaign.id, look.campaign.category)
        ):
            ends = ended_at + journey.excludes.lasts if ended_at else None
            if ends is None or ends > look.seen.now:
                return Closed(Outcome.EXCLUDED, {"by": f"journey {name}", "until": ends})
    return channels


def caps(look: Look, channels: Channels) -> Closed | Channels:
    """At most so many messages in a window. What it saw tells when the next one is possible, quiet hours and all."""
    if look.campaign.transactional:
        return channels
    found = cap(look.campaign, look.seen, look.playbook.caps, channels)
    if not isinstance(found, Closed):
        return found
    possible = next_possible(look.campaign, look.seen, look.playbook, channels)
    if possible and possible != found.saw.get("free_at"):
        return Closed(Outcome.CAP, {**found.saw, "next_at": possible})
    return found if possible else Closed(Outcome.CAP, {**found.saw, "free_at": None})


def quiet(look: Look, channels: Channels) -> Closed | Channels:
    """Local hours in which nothing leaves."""
    if look.campaign.transactional:
        return channels
    return quiet_hours(look.campaign, look.contender.waiting.since, look.seen, look.playbook.quiet_hours, channels)


GATES: Final[tuple[Gate, ...]] = (
    stopped,
    audience,
    consent,
    suppression,
    reachable,
    validity,
    age,
    holdout,
    exclusion,
    caps,
    quiet,
)

OF_CHANNELS: Final[tuple[Gate, ...]] = (consent, suppression, reachable)


def judge(contender: Contender, seen: Seen, playbook: Playbook, gates: tuple[Gate, ...] = GATES) -> Closed | Channel:
    """The first gate that closes, or the channel to use."""
    if contender.closed:
        return contender.closed
    campaign = contender.campaign
    if campaign is None:
        return Closed(Outcome.WITHDRAWN, {"campaign": contender.waiting.campaign})
    look, channels = Look(campaign, contender, seen, playbook), campaign.channels
    for gate in gates:
        found = gate(look, channels)
        if isinstance(found, Closed):
            return (gate in OF_CHANNELS and stopped in gates and _only_stopped(look)) or found
        channels = found
    return channels[0]


def _only_stopped(look: Look) -> Closed | None:
    """The stop, where a channel that is stopped is the only one by which the customer may be written to."""
    stops, campaign = look.seen.stops, look.campaign
    held = {channel: stops.hold_back(campaign.id, channel) for channel in campaign.channels}
    left = tuple(channel for channel in campaign.channels if held[channel])
    for gate in OF_CHANNELS if left else ():
        found = gate(look, left)
        if isinstance(found, Closed):
            return None
        left = found
    return Closed(Outcome.STOPPED, {"stopped": held[left[0]]}) if left else None


def _seconds(took: timedelta, limit: timedelta) -> dict[str, int]:
    return {"seconds": int(took.total_seconds()), "limit": int(limit.total_seconds())}
