"""The twins of `PaceTable` and of a provider's account: for the tests and the simulator."""

from dataclasses import dataclass, field, replace

from tandem.customer import Channel
from tandem.sending.pace import asked as begun
from tandem.sending.pace import read, take
from tandem.sending.pacing import Account, Allowance, Bucket, Want


@dataclass(slots=True)
class MemoryBuckets:
    """The Buckets port."""

    held: dict[Channel, Bucket] = field(default_factory=dict)

    def look(self, channel: Channel) -> Bucket:
        """As it is."""
        return self.held.get(channel, Bucket())

    def take(self, channel: Channel, want: Want, *, is_behind: bool) -> tuple[Bucket, bool]:
        """Take the places, in this way or not at all."""
        held = self.look(channel)
        if not want.is_granted(held) or (held.next_free >= want.now) is not is_behind:
            return held, False
        return self._keep(channel, take(held, want)), True

    def ask(self, channel: Channel, *, now: int, read_since: int, asked_since: int) -> tuple[Bucket, bool]:
        """Be the one who reads the account."""
        held = self.look(channel)
        if channel in self.held and not (held.read_at < read_since and held.asked_at < asked_since):
            return held, False
        return self._keep(channel, begun(held, now)), True

    def put(self, channel: Channel, allowed: Allowance, *, asked: Bucket) -> Bucket:
        """What the account allows. A reading begun before the one that is kept changes nothing."""
        held = self.look(channel)
        return held if held.read_at > asked.asked_at else self._keep(channel, read(held, allowed, asked))

    def push(self, channel: Channel, until: int) -> None:
        """No place before then, and the account is to be read again."""
        if channel in self.held:
            held = self.held[channel]
            self._keep(channel, replace(held, next_free=max(held.next_free, until), read_at=0))

    def _keep(self, channel: Channel, bucket: Bucket) -> Bucket:
        self.held[channel] = bucket
        return bucket


@dataclass(slots=True)
class MemoryAccount:
    """The Accounts port: what the test says the provider says, and how often it was asked."""

    account: Account
    asked: int = 0

    def read(self) -> Account:
        """As it is."""
        self.asked += 1
        return self.account
