"""The ways out. Email: the provider's own events settle what nobody knows. SMS: nothing does. Webhook: idempotent."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from tandem.customer import Channel
from tandem.events.times import to_text
from tandem.sending.outcome import Reason
from tandem.sending.pacing import Account
from tandem.sending.ports import Abilities, Accepted, Answer, Envelope, Halted, NoAnswer, NotTaken, Rejected
from tandem.sending.reputation import Standing
from tests.simulator.weather import HOUR, MINUTE, NONE

if TYPE_CHECKING:
    from tests.simulator.world import World

DAY: Final = timedelta(days=1)
# What may be told of a mail, each with how likely that is and how long after it left it happens.
TOLD: Final = (
    ("Send", 0.9, NONE),
    ("DeliveryDelay", 0.05, HOUR),
    ("Delivery", 0.7, MINUTE),
    ("Open", 0.2, HOUR),
    ("Click", 0.1, HOUR),
)
BAD: Final = (("Permanent", 0.08, HOUR), ("Transient", 0.08, HOUR), ("Complaint", 0.05, DAY))
UNSUBSCRIBES: Final = 0.08  # so many do by the header of the mail
LATE: Final = (NONE, NONE, NONE, HOUR, 20 * HOUR, 3 * DAY, 70 * DAY)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that has left, to whom, and under which id."""

    id: str
    channel: Channel
    address: str
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
        return self.world.design.knows_copies[self.channel]

    def send(self, envelope: Envelope) -> Answer:
        """Hands it over. A kill is before or after; answers are lost before or after."""
        world = self.world
        world.judge.handed_over(envelope.id)
        again = world.design.sends_again
        try:
            return world.call(f"{self.channel}.send {envelope.id}", lambda: self._take(envelope), _Lost, again=again)
        except _Lost:
            return NoAnswer("lost")

    def _take(self, envelope: Envelope) -> Answer:
        world = self.world
        if world.is_throttled():
            return NotTaken("throttled")
        if self.channel is Channel.EMAIL and world.mails.is_used_up():
            return NotTaken("the day's quota is used up")
        if world.is_halted():
            world.later(world.now + 5 * HOUR, world.breakers.shut, self.channel)
            return Halted("sending is paused")
        if rejects(envelope.address, envelope.campaign):
            return Rejected(Reason.PROVIDER_REJECTED, "bad address")
        before = world.judge.taken(envelope.id) if self.channel is Channel.WEBHOOK else None
        if before:
            return Accepted(before.provider_id)
        taken = Taken(envelope.id, self.channel, envelope.address, world.now, world.number("accepted-"))
        world.judge.accepted(taken)
        if self.channel is Channel.EMAIL:
            self._report(taken)
        return Accepted(taken.provider_id)

    def _report(self, taken: Taken) -> None:
        """Late, twice, in any order, or never."""
        world = self.world
        if not world.is_reporting:
            return
        if world.is_harsh and world.fate.random() < UNSUBSCRIBES:
            world.later(taken.at + HOUR * world.fate.random(), world.workers.click, taken)
        for kind, chance, after in TOLD + (BAD if world.is_harsh else ()):
            if world.fate.random() < chance:
                happened = taken.at + after * world.fate.random()
                told = happened + world.fate.choice(LATE) * world.fate.random()
                for _ in range(1 + world.comes_twice()):
                    world.later(told, self._tell, taken, kind, happened)

    def _tell(self, taken: Taken, kind: str, happened: datetime) -> None:
        """Its own topic hears it, and the judge."""
        self.world.judge.reported(taken, kind, happened)
        self.world.reports.publish(json.dumps(report(taken, kind, happened)))


class SmsAccount:
    """Of text messages so many a second."""

    def read(self) -> Account:
        """Always the same."""
        return Account(rate=20)


class MailAccount:
    """Of mails so many a second, and perhaps not many a day."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def read(self) -> Account:
        """What has left in the last 24 hours counts."""
        return Account(rate=5, a_day=self.world.quota, sent=self._sent())

    def is_used_up(self) -> bool:
        """Whether it takes no more today."""
        return self.world.quota is not None and self._sent() >= self.world.quota

    def _sent(self) -> int:
        since = self.world.now - DAY
        taken = [each for some in self.world.judge.left.values() for each in some if each.channel is Channel.EMAIL]
        return sum(each.at > since for each in taken)


class GoodStanding:
    """What the provider thinks of the account."""

    def read(self, now: datetime) -> Standing:
        """Nothing bad."""
        return Standing(bounces=0.001, complaints=0.0)


class _Lost(Exception):
    """No answer came."""


def rejects(address: str, campaign: str) -> bool:
    """Whether the provider does not take this campaign at this address, whenever it is asked."""
    return sha256(f"{address} {campaign}".encode()).digest()[0] < 16


def report(taken: Taken, kind: str, happened: datetime) -> dict[str, Any]:
    """An event as SES publishes it."""
    mail = {
        "timestamp": to_text(taken.at),
        "messageId": taken.provider_id,
        "destination": [taken.address],
        "tags": {"decision": [taken.id]},
    }
    whom = [{"emailAddress": taken.address}]
    parts: dict[str, tuple[str, dict[str, Any]]] = {
        "Send": ("send", {}),
        "Delivery": ("delivery", {"recipients": [taken.address]}),
        "DeliveryDelay": ("deliveryDelay", {"delayType": "MailboxFull", "delayedRecipients": whom}),
        "Open": ("open", {"userAgent": "Mozilla/5.0"}),
        "Click": ("click", {"userAgent": "Mozilla/5.0", "link": "https://shop.example.com/new"}),
        "Permanent": ("bounce", {"bounceType": "Permanent", "bouncedRecipients": whom}),
        "Transient": ("bounce", {"bounceType": "Transient", "bouncedRecipients": whom}),
        "Complaint": ("complaint", {"complaintFeedbackType": "abuse", "complainedRecipients": whom}),
    }
    name, part = parts[kind]
    said = {} if kind == "Send" else {"timestamp": to_text(happened)}
    event_type = "Bounce" if kind in ("Permanent", "Transient") else kind
    return {"eventType": event_type, "mail": mail, name: {**part, **said}}
