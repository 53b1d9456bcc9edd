"""A decision made again from its record alone, with the playbook of its number: it has to come out the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tandem.customer import Origin, Waiting
from tandem.decisions.contender import Closed, Contender
from tandem.decisions.decide import PLAIN, Arbitration, Made, decide
from tandem.decisions.model import Candidate, Cause, Decision, Outcome
from tandem.decisions.seen import Seen
from tandem.events.times import read_time
from tandem.expressions import Kind
from tandem.playbook import Playbook
from tandem.playbook.conditions import Known
from tandem.playbook.vocabulary import Start, language, start_of

GIVEN = frozenset(
    {Outcome.CART_CLOSED, Outcome.EXITED, Outcome.SUPERSEDED}
)  # what the customer's carts and journeys had settled before
PUT_OFF = frozenset({"active_at", "over_quota"})  # by what no gate looks at
# Where the condition is none of the campaign's audience, it was settled on arrival: the trigger's, or a part of it.
BY_CONDITION = frozenset({Outcome.AUDIENCE, Outcome.AUDIENCE_ERROR, Outcome.INCOMPLETE})


def repeat(decision: Decision, playbook: Playbook, by: Arbitration = PLAIN) -> Decision:
    """The decision that the same gates and the same ranking make of what the record holds.

    Raises ValueError for a record that does not hold enough (of the first release, or cut), and for another playbook's.
    """
    if decision.seen is None:
        raise ValueError("the record is older than records that repeat their decision")
    if decision.is_cut:
        raise ValueError("what the event said is too large for the record")
    if decision.playbook != playbook.number:
        raise ValueError(f"the decision was made with playbook {decision.playbook}, not {playbook.number}")
    contenders = [(each, _contender(each, decision, decision.seen, playbook)) for each in decision.candidates]
    made: Made = decide(
        [contender for each, contender in contenders if not _only_waited(each)],
        decision.cause,
        decision.seen,
        playbook,
        events=decision.events,
        snapshot=decision.snapshot,
        patient=[contender for each, contender in contenders if _only_waited(each)],
        standing=decision.attributes,
        by=by,
    )
    return made.decision


def _only_waited(candidate: Candidate) -> bool:
    """It had patience: nothing was asked of it yet."""
    return candidate.outcome is Outcome.WAITING or (
        candidate.outcome is Outcome.DEFERRED and "deferred" in candidate.saw
    )


def _contender(candidate: Candidate, decision: Decision, seen: Seen, playbook: Playbook) -> Contender:
    campaign = playbook.by_id.get(candidate.campaign)
    since = candidate.since or decision.at
    until = candidate.saw.get("until")
    waiting = Waiting(
        id="",
        campaign=candidate.campaign,
        origin=candidate.origin or _origin(decision.cause),
        since=since,
        until=_moment(until) if until else since,
        deferred=str(candidate.saw.get("deferred", "")),
    )
    start = start_of(campaign.trigger) if campaign else Start.EVENT
    known = _known(candidate, decision, playbook, start)
    contender = Contender(waiting, campaign, known, arriving=candidate.arriving)
    is_given = (
        candidate.outcome in GIVEN
        or (candidate.outcome is Outcome.STOPPED and not _is_stopped(contender, seen, candidate.saw.get("stopped")))
        or (candidate.outcome is Outcome.DEFERRED and not PUT_OFF.isdisjoint(candidate.saw))
        or (candidate.outcome in BY_CONDITION and candidate.saw.get("when") not in contender.conditions)
    )
    saw = {name: _moment(value) if name == "until" else value for name, value in candidate.saw.items()}
    return replace(contender, closed=Closed(candidate.outcome, saw)) if is_given else contender


def _is_stopped(contender: Contender, seen: Seen, stopped: object) -> bool:
    """Whether an operator or a breaker stopped it, and not the playbook itself."""
    campaign, journey = contender.campaign, contender.waiting.origin.journey.partition("/")[0]
    channels = campaign.channels if campaign else ()
    return any(seen.stops.hold_back(contender.waiting.campaign, each, journey) == stopped for each in channels)


def _origin(cause: Cause) -> Origin:
    return Origin(cause.type, cause.identity, cause.occurred_at, cause.event_id, cart_id=cause.cart_id)


def _known(candidate: Candidate, decision: Decision, playbook: Playbook, start: Start) -> Known:
    spoken = language(playbook.ruleset, start)
    of_the_event = decision.values if candidate.origin is None else {}  # what waited has no event to ask any more
    values: Mapping[str, Any] = {**decision.attributes, **of_the_event, **candidate.values}

    def value_of(name: str) -> tuple[Any, str]:
        value = values.get(name)
        if isinstance(value, str) and spoken.variables[name] is Kind.TIMESTAMP:
            value = read_time(value, name)
        return value, decision.incomplete.get(name, "")

    return Known(spoken, value_of)


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else read_time(value, "until")


def same(one: Decision, other: Decision) -> bool:
    """Whether two decisions chose the same for the same reasons."""
    reasons = [[(each.campaign, each.outcome) for each in decision.candidates] for decision in (one, other)]
    return reasons[0] == reasons[1] and _bare(one) == _bare(other)


def _bare(decision: Decision) -> Decision:
    """Without what it was made of: a repetition asks for no more than it needs."""
    return replace(decision, candidates=(), seen=None, attributes={}, incomplete={}, values={}, is_cut=False)
