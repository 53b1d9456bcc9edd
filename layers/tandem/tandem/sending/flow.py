"""One send, from the queue to the provider: render, reserve, check, hand over once, record.

Before the reservation a fault means that the message comes back. After it nothing is tried a second time, unless it
is certain that nothing has left; then the reservation is taken back first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from tandem.customer import Channel, Send
from tandem.errors import Unavailable
from tandem.sending.compose import compose
from tandem.sending.outcome import AlreadyDone, Outcome, Reason, Recorded, Refused, Sent, Shadowed, Unknown
from tandem.sending.ports import (
    Accepted,
    Contents,
    Customers,
    Envelope,
    Ledger,
    NoAnswer,
    NotTaken,
    Provider,
    Rejected,
)
from tandem.sending.rules import Rules, SendMode

Clock = Callable[[], datetime]
# How far the clock that decided may be ahead of the one that sends.
CLOCK_SKEW: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as `deliver` meets it."""

    ledger: Ledger
    customers: Customers
    contents: Contents
    providers: Mapping[Channel, Provider]


def deliver(send: Send, ports: Ports, rules: Rules, clock: Clock) -> Outcome:
    """Send once. Raises Unavailable when nothing has left and the message should come back."""
    now = clock()
    if now < send.not_before - CLOCK_SKEW:
        raise Unavailable("clock", "wait_for_not_before")
    ready = rules.hold_back(send, now) or compose(send, ports.contents.get(send.playbook), rules.from_address, now)
    if isinstance(ready, Refused):
        return _refuse(send, ready, ports, now)
    reservation = ports.ledger.reserve(send, now)
    match reservation:
        case None:
            return _send_reserved(send, ready, ports, rules, clock, reserved_at=now)
        case Refused():
            return _refuse(send, reservation, ports, now)
        case _:
            return AlreadyDone(reservation)


def _refuse(send: Send, refused: Refused, ports: Ports, now: datetime) -> Outcome:
    found = ports.ledger.refuse(send, refused, now)
    return refused if found is None else AlreadyDone(found)


def _send_reserved(
    send: Send, envelope: Envelope, ports: Ports, rules: Rules, clock: Clock, *, reserved_at: datetime
) -> Outcome:
    try:
        refused = _second_look(send, ports, clock())
    except Exception:  # nothing was handed over yet, whatever went wrong
        ports.ledger.release(send, reserved_at)
        raise
    if refused is not None:
        return _record(send, refused, ports, clock())
    if rules.mode is SendMode.SHADOW:
        return _record(send, Shadowed(envelope.segments), ports, clock())
    answer = ports.providers[send.channel].send(envelope)
    match answer:
        case Accepted(provider_id):
            return _record(send, Sent(provider_id, envelope.segments), ports, clock())
        case Rejected(reason, detail):
            return _record(send, Refused(reason, detail), ports, clock())
        case NoAnswer(detail):
            return Unknown(detail)
        case NotTaken(detail):
            ports.ledger.release(send, reserved_at)
            raise Unavailable(send.channel.value, detail)
        case _:
            assert_never(answer)


def _second_look(send: Send, ports: Ports, now: datetime) -> Refused | None:
    """What may have changed since the decision: an order, an opt-out, a stop, or too much time."""
    if now > send.not_after:
        return Refused(Reason.EXPIRED)
    customer = ports.customers.get(send.customer_id)
    entry = customer.send(send.id) if customer else None
    if entry is None:
        return Refused(Reason.WITHDRAWN, "not in the customer's send history")
    return Refused(Reason.WITHDRAWN, entry.withdrawn) if entry.withdrawn else None


def _record(send: Send, result: Recorded, ports: Ports, now: datetime) -> Outcome:
    try:
        ports.ledger.finish(send, result, now)
    except Unavailable as error:
        return Unknown(f"{result} was not written: {error}", result.provider_id if isinstance(result, Sent) else "")
    return result
