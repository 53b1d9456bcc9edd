"""Arbitration: of the candidates that meet, the one that no gate holds back and that is worth most; or nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.attributes import Tier
from tandem.customer import Channel, Waiting
from tandem.customer.waits_document import plain
from tandem.decisions.contender import Closed, Contender
from tandem.decisions.gates import GATES, Gate, judge
from tandem.decisions.model import Candidate, Cause, Decision, Outcome
from tandem.decisions.quiet import next_quiet
from tandem.decisions.ranking import DECLARED, Policy, Ranked
from tandem.decisions.seen import Seen
from tandem.decisions.share import pick, share
from tandem.events import digest
from tandem.playbook import Campaign, Playbook

NOTHING: Final = "nothing"
PROPERTIES: Final = "event.properties"
_FIELD: Final = re.compile(r"event\s*\.\s*properties\b(?:\s*\.\s*(\w+))?")
OF_THE_EVENT: Final = "event."
MOST_VALUES: Final = 60_000  # characters of what a record keeps of an event; a queue's message holds four times as much
OWN: Final = ("customer.", "profile.")  # what is the same for all candidates of a decision


@dataclass(frozen=True, slots=True)
class Arbitration:
    """How is decided: by which ranking policy, after which gates."""

    policy: Policy = DECLARED
    gates: tuple[Gate, ...] = GATES


PLAIN: Final = Arbitration()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be sent: the campaign, how, by whom asked for, and the window in which it may leave (aware)."""

    campaign: Campaign
    waiting: Waiting
    channel: Channel
    variant: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A decision, what it chose, and the candidates that go on waiting."""

    decision: Decision
    chosen: Chosen | None
    waiting: tuple[Waiting, ...]


def decide(
    contenders: Sequence[Contender],
    cause: Cause,
    seen: Seen,
    playbook: Playbook,
    *,
    events: tuple[str, ...] = (),
    snapshot: datetime | None = None,
    patient: Sequence[Contender] = (),
    standing: Mapping[str, Any] = MappingProxyType({}),
    by: Arbitration = PLAIN,
) -> Made:
    """Decides about those that meet now. Of the `patient` it is only told that they wait.

    `standing` are attributes that a record holds whether asked for or not.

    The same arguments give the same decision.
    """
    identity = digest("decision", seen.customer_id, cause.identity)
    judged = [(each, judge(each, seen, playbook, by.gates)) for each in contenders]
    open_ones = [(each, found) for each, found in judged if not isinstance(found, Closed)]
    ranked = _rank([each for each, _ in open_ones], by.policy, share(seen.seed, identity))
    best = open_ones[ranked.place] if ranked.place is not None else None
    places = {id(each): place for place, (each, _) in enumerate(open_ones)}
    candidates = [
        _closed(each, found, cause)
        if isinstance(found, Closed)
        else _ranked(each, places[id(each)], ranked, best[0] if best else None, cause)
        for each, found in judged
    ]
    candidates += [_waits(each, cause) for each in patient]
    chosen = _chosen(*best, seen, playbook) if best else None
    variables = [*contenders, *patient]
    decision = Decision(
        id=identity,
        customer_id=seen.customer_id,
        at=seen.now,
        cause=cause,
        events=events,
        playbook=playbook.number,
        snapshot=snapshot,
        attributes={**standing, **_shared(variables)},
        candidates=tuple(candidates),
        campaign=chosen.campaign.id if chosen else None,
        template=chosen.campaign.template(Tier(seen.tier), chosen.variant) if chosen else "",
        channel=chosen.channel if chosen else None,
        variant=chosen.variant if chosen else "",
        incomplete={name: why for each in variables for name, why in each.known.incomplete().items()},
        seen=seen,
        values=_of_the_event(variables),
        policy=by.policy.number,
    )
    if len(str(decision.values)) > MOST_VALUES:
        decision = replace(decision, values={}, is_cut=True)
    return Made(decision, chosen, _still_waiting(judged, patient))


def _rank(open_ones: Sequence[Contender], policy: Policy, drawn: float) -> Ranked:
    """Transactional messages go first, then priorities by hand; then the policy."""
    values = [_value(each) for each in open_ones]
    by_hand = [place for place, each in enumerate(open_ones) if _is_by_hand(_campaign(each))]
    if by_hand:
        first = min(by_hand, key=lambda place: _by_hand(_campaign(open_ones[place])))
        return Ranked(first, tuple(values), tuple(float(place == first) for place in range(len(values))))
    if not open_ones:
        return Ranked(None, (), ())
    return policy.rank([_campaign(each).id for each in open_ones], values, drawn)


def _is_by_hand(campaign: Campaign) -> bool:
    return campaign.transactional or campaign.priority is not None


def _by_hand(campaign: Campaign) -> tuple[bool, int, str]:
    return not campaign.transactional, -(campaign.priority or 0), campaign.id


def _campaign(contender: Contender) -> Campaign:
    if contender.campaign is None:
        raise LookupError(contender.waiting.campaign)  # a gate has closed before
    return contender.campaign


def _value(contender: Contender) -> float:
    """What the message is expected to bring, less what it costs; a value that cannot be told is none."""
    campaign = _campaign(contender)
    if campaign.value.isdecimal():
        return float(campaign.value) - campaign.cost_minor
    told = contender.known.value(campaign.value).value
    is_number = isinstance(told, int | float) and not isinstance(told, bool) and abs(told) < 1e15
    return (float(told) if is_number else 0.0) - campaign.cost_minor


def _chosen(contender: Contender, channel: Channel, seen: Seen, playbook: Playbook) -> Chosen:
    campaign = _campaign(contender)
    not_after = contender.waiting.since + campaign.validity
    if not campaign.transactional:
        quiet = next_quiet(playbook.quiet_hours, channel, seen.now, ZoneInfo(seen.zone))
        not_after = min(not_after, quiet - timedelta(microseconds=1)) if quiet else not_after
    drawn = share("variant", campaign.id, seen.customer_id)
    variants = campaign.variants
    variant = variants[pick([each.weight for each in variants], drawn)].id if variants else ""
    return Chosen(campaign, contender.waiting, channel, variant, seen.now, not_after)


def _closed(contender: Contender, closed: Closed, cause: Cause) -> Candidate:
    return replace(_candidate(contender, cause), outcome=closed.outcome, saw=_told(closed.saw))


def _ranked(contender: Contender, place: int, ranked: Ranked, best: Contender | None, cause: Cause) -> Candidate:
    told = replace(_candidate(contender, cause), score=ranked.scores[place], propensity=ranked.propensities[place])
    priority = _campaign(contender).priority
    if contender is best:
        return replace(told, saw=_told({"priority": priority}))
    if best is None:
        return replace(told, outcome=Outcome.OUTRANKED, saw={"by": NOTHING})
    other = _campaign(best)
    saw = {
        "by": other.id,
        "priority": priority,
        "its_priority": other.priority,
        "its_score": _value(best),
        "its_transactional": other.transactional or None,
    }
    return replace(told, outcome=Outcome.OUTRANKED, saw=_told(saw))


def _waits(contender: Contender, cause: Cause) -> Candidate:
    waiting = contender.waiting
    saw = {"until": waiting.until, "deferred": waiting.deferred or None}
    outcome = Outcome.DEFERRED if waiting.deferred else Outcome.WAITING
    return replace(_candidate(contender, cause), outcome=outcome, saw=_told(saw))


def _candidate(contender: Contender, cause: Cause) -> Candidate:
    waiting = contender.waiting
    is_own = waiting.origin.identity == cause.identity
    return Candidate(
        waiting.campaign,
        Outcome.CHOSEN,
        since=waiting.since,
        origin=replace(waiting.origin, lines=())
        if waiting.origin.journey or waiting.origin.due or not is_own
        else None,
        values=_kept(contender),
        arriving=contender.arriving,
    )


def _kept(contender: Contender) -> dict[str, Any]:
    """Its own values that conditions asked for."""
    values = contender.known.values().items()
    return {name: plain(value) for name, value in values if not name.startswith((*OWN, OF_THE_EVENT))}


def _of_the_event(contenders: Sequence[Contender]) -> dict[str, Any]:
    """What conditions asked of the event that brought them about; of what the source sent, the fields they name."""
    found: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for each in contenders:
        for name, value in each.known.values().items():
            if name == PROPERTIES and isinstance(value, Mapping):
                fields |= _named(value, each.campaign)
            elif name.startswith(OF_THE_EVENT):
                found[name] = plain(value)
    return (
        {**found, PROPERTIES: fields}
        if fields or any(PROPERTIES in each.known.values() for each in contenders)
        else found
    )


def _named(properties: Mapping[str, Any], campaign: Campaign | None) -> dict[str, Any]:
    sources = f"{campaign.audience} {campaign.value}" if campaign else ""
    named = set(_FIELD.findall(sources))
    return {name: plain(each) for name, each in properties.items() if name in named or "" in named}


def _shared(contenders: Sequence[Contender]) -> dict[str, Any]:
    """The customer's values that conditions asked for."""
    found = {name: value for each in contenders for name, value in each.known.values().items() if name.startswith(OWN)}
    return dict(sorted(found.items()))


def _still_waiting(
    judged: Sequence[tuple[Contender, Closed | Channel]], patient: Sequence[Contender]
) -> tuple[Waiting, ...]:
    deferred = [
        replace(each.waiting, until=found.saw["until"], deferred=_because(found.saw))
        for each, found in judged
        if isinstance(found, Closed) and found.outcome is Outcome.DEFERRED
    ]
    return (*deferred, *(each.waiting for each in patient))


def _because(saw: Mapping[str, Any]) -> str:
    """Why a candidate is deferred, in the word that is kept of it."""
    if "active_at" in saw:
        return "cart"
    return "quota" if "over_quota" in saw else "quiet_hours"


def _told(saw: Mapping[str, Any]) -> dict[str, Any]:
    """Without what has no value: a record holds only what was seen."""
    return {key: value for key, value in saw.items() if value is not None}
