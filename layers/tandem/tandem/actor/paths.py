"""Journeys in a step: who leaves, what they hear, who enters, and how far each one goes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.actor.working import Working, meeting_cause, variables_of
from tandem.customer import Ended, Origin, Underway, journey_id
from tandem.decisions import Cause, Closed, Contender, Moment, Outcome
from tandem.events import Event, digest
from tandem.expressions import Answer
from tandem.journeys import MEETING, Moved, Situation, advance, program
from tandem.journeys.advance import FINISHED, TOO_LONG, ended_by_itself, is_over
from tandem.journeys.entry import LONGEST_KEY, has_left_before, may_enter, names_set
from tandem.playbook import Campaign, Journey
from tandem.playbook.conditions import Known
from tandem.playbook.journey import CampaignStep, WaitForEvent, WaitStep
from tandem.playbook.vocabulary import inside

MOST_TURNS: Final = 200
MOST_HEARD: Final = 5  # events that are kept for one step
EXITED: Final = "exited"
CHANGED: Final = "attribute_changed"
HEARD_BY: Final = timedelta(days=14)  # by then a queue has given up a message, and nobody hears of it any more
LOOK_AGAIN: Final = timedelta(hours=1)  # whether a journey that stands still may go on


def leave_and_hear(working: Working, events: Sequence[Event], some: Iterable[Underway] | None = None) -> None:
    """Ends the journeys that something ended, and tells the others what they wait for."""
    for underway in tuple(working.customer.journeys if some is None else some):
        journey = definition(working, underway)
        why, cause = _ended_by(working, underway, journey, events)
        if why:
            end(working, underway, why, cause)
        elif journey:
            heard = dict(underway.heard)
            for event in events:
                for where in _heard(working, underway, journey, event):
                    told = {*heard.get(where, ()), (event.occurred_at, event.identity)}
                    heard[where] = tuple(sorted(told)[:MOST_HEARD])
            _put(working, replace(underway, heard=heard))


def end(working: Working, underway: Underway, why: str, cause: Event | None = None, *, withdraws: bool = True) -> None:
    """Ends a journey: its candidates end with it, and messages that have not left are withdrawn.

    One that ends by itself has none: it stays until they have left.
    """
    customer = working.customer
    ended = Ended(underway.journey, underway.key, underway.started_at, working.now, underway.step, why)
    gone = [each for each in customer.waiting if each.origin.journey == underway.id]
    working.customer = replace(
        customer,
        journeys=tuple(each for each in customer.journeys if each.id != underway.id),
        ended=(*(each for each in customer.ended if each.id != underway.id), ended),
        waiting=tuple(each for each in customer.waiting if each not in gone),
        sends=tuple(
            replace(each, withdrawn=EXITED)
            if withdraws and each.journey == underway.id and not (each.is_settled or each.withdrawn)
            else each
            for each in customer.sends
        ),
    )
    saw = {"journey": underway.journey, "why": why}
    closed = [
        replace(found, closed=found.closed or Closed(Outcome.EXITED, saw)) for found in map(working.resumed, gone)
    ]
    working.record(_exit_cause(working, underway, cause), closed)


def _exit_cause(working: Working, underway: Underway, event: Event | None) -> Cause:
    if event is None:
        identity = digest("exit", underway.id, underway.origin.identity)
        return Cause("timer_fired", identity, working.now, timer=timer_of(underway))
    identity = digest("exit", underway.id, underway.origin.identity, event.identity)
    return Cause(str(event.type), identity, event.occurred_at, event.received_at, event.event_id)


def _ended_by(
    working: Working, underway: Underway, journey: Journey | None, events: Sequence[Event]
) -> tuple[str, Event | None]:
    """Why a journey is over for this customer, and the event that ended it; empty if it is not."""
    current = working.playbook.journey_by_id.get(underway.journey)
    if current is None or journey is None:
        return "removed", None
    if "ended" in (current.status, journey.status) or underway.journey in working.stops.ended:
        return "ended", None
    if closed := working.cart_closed(underway.origin):
        return f"cart_{closed.saw['by'] if closed.saw['by'] == 'emptied' else 'ordered'}", None
    for event in events:
        if not underway.origin.is_before(str(event.type), event.identity, event.occurred_at):
            continue
        for exit_event in journey.exit_on:
            if event.type is exit_event.event and _holds(working, underway, journey, exit_event.when, event):
                return str(event.type), event
    return "", None


def _heard(working: Working, underway: Underway, journey: Journey, event: Event) -> list[str]:
    """The steps that wait for this event, wherever the customer is: it may come before the wait begins."""
    if event.occurred_at < underway.origin.occurred_at or event.identity == underway.origin.identity:
        return []
    return [
        where
        for where, step in journey.every_step()
        if isinstance(step, WaitStep)
        and isinstance(step.wait, WaitForEvent)
        and step.wait.event is event.type
        and _holds(working, underway, journey, step.wait.when, event)
    ]


def enter(
    working: Working, journey: Journey, origin: Origin, known: Known, *, since: datetime, key: str = ""
) -> list[Contender]:
    """Lets the customer into a journey, if they may; the candidates that its first steps ask for."""
    verdict = known.evaluate(journey.when)
    if not verdict.holds:
        return not_asked(working, journey, origin, untold(journey.when, verdict.error, verdict.incomplete))
    if (held := _held_by(working, journey)) is not None:
        return not_asked(working, journey, origin, Closed(Outcome.STOPPED, {"stopped": held})) if held else []
    if journey.key is not None:
        told = known.value(journey.key)
        number = int(told.value) if isinstance(told.value, float) and told.value.is_integer() else told.value
        if told.error or not isinstance(number, str | int) or isinstance(number, bool):
            wrong = told.error or f"is {number!r}, and a key is a text or a whole number"
            return not_asked(working, journey, origin, untold(journey.key, wrong, ""))
        key = str(number)[:LONGEST_KEY]
    if journey.reentry == "always":
        _make_room(working, journey, key)
    if not may_enter(working.customer, journey, key, working.now):
        return []
    underway = Underway(
        journey=journey.id,
        key=key,
        version=journey.version,
        started_at=max(since, working.now),
        origin=origin,
        step=program(journey).first,
        since=since,
    )
    working.customer = replace(working.customer, journeys=(*working.customer.journeys, underway))
    if origin.type != CHANGED:  # a change comes after all that was handled with it
        if left := has_left_before(journey, working.customer, origin):
            end(working, underway, left)
            return []
        since_then = [event for event in working.fresh if event.occurred_at >= origin.occurred_at]
        leave_and_hear(working, since_then, [underway])
    return _advanced(working, underway.id)


def _make_room(working: Working, journey: Journey, key: str) -> None:
    """Ends one that only stays until its last message has left. Where something could still end it, the message goes
    with it: nobody would be left to hear of that, and the journey that begins anew says it again."""
    for underway in working.customer.journeys:
        if (underway.journey, underway.key) == (journey.id, key):
            followed = definition(working, underway)
            if followed and is_over(underway, program(followed)):
                end(working, underway, FINISHED, withdraws=bool(followed.exit_on))


def _held_by(working: Working, journey: Journey) -> str | None:
    """What keeps everybody out: what is stopped, or nothing that has to be told (it has ended); None: it is open."""
    stops = working.stops
    if journey.status == "ended":
        return ""
    if stops.everything:
        return "everything"
    is_held = journey.status == "paused" or journey.id in stops.paused | stops.ended
    return f"journey {journey.id}" if is_held else None


def not_asked(working: Working, journey: Journey, origin: Origin, closed: Closed | None) -> list[Contender]:
    """Why somebody did not enter, kept as the reason of the first campaign that would have been said."""
    campaign = first_campaign(working, journey)
    if campaign is None or closed is None:
        return []
    its_own = replace(origin, journey=journey_id(journey.id, ""))  # two journeys may say the same first
    return [replace(working.arriving(campaign, its_own, Moment(working.scene)), closed=closed)]


def first_campaign(working: Working, starter: Campaign | Journey) -> Campaign | None:
    """The campaign itself, or the one that a journey would say first."""
    if isinstance(starter, Campaign):
        return starter
    named = (step.campaign for _, step in starter.every_step() if isinstance(step, CampaignStep))
    return working.playbook.by_id.get(next(named, ""))


def untold(condition: str, error: str, incomplete: str) -> Closed | None:
    """Why it cannot be told whether a condition holds."""
    if incomplete:
        return Closed(Outcome.INCOMPLETE, {"when": condition, "attribute": incomplete})
    return Closed(Outcome.AUDIENCE_ERROR, {"when": condition, "error": error}) if error else None


def go_on(working: Working) -> None:
    """Takes every journey as far as it goes now; what they ask for meets, with the waiting whose time is over.

    One with very many campaigns in a row goes on by its timer.
    """
    for _ in range(MOST_TURNS):
        asked = [each for underway in working.customer.journeys for each in _advanced(working, underway.id)]
        over = [each for each in working.customer.waiting if each.until <= working.now]
        if not asked and not over:
            return
        timer = asked[0].waiting.origin.journey if asked else MEETING
        working.meet(meeting_cause([*(each.waiting for each in asked), *over], timer, working.now), asked)


def _advanced(working: Working, underway_id: str) -> list[Contender]:
    """Takes one journey on; the candidate that it asks for, if any."""
    found = next((each for each in working.customer.journeys if each.id == underway_id), None)
    journey = definition(working, found) if found else None
    if found is None or journey is None:
        return []
    if is_held(working, found):
        if working.now > found.started_at + journey.max_duration:
            end(working, found, TOO_LONG)
        return []
    found, journey = _moved(working, found, journey)
    moved = advance(found, program(journey), situation(working, found, journey))
    if moved.why:
        end(working, moved.underway, moved.why, withdraws=not ended_by_itself(moved.why))
        return []
    _put(working, moved.underway)
    return [_asked(working, moved)] if moved.ask else []


def _asked(working: Working, moved: Moved) -> Contender:
    """The candidate that a campaign step asks for."""
    underway = moved.underway
    cart = working.scene.attributes.carts.open.get(underway.origin.cart_id)
    origin = replace(
        underway.origin,
        identity=digest("journey", underway.id, underway.origin.identity, underway.step),
        due=underway.since,
        journey=underway.id,
        cart_touched_at=cart.last_activity if cart else underway.origin.cart_touched_at,
        lines=cart.lines if cart else underway.origin.lines,
        total_minor=cart.value_minor if cart else underway.origin.total_minor,
    )
    campaign = working.playbook.by_id.get(moved.ask)
    if campaign:
        moment = Moment(working.scene, cart=cart, values=variables_of(origin))
        return working.arriving(campaign, origin, moment)
    return working.unknown(moved.ask, origin)


def situation(working: Working, underway: Underway, journey: Journey) -> Situation:
    """What a journey meets in this step."""
    is_waiting = any(each.origin.journey == underway.id for each in working.customer.waiting)
    return Situation(
        customer_id=working.customer.customer_id,
        now=working.now,
        zone=working.zone,
        ends_at=underway.started_at + journey.max_duration,
        value=lambda source, at: _value(working, at, journey, source),
        is_decided=not is_waiting,
        cart=working.scene.attributes.carts.open.get(underway.origin.cart_id),
        pending_until=max(
            (
                each.not_after + HEARD_BY
                for each in working.customer.sends
                if each.journey == underway.id and not (each.is_settled or each.withdrawn)
            ),
            default=None,
        ),
    )


def dues(working: Working) -> list[tuple[str, datetime]]:
    """When each journey goes on by itself, by the key of its timer."""
    found = []
    for underway in working.customer.journeys:
        journey = definition(working, underway)
        if journey is None:
            continue
        moved = advance(underway, program(journey), situation(working, underway, journey))
        due = working.now if moved.ask or moved.why else moved.due
        if is_held(working, underway):
            due = max(due or working.now, working.now + LOOK_AGAIN)
        if due:
            found.append((timer_of(underway), due))
    return found


def timer_of(underway: Underway) -> str:
    """The key of a journey's timer."""
    return f"{MEETING}{underway.id}"


def is_held(working: Working, underway: Underway) -> bool:
    """Whether the journey stands still: it is paused, or everything is stopped."""
    current = working.playbook.journey_by_id.get(underway.journey)
    is_paused = current is not None and current.status == "paused"
    return is_paused or working.stops.everything or underway.journey in working.stops.paused


def definition(working: Working, underway: Underway) -> Journey | None:
    """The version that the customer follows; where it is known no more, the current one if it has the step."""
    found = working.playbook.journey_versions.get((underway.journey, underway.version))
    current = working.playbook.journey_by_id.get(underway.journey)
    if found is None and current is not None and (underway.step in program(current).nodes or not underway.step):
        return current
    return found


def _moved(working: Working, underway: Underway, journey: Journey) -> tuple[Underway, Journey]:
    """To the current version, at a step where that says so."""
    current = working.playbook.journey_by_id.get(underway.journey)
    if current and underway.version != current.version and underway.step in current.moves_at:
        underway = replace(underway, version=current.version)
        _put(working, underway)
        return underway, current
    return underway, journey


def _put(working: Working, underway: Underway) -> None:
    customer = working.customer
    journeys = tuple(underway if each.id == underway.id else each for each in customer.journeys)
    if journeys != customer.journeys:
        working.customer = replace(customer, journeys=journeys)


def _value(working: Working, underway: Underway, journey: Journey, source: str, event: Event | None = None) -> Answer:
    if source == "true":
        return Answer(True)
    own: dict[str, Any] = {f"journey.{name}": value for name, value in underway.said.items() if value is not None}
    cart = working.scene.attributes.carts.open.get(underway.origin.cart_id)
    moment = Moment(working.scene, event=event, cart=cart, values={**variables_of(underway.origin), **own})
    spoken = inside(working.playbook.ruleset, names_set(journey), event=event is not None)
    return moment.known_in(spoken).value(source)


def _holds(working: Working, underway: Underway, journey: Journey, condition: str, event: Event) -> bool:
    return _value(working, underway, journey, condition, event).value is True
