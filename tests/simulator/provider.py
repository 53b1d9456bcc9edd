"""The ways out. Email: the provider's own events settle what nobody knows. SMS: nothing does. Webhook: idempotent."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from tandem.customer import Channel
from tandem.sending.outcome import Reason
from tandem.sending.ports import Abilities, Accepted, Answer, Envelope, NoAnswer, NotTaken, Rejected

if TYPE_CHECKING:
    from tests.simulator.world import World

ABILITIES: Final = {
    Channel.EMAIL: Abilities(settles=True),
    Channel.SMS: Abilities(),
    Channel.PUSH: Abilities(),
    Channel.WEBHOOK: Abilities(idempotent=True),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that has left."""

    id: str
    channel: Channel
    at: datetime
    provider_id: str


class Provider:
    """What it takes has left. Some things it never takes; that depends on the message alone."""

    def __init__(self, world: "World", channel: Channel) -> None:
        self.world = world
        self.channel = channel

    @property
    def abilities(self) -> Abilities:
        """Of the channel."""
        return ABILITIES[self.channel]

    def send(self, envelope: Envelope) -> Answer:
        """Hands it over. A kill is before or after; answers are lost before or after."""
        world = self.world
        world.judge.handed_over(envelope.id)
        try:
            return world.call(f"{self.channel}.send {envelope.id}", lambda: self._take(envelope), _Lost)
        except _Lost:
            return NoAnswer("lost")

    def _take(self, envelope: Envelope) -> Answer:
        world = self.world
        if world.is_throttled():
            return NotTaken("throttled")
        if rejects(envelope.address, envelope.campaign):
            return Rejected(Reason.PROVIDER_REJECTED, "bad address")
        before = world.judge.taken(envelope.id) if self.abilities.idempotent else None
        if before:
            return Accepted(before.provider_id)
        taken = Taken(envelope.id, self.channel, world.now, world.number("accepted-"))
        world.judge.accepted(taken)
        return Accepted(taken.provider_id)


class _Lost(Exception):
    """No answer came."""


def rejects(address: str, campaign: str) -> bool:
    """Whether the provider does not take this campaign at this address, whenever it is asked."""
    return sha256(f"{address} {campaign}".encode()).digest()[0] < 16
