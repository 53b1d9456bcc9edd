"""One send, from the queue to the provider: render, take a place, reserve, check, hand over once, record, tell.

Before the reservation a fault means that the message comes back. After it nothing is tried a second time, unless it
is certain that nothing has left; then the reservation is taken back first. What the row says in the end is told by the
door; a message that comes back finds the row and tells it again. A row that says nothing yet is nobody's news.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from tandem.customer import Channel, Delivery, Send
from tandem.errors import Unavailable
from tandem.sending.compose import compose
from tandem.sending.news import dead_end, news_of
from tandem.sending.outcome import (
    COMES_BACK,
    AlreadyDone,
    Found,
    Outcome,
    Reason,
    Recorded,
    Refused,
    Sent,
    Shadowed,
    Status,
    Unknown,
    status_of,
)
from tandem.sending.ports import (
    Accepted,
    Breakers,
    Contents,
    Customers,
    Envelope,
    Halted,
    Ledger,
    News,
    NoAnswer,
    NotTaken,
    Pace,
    Provider,
    Rejected,
)
from tandem.sending.rules import Rules, SendMode

Clock = Callable[[], datetime]
_Settled = tuple[Outcome, Found | None]  # and the ledger's row, as far as it is known
# How far the clock that decided may be ahead of the one that sends.
CLOCK_SKEW: Final = timedelta(seconds=5)
# For how long a reservation may be another worker's that is still at it: longer than the function may run.
UNDER_WAY: Final = timedelta(minutes=2)
_NOBODY: Final = Refused(Reason.ERASED, "there is no such customer any more")


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as `deliver` meets it."""

    ledger: Ledger
    customers: Customers
    contents: Contents
    providers: Mapping[Channel, Provider]
    news: News
    pace: Pace
    breakers: Breakers


def deliver(send: Send, ports: Ports, rules: Rules, clock: Clock) -> Outcome:
    """Send once, and tell the customer what became of it.

    Raises Unavailable when the message should come back: nothing has left, or what the row says could not be told.
    """
    outcome, row = _settle(send, ports, rules, clock)
    if row is not None and row.result is not None:
        _tell(send, row.status, row.result, row.at, ports)
    return outcome


def _tell(send: Send, status: Status, result: Recorded, at: datetime, ports: Ports) -> None:
    """Of a dead address everybody hears, and nothing is reserved for it from here on."""
    if bounced := dead_end(send, result, at):
        ports.ledger.suppress(send, at)
        ports.news.tell(bounced)
    if status is not Status.UNKNOWN or _may_be_repeated(send, result):
        ports.news.tell(news_of(send, result, at))


def _may_be_repeated(send: Send, result: Recorded) -> bool:
    """Of one that may have left nobody is told that it has not; where a copy does no harm it is decided anew."""
    comes_back = isinstance(result, Refused) and result.reason in COMES_BACK
    return comes_back and send.delivery is Delivery.AT_LEAST_ONCE


def _settle(send: Send, ports: Ports, rules: Rules, clock: Clock) -> _Settled:
    now = clock()
    if now < send.not_before - CLOCK_SKEW:
        raise Unavailable("clock", "wait_for_not_before")
    link = rules.links.of(send)
    ready = rules.hold_back(send, now) or rules.afford(
        compose(send, ports.contents.get(send.playbook), rules.from_address, now, unsubscribe_url=link)
    )
    if not isinstance(ready, Refused) and rules.mode is not SendMode.SHADOW:
        ready = ports.pace.take(send.channel, transactional=send.transactional) or ready
        now = clock()  # it may have waited for its place
    if isinstance(ready, Refused):
        if ready.reason is Reason.HALTED:  # before anybody is told: decided anew, it would come straight back
            ports.breakers.open(send.channel, ready.detail)
        return _refuse(send, ready, ports, now)
    reservation = _reserve(send, ports, now)
    match reservation:
        case None:
            return _send_reserved(send, ready, ports, rules, clock, reserved_at=now)
        case Refused():
            return _refuse(send, reservation, ports, now)
        case Found():
            return _already(reservation, now)
        case _:
            assert_never(reservation)


def _reserve(send: Send, ports: Ports, now: datetime) -> Found | Refused | None:
    """Where no answer comes, the row may be there all the same: it is taken back, or it would read as unknown."""
    try:
        return ports.ledger.reserve(send, now)
    except Unavailable:
        with suppress(Unavailable):
            ports.ledger.release(send, now)
        raise


def _refuse(send: Send, refused: Refused, ports: Ports, now: datetime) -> _Settled:
    if ports.customers.look(send.customer_id).customer is None:  # an erased one's consents are gone too
        return _NOBODY, None
    found = ports.ledger.refuse(send, refused, now)
    if found == Found(Status.UNKNOWN, now, refused):
        return _given_up(refused, now)
    return _already(found, now) if found else (refused, Found(Status.REFUSED, now, refused))


def _given_up(refused: Recorded, now: datetime) -> _Settled:
    """An earlier attempt may have left, and this one certainly did not."""
    return Unknown(f"{refused}, at a second attempt", is_given_up=True), Found(Status.UNKNOWN, now, refused)


def _already(found: Found, now: datetime) -> _Settled:
    """Another delivery made the row. While that may be at work this one comes back: the end of it has to be told."""
    if found.status is Status.RESERVED and now - found.at < UNDER_WAY:
        raise Unavailable("ledger", "wait_for_another_worker")
    return AlreadyDone(found.status), found


def _send_reserved(
    send: Send, envelope: Envelope, ports: Ports, rules: Rules, clock: Clock, *, reserved_at: datetime
) -> _Settled:
    try:
        refused = _second_look(send, ports, clock)
    except Exception:  # nothing was handed over yet, whatever went wrong
        ports.ledger.release(send, reserved_at)
        raise
    if refused is not None and refused.reason is Reason.ERASED:
        ports.ledger.release(send, reserved_at)  # nothing is kept of whom nobody knows any more, and nobody is told
        return refused, None
    if refused is not None:
        return _record(send, refused, ports, clock())
    if rules.mode is SendMode.SHADOW:
        return _record(send, Shadowed(envelope.segments), ports, clock())
    provider = ports.providers[send.channel]
    answer = provider.send(envelope)
    match answer:
        case Accepted(provider_id):
            return _record(send, Sent(provider_id, envelope.segments), ports, clock())
        case Rejected(reason, detail):
            return _record(send, Refused(reason, detail), ports, clock())
        case NoAnswer(detail) if provider.abilities.idempotent:
            ports.ledger.reopen(send, reserved_at)
            raise Unavailable(send.channel.value, detail)
        case NoAnswer(detail):
            with suppress(Unavailable):  # a row that stays reserved says the same, later
                ports.ledger.doubt(send, detail, clock())
            return Unknown(detail), None
        case NotTaken(detail):
            ports.ledger.release(send, reserved_at)
            ports.pace.throttled(send.channel)
            raise Unavailable(send.channel.value, detail)
        case Halted(detail):
            _open_breaker(send, detail, ports, reserved_at)
            return _record(send, Refused(Reason.HALTED, detail), ports, clock())
        case _:
            assert_never(answer)


def _open_breaker(send: Send, detail: str, ports: Ports, reserved_at: datetime) -> None:
    """Before anybody is told: decided anew against a closed breaker, the message would come straight back."""
    try:
        ports.breakers.open(send.channel, detail)
    except Exception:
        ports.ledger.release(send, reserved_at)
        raise


def _second_look(send: Send, ports: Ports, clock: Clock) -> Refused | None:
    """What may have changed since the decision: an order, an opt-out, a stop, or too much time."""
    look = ports.customers.look(send.customer_id)
    if look.customer is None:
        return _NOBODY
    entry = look.customer.send(send.id)
    if entry is None:
        return Refused(Reason.WITHDRAWN, "not in the customer's send history")
    if entry.withdrawn:
        return Refused(Reason.WITHDRAWN, entry.withdrawn)
    if stopped := look.stops.hold_back(send.campaign, send.channel, entry.journey.partition("/")[0]):
        return Refused(Reason.HALTED if stopped == f"breaker {send.channel}" else Reason.STOPPED, stopped)
    return Refused(Reason.EXPIRED) if clock() > send.not_after else None


def _record(send: Send, result: Recorded, ports: Ports, now: datetime) -> _Settled:
    try:
        stands = ports.ledger.finish(send, result, now)
    except Unavailable as error:
        provider_id = result.provider_id if isinstance(result, Sent) else ""
        return Unknown(f"{result} was not written: {error}", provider_id, is_unwritten=True), None
    return (result, Found(status_of(result), now, result)) if stands else _given_up(result, now)
