"""Places at the providers, shared by all workers: taken several at once for the messages of one call."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from tandem.customer import Channel
from tandem.errors import Unavailable
from tandem.sending.outcome import Refused
from tandem.sending.pacing import (
    BACK_OFF,
    BETWEEN_READINGS,
    HOLDS_FOR,
    USABLE_FOR,
    Account,
    Allowance,
    Bucket,
    Want,
    allowance,
    micros,
    read_since,
    refusal,
    want,
)

_Kind = tuple[Channel, bool]  # and whether it is transactional
_TRIES: Final = 4  # others change the bucket between a look and a take


class Buckets(Protocol):
    """One bucket a channel, shared. Every method may raise Unavailable."""

    def look(self, channel: Channel) -> Bucket:
        """As it is; a new one where there is none."""
        ...

    def take(self, channel: Channel, want: Want, *, is_behind: bool) -> tuple[Bucket, bool]:
        """Take the places: behind those that are taken already, or from `want.now` on if none is.

        The bucket after that and True; or as it is, and False: it does not grant them, or not in this way.
        """
        ...

    def ask(self, channel: Channel, *, now: int, read_since: int, asked_since: int) -> tuple[Bucket, bool]:
        """Be the one who reads the account: if it was not read since, and nobody has asked since. True: you are."""
        ...

    def put(self, channel: Channel, allowed: Allowance, *, asked: Bucket) -> Bucket:
        """What the account allows, as read by who asked; what was taken since it asked counts. The bucket now."""
        ...

    def push(self, channel: Channel, until: int) -> None:
        """No place is free before `until`, and the account is to be read again."""
        ...


class Accounts(Protocol):
    """A provider's account."""

    def read(self) -> Account:
        """As it is now. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class FixedAccount:
    """One that nobody can ask: so many messages a second."""

    rate: float

    def read(self) -> Account:
        """Always the same."""
        return Account(self.rate)


@dataclass(slots=True)
class SharedPace:
    """The Pace port. Channels without an account have no pace. `pause` sleeps for seconds.

    One of a worker; what it keeps between calls only saves calls.
    """

    buckets: Buckets
    accounts: Mapping[Channel, Accounts]
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    known: dict[Channel, Bucket] = field(default_factory=dict)
    coming: Counter[_Kind] = field(default_factory=Counter)
    leased: dict[_Kind, deque[int]] = field(default_factory=dict)

    def expect(self, coming: Mapping[_Kind, int]) -> None:
        """The messages of a call, by channel and whether they are transactional. Places of the last call are gone."""
        self.coming = Counter(coming)
        self.leased.clear()

    def take(self, channel: Channel, *, transactional: bool) -> Refused | None:
        """One message's place: waits for it, a few seconds at most. None, or `over_quota` or `halted`.

        Raises Unavailable where the next place is further away.
        """
        if channel not in self.accounts:
            return None
        kind = channel, transactional
        place = self._leased(kind)
        if place is None:
            found = self._lease(kind)
            if isinstance(found, Refused):
                return found
            place = found
        self.coming[kind] -= 1
        ahead = (place - micros(self.clock())) / 1e6
        if ahead > 0:
            self.pause(ahead)
        return None

    def throttled(self, channel: Channel) -> None:
        """Everybody waits a moment, and the account is read again: its daily quota may be used up."""
        if channel in self.accounts:
            self.known.pop(channel, None)
            self.leased.clear()
            self.buckets.push(channel, micros(self.clock() + BACK_OFF))

    def _leased(self, kind: _Kind) -> int | None:
        """The next place that this call has taken already. One long past is no place: many together were a burst."""
        places, oldest = self.leased.get(kind, deque()), micros(self.clock() - HOLDS_FOR)
        while places:
            if (place := places.popleft()) >= oldest:
                return place
        return None

    def _lease(self, kind: _Kind) -> int | Refused:
        """Places for what is still to come of the call; the first of them."""
        channel, transactional = kind
        for _ in range(_TRIES):
            now = self.clock()
            held = self._held(channel, now, transactional=transactional)
            if refused := refusal(held, transactional=transactional):
                return refused
            wanted = want(held, self.coming[kind], now, transactional=transactional)
            if held.next_free > wanted.latest:  # it only ever moves ahead
                break
            held, is_taken = self.buckets.take(channel, wanted, is_behind=held.next_free >= wanted.now)
            self.known[channel] = held
            if is_taken:
                first = held.next_free - wanted.many * wanted.gap
                places = deque(first + place * wanted.gap for place in range(wanted.many))
                self.leased[kind] = places
                return places.popleft()
        raise Unavailable("pace", "wait_for_a_place")

    def _held(self, channel: Channel, now: datetime, *, transactional: bool) -> Bucket:
        """The bucket as last seen, of an account that was read lately."""
        held = self.known.get(channel) or self.buckets.look(channel)
        since = read_since(held, now, transactional=transactional)
        if held.read_at < since:
            held = self._read(channel, now, since)
        if held.read_at < micros(now - USABLE_FOR) or (
            refusal(held, transactional=transactional) and held.read_at < since
        ):
            self.known.pop(channel, None)
            raise Unavailable("pace", "read_the_account")
        self.known[channel] = held
        return held

    def _read(self, channel: Channel, now: datetime, since: int) -> Bucket:
        """The bucket after the account was read: by us, if nobody else does. As it is where that fails."""
        asked_since = micros(now - BETWEEN_READINGS)
        held, is_ours = self.buckets.ask(channel, now=micros(now), read_since=since, asked_since=asked_since)
        if not is_ours:
            return held
        try:
            account = self.accounts[channel].read()
        except Unavailable:
            return held
        return self.buckets.put(channel, allowance(account), asked=held)


def asked(held: Bucket, now: int) -> Bucket:
    """A bucket whose account somebody begins to read."""
    return replace(held, asked_at=now)


def read(held: Bucket, allowed: Allowance, asked: Bucket) -> Bucket:
    """A bucket after its account was read: what was taken since somebody began to is gone already."""
    since = held.taken - asked.taken
    return replace(
        held,
        gap=allowed.gap,
        marketing=allowed.marketing - since,
        transactional=allowed.transactional - since,
        read_at=asked.asked_at,
        halted=allowed.halted,
    )


def take(held: Bucket, want: Want) -> Bucket:
    """A bucket after places were taken."""
    return replace(
        held,
        next_free=max(held.next_free, want.now) + want.many * want.gap,
        marketing=held.marketing - want.many,
        transactional=held.transactional - want.many,
        taken=held.taken + want.many,
    )
