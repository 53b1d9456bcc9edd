"""The same actor and step as on AWS, over the memory twins, on a clock that jumps from event to timer to event."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush
from json import dumps

from tandem.actor import Actor, Message
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.adapters.outbox import timer_message
from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import Announce, Customer, Record, Send, SetTimer
from tandem.decisions import Decision, Reached, read_record
from tandem.playbook import Live, Playbook


@dataclass(frozen=True, slots=True)
class Arrival:
    """An envelope as it was published, and when it was received (aware)."""

    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it, in the order it was made.

    `announced` are changes of published attributes. `events` were handled for the first time, `again` are repetitions
    and what is too old to count; `refused` cannot be handled; `left_out` were received after `until`, and `waiting`
    timers had not fired by then. `reached` are the goals that decisions came to.
    """

    decisions: tuple[Decision, ...]
    sends: tuple[Send, ...]
    announced: tuple[Announce, ...]
    customers: tuple[Customer, ...]
    events: int
    again: int
    refused: int
    left_out: int
    waiting: int
    reached: tuple[Reached, ...] = ()


def replay(
    arrivals: Iterable[Arrival],
    playbook: Playbook,
    profiles: Mapping[str, Profile] | None = None,
    header: SnapshotHeader | None = None,
    *,
    until: datetime | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Hands the events to the actor in the order they were received, one at a time, and goes on until all waits have
    ended, or to `until`. Every message leaves at once, and the customer hears of it. `done` hears of each event
    handled. The same arguments give the same result."""
    run = _Run(playbook, profiles or {}, header)
    ordered = sorted(arrivals, key=lambda arrival: arrival.received_at)
    within = [arrival for arrival in ordered if until is None or arrival.received_at <= until]
    for arrival in within:
        run.fire_before(arrival.received_at)
        run.handle(_by_door(arrival), arrival.received_at)
        done(1)
    run.fire_rest(until)
    return Replayed(
        decisions=tuple(each for each in run.recorded.values() if isinstance(each, Decision)),
        sends=tuple(run.sends.values()),
        announced=tuple(run.announced.values()),
        customers=tuple(run.customers.all()),
        events=run.events,
        again=len(within) - run.events - len(run.dead_letters.letters),
        refused=len(run.dead_letters.letters),
        left_out=len(ordered) - len(within),
        waiting=len(run.timers),
        reached=tuple(each for each in run.recorded.values() if isinstance(each, Reached)),
    )


class _Run:
    """The actor in its world, under way."""

    def __init__(self, playbook: Playbook, profiles: Mapping[str, Profile], header: SnapshotHeader | None) -> None:
        self.now = datetime.min.replace(tzinfo=UTC)
        self.customers = MemoryCustomers(dict(profiles), header, Live(playbook.number))
        self.outbox, self.dead_letters = MemoryOutbox(), MemoryDeadLetters()
        playbooks = MemoryPlaybooks({playbook.number: playbook})
        self.actor = Actor(self.customers, playbooks, self.outbox, self.dead_letters, lambda: self.now)
        self.timers: list[tuple[datetime, str, SetTimer]] = []
        self.armed: set[str] = set()
        self.recorded: dict[str, Decision | Reached] = {}
        self.sends: dict[str, Send] = {}
        self.announced: dict[str, Announce] = {}
        self.events = 0

    def handle(self, body: str, now: datetime) -> None:
        """What comes from outside, and all that follows from it at once."""
        self.events += self._step(body, now)

    def _step(self, body: str, now: datetime) -> int:
        self.now = now
        handled = self.actor.handle([Message("message", body, now)])
        if handled.broken:
            raise handled.broken[0][1]
        left: list[Send] = []
        for effect in self.outbox.effects:
            match effect:
                case SetTimer() if effect.id not in self.armed:
                    self.armed.add(effect.id)
                    heappush(self.timers, (effect.moment, effect.id, effect))
                case Record() if effect.id not in self.recorded:
                    self.recorded[effect.id] = read_record(effect.document)
                case Send() if effect.id not in self.sends:
                    self.sends[effect.id] = effect
                    left.append(effect)
                case Announce():
                    self.announced.setdefault(effect.id, effect)
                case _:
                    pass  # a consent, or an effect that was owed and is carried out again
        self.outbox.effects.clear()
        for send in left:
            self._step(_by_door(Arrival(sent_message(send, now), now)), now)
        return handled.events

    def fire_before(self, moment: datetime) -> None:
        """What arrives at the very moment a timer fires is handled before it."""
        while self.timers and self.timers[0][0] < moment:
            self._fire()

    def fire_rest(self, until: datetime | None) -> None:
        while self.timers and (until is None or self.timers[0][0] <= until):
            self._fire()

    def _fire(self) -> None:
        moment, _, effect = heappop(self.timers)
        self.handle(timer_message(effect), moment)


def sent_message(send: Send, now: datetime) -> str:
    """The event by which a customer hears that a message has left."""
    return dumps(
        {
            "v": 1,
            "event_id": f"sent-{send.id}",
            "type": "message_sent",
            "customer_id": send.customer_id,
            "occurred_at": now.astimezone(UTC).isoformat(),
            "properties": {"send_id": send.id, "campaign": send.campaign, "channel": send.channel.value},
        }
    )


def _by_door(arrival: Arrival) -> str:
    """The message that the topic puts on the queue."""
    timestamp = arrival.received_at.astimezone(UTC).isoformat()
    return dumps({"Type": "Notification", "Message": arrival.text, "Timestamp": timestamp})
