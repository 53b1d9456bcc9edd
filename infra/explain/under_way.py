"""What holds of a customer now: journeys, candidates that wait, how much of each cap is used, holdouts. As rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from infra.explain.held import deferred_because
from infra.explain.journeys import left_because, named
from infra.explain.words import clock, place
from infra.publish.in_words import cap_in_words
from infra.publish.step_words import plan
from tandem.actor import attributes_of
from tandem.actor.paths import dues, timer_of
from tandem.actor.step import zone_of
from tandem.actor.working import Working
from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import Customer, Underway
from tandem.decisions import Scene
from tandem.decisions.caps import usage
from tandem.decisions.decide import PLAIN
from tandem.decisions.share import share
from tandem.playbook import Playbook, Stops

Row = tuple[str, str]
MOST_LEFT: Final = 5  # journeys that are over, the newest


def working_of(
    customer: Customer,
    profile: Profile | None,
    header: SnapshotHeader | None,
    playbook: Playbook,
    *,
    stops: Stops,
    now: datetime,
) -> Working:
    """The customer as a step at `now` (aware) would find it, when nothing has happened."""
    attributes = attributes_of(customer, profile, header, playbook, now=now)
    zone = zone_of(customer.trait("time_zone"), playbook.shop.default_time_zone)
    scene = Scene(customer, attributes, profile, header, playbook)
    return Working(customer, scene, (), (), now, zone, stops, PLAIN, "")


def under_way(working: Working) -> Iterator[Row]:
    """Everything, with times in the customer's zone."""
    yield from _journeys(working)
    yield from _left(working)
    yield from _waiting(working)
    yield from _caps(working)
    yield from _holdouts(working)


def _journeys(working: Working) -> Iterator[Row]:
    due = dict(dues(working))
    for each in working.customer.journeys:
        since = f"{named(each.id)} since {_clock(each.started_at, working)}"
        yield "in journey", f"{since}{_step(each, working)}{_goes_on(due.get(timer_of(each)), each, working)}"


def _step(underway: Underway, working: Working) -> str:
    """`, step 3 of 7 (wait 2 days)`, of the version that the customer follows."""
    current = working.playbook.journey_by_id.get(underway.journey)
    journey = working.playbook.journey_versions.get((underway.journey, underway.version), current)
    steps = dict(journey.every_step()) if journey else {}
    if journey is None or underway.step not in steps:
        return ""
    what = next(plan(journey.model_copy(update={"steps": (steps[underway.step],)}))).text.rstrip(":")
    told = f", step {list(steps).index(underway.step) + 1} of {len(steps)} ({what})"
    return told if journey is current else f"{told}, as it was in playbook {journey.version}"


def _goes_on(due: datetime | None, underway: Underway, working: Working) -> str:
    if any(each.origin.journey == underway.id for each in working.customer.waiting):
        return ", goes on once that is decided"
    return f", goes on {_until(due, working)}" if due else ", stands still"


def _left(working: Working) -> Iterator[Row]:
    for each in sorted(working.customer.ended, key=lambda each: each.ended_at)[-MOST_LEFT:]:
        yield "left journey", f"{named(each.id)} {_clock(each.ended_at, working)}: {left_because(each.why)}"


def _waiting(working: Working) -> Iterator[Row]:
    for each in working.customer.waiting:
        why = deferred_because(each.deferred) if each.deferred else "for others to compete with"
        asked = f", asked for by journey {named(each.origin.journey)}" if each.origin.journey else ""
        yield "waits", f"{each.campaign} until {_until(each.until, working)}: {why}{asked}"


def _caps(working: Working) -> Iterator[Row]:
    seen = working.seen()
    for each in working.playbook.caps:
        use = usage(each, seen)
        free = f", next free {_until(use.free_at, working)}" if use.free_at else ""
        yield "cap", f"{each.id}: {use.messages} used of {cap_in_words(each)}{free}"


def _holdouts(working: Working) -> Iterator[Row]:
    playbook, customer_id = working.playbook, working.customer.customer_id
    whole = [("everything but transactional messages", playbook.holdout)]
    for what, each in [*whole, *((campaign.id, campaign.holdout) for campaign in playbook.campaigns)]:
        if each and share(each.salt, customer_id) * 100 < each.percent:
            yield "holdout", f"never gets {what}: one of {each.percent:g}% (salt {each.salt})"


def _clock(moment: datetime, working: Working) -> str:
    return clock(moment, working.zone, near=working.now)


def _until(moment: datetime, working: Working) -> str:
    late = " (its timer is on its way)" if moment <= working.now else ""
    return f"{_clock(moment, working)} {place(working.zone)}{late}"
