"""What becomes of a send of which nobody knows whether it left. Pure: a row of the ledger in, what to do with it out.

A reservation that nobody can be at work at is doubted. What is in doubt waits for the provider's own events; then it is
tried again where that is wanted or does no harm, else given up. What is tried again and does not get that far is put on
its queue again. Nothing stays so for ever: at most MOST_ATTEMPTS, and LAST after its window nothing is tried any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from tandem.customer import Channel, Delivery, Send
from tandem.sending.flow import UNDER_WAY
from tandem.sending.outcome import Status
from tandem.sending.ports import Abilities

MARGIN: Final = timedelta(minutes=1)  # between the clock that reserved and the one that judges
MOST_ATTEMPTS: Final = 5
PAUSE: Final = timedelta(minutes=5)  # before the third attempt; twice as much more before each next one
# A message that fails each time is a dead letter by then; one that waits for a place is not, and meets a copy.
ON_ITS_WAY: Final = timedelta(hours=1)
LAST: Final = timedelta(days=3)  # so long after its window a message may come back from the dead letters


@dataclass(frozen=True, slots=True)
class Open:
    """A ledger row that is reserved, unknown or again. Moments are aware.

    `reserved_at` is the last attempt's, `unknown_at` when that became so, `again_at` when it was last queued again.
    `send` is there where a second attempt is wanted or does no harm: of what is `at_least_once`, or idempotent.
    """

    send_id: str
    customer_id: str
    campaign: str
    channel: Channel
    delivery: Delivery
    status: Status
    reserved_at: datetime
    not_after: datetime
    unknown_at: datetime | None = None
    again_at: datetime | None = None
    attempts: int = 1
    send: Send | None = None

    @property
    def since(self) -> datetime:
        """When it last got any further."""
        match self.status:
            case Status.UNKNOWN:
                return self.unknown_at or self.reserved_at
            case Status.AGAIN:
                return max(self.again_at or self.reserved_at, self.reserved_at)
            case _:
                return self.reserved_at

    @property
    def last(self) -> datetime:
        """From then on nothing is tried any more."""
        return max(self.not_after, self.reserved_at) + LAST


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nobody is at work at it any more: it is unknown since `at`. `due` is from when on that could be told."""

    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It stays unknown for good, unless the provider still tells; `why` in words. It was due since `due`."""

    why: str
    due: datetime


@dataclass(frozen=True, slots=True)
class TryAgain:
    """`send` goes back to its queue, once the row says `again`. It was due since `due`.

    None: the row alone is opened, for the message that is in its queue still.
    """

    send: Send | None
    due: datetime


Verdict = Wait | Doubt | GiveUp | TryAgain


def judge(row: Open, abilities: Abilities, now: datetime, patience: timedelta) -> Verdict:
    """What to do now. `abilities` are its provider's, whose own events are waited for as long as `patience` says."""
    verdict = _sentence(row, abilities, patience, is_last=now >= row.last)
    match verdict:
        case Wait():
            return verdict
        case Doubt() | GiveUp() | TryAgain():
            return verdict if now >= verdict.due else Wait(verdict.due)
        case _:
            assert_never(verdict)


def _sentence(row: Open, abilities: Abilities, patience: timedelta, *, is_last: bool) -> Verdict:
    """What comes next for it, and when that is due."""
    match row.status:
        case Status.RESERVED:
            return _reserved(row, abilities, is_last=is_last)
        case Status.UNKNOWN:
            return _unknown(row, abilities, patience, is_last=is_last)
        case Status.AGAIN:
            return _again(row, is_last=is_last)
        case Status.SENT | Status.SHADOW | Status.REFUSED:
            raise ValueError(row.status)  # it is settled
        case _:
            assert_never(row.status)


def _reserved(row: Open, abilities: Abilities, *, is_last: bool) -> Verdict:
    """Where a copy does no harm there is nothing to doubt; and its message finds the row open when it comes back."""
    due = row.reserved_at + UNDER_WAY + MARGIN
    if abilities.idempotent and row.attempts < MOST_ATTEMPTS and not is_last:
        return TryAgain(row.send, due)
    return Doubt(row.reserved_at + UNDER_WAY, due)


def _unknown(row: Open, abilities: Abilities, patience: timedelta, *, is_last: bool) -> Verdict:
    heard = row.since + (patience if abilities.settles and not abilities.idempotent else timedelta())
    if row.delivery is Delivery.AT_MOST_ONCE and not abilities.idempotent:
        return GiveUp("it is sent at most once", due=heard)
    if row.send is None and not abilities.idempotent:
        return GiveUp("its message is not kept", due=heard)
    if row.attempts >= MOST_ATTEMPTS:
        return GiveUp(f"{row.attempts} attempts were made", due=heard)
    if is_last:
        return GiveUp("its time is long over", due=heard)
    return TryAgain(row.send, due=heard + pause_after(row.attempts))


def _again(row: Open, *, is_last: bool) -> Verdict:
    """Its message is on its way, or was. Without the Send, that message alone can bring it further."""
    due = row.since + ON_ITS_WAY
    if row.send is None:
        return GiveUp("its message never came back", due=max(due, row.not_after + MARGIN))
    return GiveUp("its message never got through", due=due) if is_last else TryAgain(row.send, due=due)


def pause_after(attempts: int) -> timedelta:
    """How much longer than for the first answer is waited before the next attempt: nothing, 5, 15, 35 minutes."""
    return PAUSE * int(2 ** (attempts - 1) - 1)
