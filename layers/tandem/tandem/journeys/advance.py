"""A customer's journey, taken as far as it goes now: to a wait that is not over, a campaign that is to be decided, or
its end. Pure: whatever happens is asked of the situation.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any, Final, assert_never
from zoneinfo import ZoneInfo

from tandem.attributes import Cart
from tandem.customer import Underway
from tandem.customer.waits_document import plain
from tandem.decisions.share import pick, share
from tandem.expressions import Answer
from tandem.journeys.program import END, Node, Program
from tandem.local_time import next_time
from tandem.playbook.fields import WEEKDAYS
from tandem.playbook.journey import (
    LONGEST,
    BranchStep,
    CampaignStep,
    ExitStep,
    SetStep,
    SplitStep,
    WaitFor,
    WaitForEvent,
    WaitForQuietCart,
    WaitStep,
    WaitUntil,
)

FINISHED: Final = "finished"
EXIT: Final = "exit: "  # before the words of an exit step
TOO_LONG: Final = "max_duration"
UNKNOWN: Final = timedelta(hours=6)  # how long until a wait that cannot be told is looked at again
_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a journey meets at `now` (aware). `zone` is the customer's, `cart` the journey's open cart.

    `value` tells what an expression comes to for this journey; `is_decided` whether the campaign it asked for is.
    Until `pending_until` a message of it may still leave: so long it does not end by itself, and can be exited.
    """

    customer_id: str
    now: datetime
    zone: ZoneInfo
    ends_at: datetime
    value: Callable[[str, Underway], Answer]
    is_decided: bool = True
    cart: Cart | None = None
    pending_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the journey is. `ask` is the campaign that is to be decided, `why` the reason it ended (else empty), `due`
    when it goes on by itself (None: not by itself)."""

    underway: Underway
    ask: str = ""
    why: str = ""
    due: datetime | None = None


def advance(underway: Underway, steps: Program, at: Situation) -> Moved:
    """Takes the journey on. It ends in so many steps as it has, since no step leads back."""
    if at.now > at.ends_at:
        return Moved(underway, why=TOO_LONG)
    over = at.ends_at + _MOMENT  # what is due at the very end still happens
    if underway.since > at.now:
        return Moved(underway, due=min(underway.since, over))
    for _ in range(len(steps.nodes) + 1):
        if underway.step == END:
            return _over(underway, FINISHED, at)
        moved = _step(underway, steps, at)
        if isinstance(moved, Moved):
            return replace(moved, due=min(moved.due, over) if moved.due else over)
        underway = moved
    raise AssertionError("a step leads back")  # `program` lays them out forward only


def _step(underway: Underway, steps: Program, at: Situation) -> Moved | Underway:
    """Through one step: where the journey goes on, or where it stays."""
    node = steps.nodes[underway.step]
    match node.step:
        case WaitStep(wait=WaitForEvent() as wait) if _first(underway, node.id) <= due_of(wait, underway, at):
            return _heard(underway, node)
        case WaitStep(wait=wait):
            return _wait(underway, node, wait, at)
        case CampaignStep(campaign=campaign):
            if not underway.asked:
                return Moved(replace(underway, asked=True), ask=campaign)
            return _to(underway, node.then, at.now) if at.is_decided else Moved(underway)
        case BranchStep(branch=arms):
            for index, arm in enumerate(arms):
                if at.value(arm.when, underway).value is True:
                    return _to(underway, node.ways[str(index)], underway.since)
            return _to(underway, node.ways["else"], underway.since)
        case SplitStep(split=shares):
            drawn = share("split", underway.journey, node.id, at.customer_id)
            return _to(underway, node.ways[str(pick([each.weight for each in shares], drawn))], underway.since)
        case SetStep(values=values):
            told = {name: _kept(at.value(source, underway)) for name, source in values.items()}
            return _to(replace(underway, said={**underway.said, **told}), node.then, underway.since)
        case ExitStep(exit=why):
            return _over(underway, f"{EXIT}{why}", at)
        case other:
            raise AssertionError(other)


def is_over(underway: Underway, steps: Program) -> bool:
    """Whether it is at its end, and only stays until its last message has left."""
    node = steps.nodes.get(underway.step)
    return node is None or isinstance(node.step, ExitStep)


def ended_by_itself(why: str) -> bool:
    """Whether a reason is that of a journey that came to its end."""
    return why == FINISHED or why.startswith(EXIT)


def _over(underway: Underway, why: str, at: Situation) -> Moved:
    """At its end, as soon as none of its messages can leave any more, and none waits to be decided anew."""
    is_pending = not at.is_decided or (at.pending_until is not None and at.pending_until > at.now)
    return Moved(underway, due=at.pending_until) if is_pending else Moved(underway, why=why)


def _wait(underway: Underway, node: Node, wait: Any, at: Situation) -> Moved | Underway:
    due = due_of(wait, underway, at)
    if due > at.now:
        return Moved(underway, due=due)
    then = node.ways["else"] if isinstance(wait, WaitForEvent) else node.then
    return _to(underway, then, due)


def _first(underway: Underway, step: str) -> datetime:
    """When the first event came that a step waits for."""
    return min((at for at, _ in underway.heard.get(step, ())), default=_NEVER)


def _heard(underway: Underway, node: Node) -> Underway:
    """On from a wait whose event has come. Another wait for such an event needs another one."""
    at, identity = min(underway.heard[node.id])
    others = {where: tuple(each for each in some if each[1] != identity) for where, some in underway.heard.items()}
    left = {where: some for where, some in others.items() if some and where != node.id}
    return _to(replace(underway, heard=left), node.then, max(underway.since, at))


def due_of(wait: WaitFor | WaitUntil | WaitForEvent | WaitForQuietCart, underway: Underway, at: Situation) -> datetime:
    """When a wait is over. It follows from when it began, and is never stored: activity and the zone may move it."""
    match wait:
        case WaitFor(duration=timedelta() as duration):
            return underway.since + duration
        case WaitFor(days=source):
            days = _days(at.value(source or "0", underway))
            return at.now + UNKNOWN if days is None else underway.since + days
        case WaitUntil(until=time_of_day, on=days):
            return next_time(underway.since, at.zone, time_of_day, frozenset(WEEKDAYS.index(day) for day in days))
        case WaitForEvent(within=within):
            return underway.since + within
        case WaitForQuietCart(cart_quiet=quiet):
            return (at.cart.last_activity if at.cart else underway.since) + quiet
        case other:
            assert_never(other)


def _days(answer: Answer) -> timedelta | None:
    """An expression's days; None where they cannot be told (an attribute that is not known yet)."""
    days = answer.value
    if answer.error or isinstance(days, bool) or not isinstance(days, int | float) or isnan(days):
        return None
    return min(LONGEST, timedelta(seconds=min(max(days, 0), 1000) * _DAY.total_seconds()))


def _to(underway: Underway, step: str, since: datetime) -> Underway:
    return replace(underway, step=step, since=since, asked=False)


def _kept(answer: Answer) -> Any:
    """A variable's value as JSON; nothing where it cannot be told."""
    value = answer.value
    if isinstance(value, datetime):
        return value.isoformat()
    return None if answer.error else plain(value)
