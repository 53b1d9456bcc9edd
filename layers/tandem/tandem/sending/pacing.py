"""How fast and how many, as arithmetic: what an account allows, less a margin, and the places of a shared bucket.

A bucket is one moment: from when on a place is free (GCRA). Whoever takes places pushes it ahead by what they take. It
is kept in microseconds since 1970, so that a table can add to it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Final

from tandem.sending.outcome import Reason, Refused

# What stays unused: others send from the same account, and its own count lags behind what it has just taken.
OF_RATE: Final = 0.9
OF_QUOTA: Final = 0.90
OF_QUOTA_TRANSACTIONAL: Final = 0.98

LONGEST_WAIT: Final = timedelta(seconds=5)  # for a place; for one further away the message comes back
LONGEST_LEASE: Final = timedelta(seconds=5)  # of the places that are taken at once
HOLDS_FOR: Final = timedelta(seconds=1)  # a place that is not used by then is nobody's
BACK_OFF: Final = timedelta(seconds=2)  # after the provider has said that it takes no more for now
READ_EVERY: Final = timedelta(minutes=5)
USABLE_FOR: Final = timedelta(minutes=15)  # where the account cannot be read, its last reading
READ_BEFORE_REFUSING: Final = timedelta(minutes=1)  # no message is put off for a day by a reading older than this
BETWEEN_READINGS: Final = timedelta(seconds=10)  # whoever asks: an account may be asked about once a second

UNLIMITED: Final = 10**15
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Account:
    """What a provider says of its account: messages a second, a day (None: as many as one likes), and those of the last
    24 hours. `halted` is why it takes none at all."""

    rate: float
    a_day: float | None = None
    sent: float = 0
    halted: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What we take of it: one message every `gap` (microseconds), and so many more today, transactional or not."""

    gap: int
    marketing: int
    transactional: int
    halted: str = ""


def allowance(account: Account) -> Allowance:
    """What is ours of an account.

    >>> allowance(Account(rate=10, a_day=1000, sent=850))
    Allowance(gap=111112, marketing=50, transactional=130, halted='')
    """
    if account.rate <= 0:
        return Allowance(1, 0, 0, account.halted or "the account may send nothing: its rate is 0")
    gap = ceil(_SECOND / _MICROSECOND / (account.rate * OF_RATE))
    return Allowance(gap, _left(account, OF_QUOTA), _left(account, OF_QUOTA_TRANSACTIONAL), account.halted)


def _left(account: Account, share: float) -> int:
    return UNLIMITED if account.a_day is None else floor(account.a_day * share - account.sent)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The item that everybody shares. Moments are in microseconds since 1970.

    `marketing` and `transactional` are what is left of the quota since it was read, `taken` is how many places ever
    were taken. `read_at` is when the account was read, 0 if it is to be read again; `asked_at` when somebody last began
    to.
    """

    next_free: int = 0
    gap: int = 0
    marketing: int = 0
    transactional: int = 0
    taken: int = 0
    read_at: int = 0
    asked_at: int = 0
    halted: str = ""

    def left(self, *, transactional: bool) -> int:
        """How many messages of a kind may still leave today."""
        return self.transactional if transactional else self.marketing


@dataclass(frozen=True, slots=True)
class Want:
    """So many places at one message every `gap`, by a clock that says `now`, the first of them at `latest` at the
    latest, of an account that was read at `oldest` or later. All moments in microseconds."""

    many: int
    gap: int
    transactional: bool
    now: int
    latest: int
    oldest: int

    def is_granted(self, held: Bucket) -> bool:
        """Whether a bucket has them. A table says the same by conditions."""
        return (
            held.gap == self.gap
            and not held.halted
            and held.read_at >= self.oldest
            and held.left(transactional=self.transactional) >= self.many
            and held.next_free <= self.latest
        )


def want(held: Bucket, many: int, now: datetime, *, transactional: bool) -> Want:
    """As many places as may be taken at once, of a bucket as it was last seen."""
    left = held.left(transactional=transactional)
    at_once = LONGEST_LEASE // (max(held.gap, 1) * _MICROSECOND)
    return Want(
        many=max(1, min(many, left, at_once)),
        gap=held.gap,
        transactional=transactional,
        now=micros(now),
        latest=micros(now + LONGEST_WAIT),
        oldest=micros(now - USABLE_FOR),
    )


def read_since(held: Bucket, now: datetime, *, transactional: bool) -> int:
    """Since when the account has to have been read (microseconds): who is refused may know better by now."""
    is_spent = held.gap and refusal(held, transactional=transactional)
    return micros(now - (READ_BEFORE_REFUSING if is_spent else READ_EVERY))


def refusal(held: Bucket, *, transactional: bool) -> Refused | None:
    """Why nothing leaves today, if so."""
    if held.halted:
        return Refused(Reason.HALTED, held.halted)
    if held.left(transactional=transactional) < 1:
        return Refused(Reason.OVER_QUOTA, "what the provider takes in 24 hours is used up, less a margin")
    return None


def micros(moment: datetime) -> int:
    """A moment (aware) as a table counts: microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND
