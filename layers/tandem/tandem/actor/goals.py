"""Goals in a step: which decisions are watched, and which events reach what their campaigns are for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tandem.customer import Watch
from tandem.decisions import Decision, Moment, Outcome, Reached, Scene
from tandem.decisions.allotted import has_holdout, is_allotted
from tandem.events import Event, digest
from tandem.playbook import Playbook
from tandem.playbook.campaign import Goal
from tandem.playbook.conditions import Known
from tandem.playbook.vocabulary import Start

MOST_WATCHED: Final = 30  # of one customer


def watched(held: tuple[Watch, ...], decision: Decision, playbook: Playbook) -> tuple[Watch, ...]:
    """What is watched from this decision on: what was chosen, and of a campaign with a holdout all who are compared.

    It begins with the decision, not with the message: whatever becomes of the message, both sides are watched for the
    same time. Of too many the oldest go, but for the first of each campaign: by those its sides are compared.
    """
    known = {(each.decision, each.campaign) for each in held}
    found = [
        Watch(decision.id, name, decision.at)
        for name in sorted(_to_watch(decision, playbook))
        if (decision.id, name) not in known
    ]
    return _fitting((*held, *found)) if found else held


def _fitting(watches: tuple[Watch, ...]) -> tuple[Watch, ...]:
    """Whoever was chosen and whoever is held out lose the same ones: which go does not depend on the outcome."""
    if len(watches) <= MOST_WATCHED:
        return watches
    firsts = {each.campaign: each for each in reversed(watches)}
    others = [each for each in watches if firsts[each.campaign] is not each]
    kept = {id(each) for each in (*firsts.values(), *others[len(watches) - MOST_WATCHED :])}
    return tuple(each for each in watches if id(each) in kept)[-MOST_WATCHED:]


def _to_watch(decision: Decision, playbook: Playbook) -> Iterable[str]:
    names = set()
    for each in decision.candidates:
        campaign = playbook.by_id.get(each.campaign)
        if campaign is None or campaign.goal is None:
            continue
        if each.outcome is Outcome.CHOSEN or (is_allotted(each) and has_holdout(campaign, playbook)):
            names.add(campaign.id)
    return names


def reach(
    held: tuple[Watch, ...], events: Sequence[Event], scene: Scene, *, now: datetime, taken_for: timedelta
) -> tuple[tuple[Watch, ...], list[Reached]]:
    """The watches after these new events, and the goals they reach. What nothing can reach any more goes.

    An event is new for `taken_for` after it occurred: so long a late one may still come before what was first.
    """
    kept: list[Watch] = []
    found: list[Reached] = []
    holds = _judge(scene)
    for watch in held:
        campaign = scene.playbook.by_id.get(watch.campaign)
        goal = campaign.goal if campaign else None
        if goal is None:
            continue
        by_now = watch
        for event in events:
            if _is_in_time(event, by_now, goal) and holds(event, goal.when):
                by_now = replace(watch, reached_at=event.occurred_at)
                found.append(_reached(by_now, event))
        if (by_now.reached_at or watch.since + goal.within) + taken_for >= now:
            kept.append(by_now)
    return tuple(kept), found


def _is_in_time(event: Event, watch: Watch, goal: Goal) -> bool:
    """Of two events at one moment both are told: which of them counts does not depend on which came first."""
    last = watch.reached_at or watch.since + goal.within
    return event.type is goal.event and watch.since < event.occurred_at <= last


def _judge(scene: Scene) -> Callable[[Event, str], bool]:
    """Asks whether a goal's condition holds for an event, as a trigger's is asked. One that errs does not match."""
    known: dict[str, Known] = {}

    def holds(event: Event, when: str) -> bool:
        if event.identity not in known:
            known[event.identity] = Moment(scene, event=event).known(Start.EVENT)
        return known[event.identity].evaluate(when).holds

    return holds


def _reached(watch: Watch, event: Event) -> Reached:
    return Reached(
        id=digest("goal", watch.decision, watch.campaign, event.identity),
        customer_id=event.customer_id,
        decision=watch.decision,
        campaign=watch.campaign,
        decided_at=watch.since,
        event=str(event.type),
        identity=event.identity,
        reached_at=event.occurred_at,
        event_id=event.event_id,
    )
