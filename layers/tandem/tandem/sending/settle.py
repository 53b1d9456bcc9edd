"""All that is open in the ledger, judged and carried out, as far as the time allows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, assert_never

from tandem.customer import Channel, Delivery, Send
from tandem.errors import Unavailable
from tandem.sending.ports import Abilities
from tandem.sending.settling import Doubt, GiveUp, Open, TryAgain, Wait, judge

# What a provider's adapter declares, for whoever has no provider at hand.
ABILITIES: Final[Mapping[Channel, Abilities]] = {
    Channel.EMAIL: Abilities(settles=True),
    Channel.SMS: Abilities(),
    Channel.PUSH: Abilities(),
    Channel.WEBHOOK: Abilities(idempotent=True),
}
LONG: Final = timedelta(minutes=10)  # an attempt that is open for longer is counted
OVERDUE: Final = timedelta(hours=1)  # so long after it was due, something keeps it from being settled


def may_be_tried_again(send: Send) -> bool:
    """Whether its campaign or its channel allows a second attempt: then its open row keeps the whole Send."""
    return send.delivery is Delivery.AT_LEAST_ONCE or ABILITIES[send.channel].idempotent


class Unsettled(Protocol):
    """The ledger's open rows. Every method raises Unavailable: a passing fault.

    What is written is written on the very attempt that was read; False: it has gone on meanwhile, and that wins.
    """

    def open(self) -> Iterator[Open]:
        """Each once; one that was settled in the last moments may still be there."""
        ...

    def doubt(self, row: Open, at: datetime) -> bool:
        """The reserved row is unknown since `at`."""
        ...

    def again(self, row: Open, at: datetime) -> bool:
        """The row, unknown or again, may be reserved once more; its message is queued `at` this moment."""
        ...

    def give_up(self, row: Open, why: str, at: datetime) -> bool:
        """The row is unknown and no longer open."""
        ...


class Sends(Protocol):
    """The queue of sends."""

    def put(self, send: Send) -> None:
        """One message, as the actor's. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Settling:
    """The world, as `settle` meets it. `patience` is how long a provider's own events are waited for."""

    rows: Unsettled
    sends: Sends
    patience: timedelta
    abilities: Mapping[Channel, Abilities]


@dataclass(slots=True)
class Settled:
    """`unknown`, `given_up` and `tried_again` were made so; `failed` could not be. `is_whole`: time was enough for all.

    `unsettled` are open attempts of more than ten minutes, `overdue` those that should have been settled an hour ago.
    """

    unknown: int = 0
    given_up: int = 0
    tried_again: int = 0
    failed: int = 0
    unsettled: int = 0
    overdue: int = 0
    is_whole: bool = True


def settle(ports: Settling, clock: Callable[[], datetime], has_time: Callable[[], bool]) -> Settled:
    """Every open row, once. What is cut short goes on with the next run. Raises Unavailable if rows cannot be read."""
    done = Settled()
    for row in ports.rows.open():
        if not has_time():
            done.is_whole = False
            break
        try:
            _settle(row, ports, clock(), done)
        except Unavailable:
            done.failed += 1
    return done


def _settle(row: Open, ports: Settling, now: datetime, done: Settled) -> None:
    verdict = judge(row, ports.abilities[row.channel], now, ports.patience)
    done.unsettled += now - row.reserved_at > LONG
    done.overdue += not isinstance(verdict, Wait) and now - verdict.due > OVERDUE
    match verdict:
        case Wait():
            pass
        case Doubt(at):
            done.unknown += ports.rows.doubt(row, at)
        case GiveUp(why):
            done.given_up += ports.rows.give_up(row, why, now)
        case TryAgain(send):
            if ports.rows.again(row, now):  # before its message: that one finds a row it may reserve
                done.tried_again += 1
                if send:
                    ports.sends.put(send)
        case _:
            assert_never(verdict)
