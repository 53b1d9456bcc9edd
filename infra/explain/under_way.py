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
from tandem.actor.paths import definition, is_held, situation
from tandem.actor.step import zone_of
from tandem.actor.working import Working
from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import Customer, Underway
from tandem.decisions import Scene
from tandem.decisions.caps import usage
from tandem.decisions.decide import PLAIN
from tandem.decisions.share import share
from tandem.journeys.advance import due_of, is_over
from tandem.journeys.program import program
from tandem.playbook import Journey, Playbook, Stops
from tandem.playbook.journey import WaitStep

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
    for each in working.customer.journeys:
        journey = definition(working, each)
        goes_on = _goes_on(each, journey, working)
        yield "in journey", f"{named(each.id)} since {_clock(each.started_at, working)}{_step(each, journey)}{goes_on}"


def _step(underway: Underway, journey: Journey | None) -> str:
    """`, step 3 of 7 (wait 2 days)`."""
    steps = dict(journey.every_step()) if journey else {}
    if journey is None or underway.step not in steps:
        return ""
    what = next(plan(journey.model_copy(update={"steps": (steps[underway.step],)}))).text.rstrip(":")
    older = f", as it was in playbook {journey.version}" if journey.replaced_at else ""
    return f", step {list(steps).index(underway.step) + 1} of {len(steps)} ({what}){older}"


def _goes_on(underway: Underway, journey: Journey | None, working: Working) -> str:
    if any(each.origin.journey == underway.id for each in working.customer.waiting):
        return ", goes on once that is decided"
    if journey is None or is_held(working, underway):
        return ", stands still"
    if is_over(underway, program(journey)):
        return ", ends once its last message has left"
    step = dict(journey.every_step())[underway.step]
    here = situation(working, underway, journey)
    due = due_of(step.wait, underway, here) if isinstance(step, WaitStep) else here.now
    return f", goes on {_until(min(max(underway.since, due), here.ends_at), working)}"


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
