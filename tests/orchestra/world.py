"""A shop with one customer: the real actor, the real `send`, the real door's form of events, over memory.

Everything that is under way (events, timers, sends, news) lies in one queue by time. What becomes of each thing on its
way is the program's choice: late, twice, lost, refused; a save that loses to another worker or whose answer is lost.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, Final

from tandem.actor import Actor, Loaded, Message
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryPlaybooks
from tandem.adapters.memory_sending import MemoryBreakers, MemoryConsents, MemoryContents, MemoryLedger, MemoryPace
from tandem.adapters.outbox import timer_message
from tandem.content import Content
from tandem.customer import Announce, Channel, Customer, Effect, Send, SetConsent, SetTimer
from tandem.errors import Unavailable
from tandem.events import Event, parse
from tandem.playbook import Live, Playbook, Stops
from tandem.sending import Ports, Rules, SendMode, deliver
from tandem.sending.outcome import COMES_BACK, Reason, Refused
from tandem.sending.ports import Abilities, Accepted, Answer, Envelope, Look, NoAnswer, NotTaken, Rejected
from tests.builders import DAY, HEADER, HOUR, MINUTE, by_door
from tests.exact.programs import Choices
from tests.orchestra.design import Design
from tests.orchestra.history import Wrong
from tests.orchestra.judge import Judge
from tests.unit.sending.builders import SENDER, a_content, a_template

NONE: Final = timedelta(0)
SECOND: Final = timedelta(seconds=1)
CONTENT: Final[Content] = a_content(words=a_template(show=[], paragraphs=["Hello."]))
RULES: Final = Rules(SendMode.LIVE, SENDER)
LATE: Final = (NONE, SECOND, 20 * MINUTE, 3 * HOUR, 30 * HOUR, 6 * DAY)


@dataclass(order=True, slots=True)
class Due:
    """Something on its way, and when it comes."""

    at: datetime
    place: int
    thing: Any = field(compare=False)


class Table(MemoryCustomers):
    """The customers' table. A read that is not strong may answer what was there before the last write."""

    def __init__(self, world: "World") -> None:
        super().__init__(header=HEADER, live=Live(0))
        self.world = world
        self.before: tuple[bytes, int] | None = None
        self.known: dict[tuple[bytes, int], Customer] = {}  # the last ones, unpacked

    def load(self, customer_ids: Collection[str]) -> Loaded:
        """A moment old, now and then."""
        if self.before and self.world.fate(10):
            held = dict(self._packed)
            self._packed[self.world.customer_id] = self.before
            loaded = self.load_again(self.world.customer_id)
            self._packed = held
            return loaded
        return self.load_again(self.world.customer_id)

    def load_again(self, customer_id: str) -> Loaded:
        """As it is."""
        loaded = super().load([customer_id])
        customers = {name: self.world.design.loaded(each) for name, each in loaded.customers.items()}
        return replace(loaded, customers=customers)

    def save(self, customer: Customer) -> None:
        """Another worker may have been faster, the table may be away, and its answer may be lost."""
        world = self.world
        world.overtake()
        fate = world.choose.below(24)
        if fate == 23:
            raise Unavailable("customers", "save")
        held = self._packed.get(customer.customer_id)
        if not world.design.checks_versions:
            customer = replace(customer, version=held[1] if held else 0)
        super().save(customer)
        self.before = held
        world.saved(customer)
        if fate == 22:
            raise Unavailable("customers", "save")

    def _read(self, customer_id: str) -> Customer:
        """What is stored, unpacked once."""
        packed = self._packed[customer_id]
        if packed not in self.known:
            self.known = {**dict([*self.known.items()][-1:]), packed: super()._read(customer_id)}
        return self.known[packed]

    def look(self, customer_id: str) -> Look:
        """As `send` looks, just before a message leaves."""
        return self.world.design.look(Look(self.get(customer_id), self.live.stops))


@dataclass(slots=True)
class Outbox:
    """Puts effects on their way, or says which it could not."""

    world: "World"

    def carry_out(self, effects: Sequence[Effect], *, now: datetime) -> frozenset[str]:
        """All of them, most of the time."""
        world = self.world
        undone = {each.id for each in effects if world.is_away and isinstance(each, SetConsent)}
        if effects and world.fate(16):
            undone |= {each.id for each in effects if world.fate(3)}
        for effect in effects:
            match effect:
                case _ if effect.id in undone:
                    pass
                case SetConsent():
                    world.consents.set_consent(effect)
                case SetTimer():
                    world.put_timer(effect)
                case Send():
                    world.put_send(effect)
                case _:
                    pass
        return frozenset(undone)


@dataclass(slots=True)
class Provider:
    """The way out: what it takes has left. Without an answer it may have left."""

    world: "World"
    channel: Channel
    abilities: Abilities = field(default_factory=Abilities)

    def send(self, envelope: Envelope) -> Answer:
        """Hands it over."""
        match self.world.choose.below(16):
            case 12:
                return Rejected(Reason.PROVIDER_REJECTED, "bad address")
            case 13:
                return NotTaken("throttled")
            case 14:
                return NoAnswer("lost before it left")
            case 15:
                self.world.left(envelope)
                return NoAnswer("lost after it left")
            case _:
                self.world.left(envelope)
                return Accepted(f"p-{envelope.id}")


@dataclass(slots=True)
class Pace(MemoryPace):
    """The places at the provider: far away at times, used up for today, or the provider has halted the account."""

    world: "World | None" = None

    def take(self, channel: Channel, *, transactional: bool) -> Refused | None:
        """A place, most of the time."""
        assert self.world is not None
        match self.world.choose.below(32):
            case 28:
                raise Unavailable("pace", "wait_for_a_place")
            case 29 | 30:
                return Refused(Reason.OVER_QUOTA)
            case 31:
                return Refused(Reason.HALTED, "sending is paused")
            case _:
                return None


@dataclass(slots=True)
class Breakers(MemoryBreakers):
    """The breakers, where operators' stops are: whoever stops something else next has closed them."""

    world: "World | None" = None

    def open(self, channel: Channel, why: str) -> None:
        """From now on."""
        assert self.world is not None
        stops = self.world.table.live.stops
        self.world.stop(replace(stops, breakers={**stops.breakers, channel.value: why}))


@dataclass(slots=True)
class Batch:
    """The events of one call of the actor, as far as they are not known to be saved."""

    bodies: list[str]
    events: list[Event]


class World:
    """Everything at one moment."""

    def __init__(self, now: datetime, customer_id: str, choose: Choices, design: Design | None = None) -> None:
        self.now = now
        self.customer_id = customer_id
        self.choose = choose
        self.design = design or Design()
        self.judge = Judge(customer_id, self.design)
        self.table = Table(self)
        self.playbooks = MemoryPlaybooks({})
        self.consents = MemoryConsents()
        self.ledger = MemoryLedger(self.consents)
        self.queue: list[Due] = []
        self.places = 0
        self.rivals: list[str] = []
        self.batches: list[Batch] = []
        self.told: list[tuple[object, ...]] = []
        self.sending: Send | None = None
        self.is_slow = False  # the queue of sends
        self.is_away = False  # the table of consents
        self.actor = Actor(
            self.table,
            self.playbooks,
            Outbox(self),
            MemoryDeadLetters(),
            lambda: self.now,
            by=self.design.by,
        )
        providers = {channel: Provider(self, channel) for channel in Channel}
        pace, breakers = Pace(world=self), Breakers(world=self)
        self.ports = Ports(self.ledger, self.table, MemoryContents({}), providers, self, pace, breakers)

    # ------------------------------------------------------------------------------------------------------ the people

    def publish(self, playbook: Playbook) -> None:
        """It holds at once."""
        self.say("playbook", playbook.number, playbook.model_dump_json(exclude={"shop", "products", "former"}))
        self.judge.playbooks[playbook.number] = playbook
        self.playbooks.published[playbook.number] = self.design.played(playbook)
        self.ports.contents.items[playbook.number] = CONTENT  # type: ignore[attr-defined]
        self.table.live = replace(self.table.live, number=playbook.number)

    def stop(self, stops: Stops) -> None:
        """From now on."""
        self.say("stopped", stops)
        self.table.live = replace(self.table.live, stops=stops)

    # ------------------------------------------------------------------------------------------------------- on its way

    def fate(self, out_of: int) -> bool:
        """Something goes wrong, once in so many times; nothing once the program has ended."""
        return self.choose.chance(out_of)

    def put(self, thing: Any, after: timedelta = NONE) -> None:
        """On its way."""
        self.places += 1
        heappush(self.queue, Due(self.now + after, self.places, thing))

    def put_event(self, envelope: Mapping[str, Any], after: timedelta, copies: int) -> None:
        """By the door, and again an hour later. It was received now, whenever it is handled."""
        for copy in range(copies):
            self.put(by_door(self.design.delivered(envelope, copy), self.now), after + copy * HOUR)

    def put_timer(self, effect: SetTimer) -> None:
        """A timer: on time, late, twice, or never."""
        fate, at = self.choose.below(12), max(effect.moment - self.now, NONE)
        for late in {8: (HOUR,), 9: (NONE, NONE), 10: (), 11: (2 * DAY, NONE)}.get(fate, (NONE,)):
            self.put(timer_message(effect), at + late)

    def put_send(self, send: Send) -> None:
        """In the queue of sends, for as long as that is long."""
        late = {5: LATE[1], 6: LATE[2], 7: LATE[3], 8: LATE[3], 9: LATE[4], 10: LATE[5]}
        fate = self.choose.below(12)
        self.put(send, late.get(fate, LATE[2] if self.is_slow else NONE))
        if fate == 11:
            self.put(send, LATE[2])

    def sends(self) -> list[Send]:
        """What is on its way to the customer."""
        return [each.thing for each in sorted(self.queue) if isinstance(each.thing, Send)]

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """News of a send, by the door."""
        fate = self.choose.below(9)
        self.put_event(self.design.news(envelope), LATE[fate - 5] if fate > 5 else NONE, copies=1 + (fate == 5))

    def pass_time(self, length: timedelta) -> None:
        """What is due until then comes, in order."""
        until = self.now + length
        while self.queue and self.queue[0].at <= until:
            due = heappop(self.queue)
            self.now = max(self.now, due.at)
            self.take(due.thing)
        self.now = max(self.now, until)

    def run_out(self) -> None:
        """Until nothing is on its way."""
        while self.queue:
            self.pass_time(max(NONE, self.queue[0].at - self.now))

    def take(self, thing: Any) -> None:
        """A message of one of the queues."""
        if isinstance(thing, Send):
            self._send(thing)
        else:
            self.handle([thing, *self._others()])

    def _others(self) -> list[str]:
        """More events of the same batch: what else is due, or comes too early."""
        bodies: list[str] = []
        while self.fate(4) and self.queue and isinstance(self.queue[0].thing, str):
            if self.queue[0].at > self.now:
                break
            bodies.append(heappop(self.queue).thing)
        return bodies

    # ----------------------------------------------------------------------------------------------------------- actor

    def handle(self, bodies: list[str]) -> None:
        """A batch for the actor; what fails comes back."""
        self.batches.append(Batch(bodies, [parse(body, self.now) for body in bodies]))
        self.say("handles", [(str(each.type), each.event_id, each.identity) for each in self.batches[-1].events])
        done = self.actor.handle(Message(str(at), body, self.now) for at, body in enumerate(bodies))
        self.batches.pop()
        if done.broken or done.refused:
            raise Wrong(f"a step broke: {done}")
        for failed in sorted(done.failed):
            self.say("comes back", failed)
            self.put(bodies[int(failed)], self.choose.one((MINUTE, MINUTE, 2 * HOUR, 12 * HOUR)))

    def race(self, envelope: Mapping[str, Any]) -> None:
        """An event that another worker handles while the next step is about to be saved."""
        self.rivals.append(by_door(envelope, self.now))

    def overtake(self) -> None:
        """Another worker handles what it has, whole, while this one is about to save."""
        rivals, self.rivals = self.rivals, []
        if rivals:
            self.say("a rival is faster")
            self.handle(rivals)
            if not self.fate(3):
                self._send_what_waits()

    def _send_what_waits(self) -> None:
        """`send` is faster too."""
        now = [each for each in self.queue if isinstance(each.thing, Send) and each.at <= self.now]
        self.queue = [each for each in self.queue if each not in now]
        heapify(self.queue)
        for each in now:
            self._send(each.thing)

    def saved(self, customer: Customer) -> None:
        """The commit: from here on what it says holds."""
        self.say("saved", customer.version + 1)
        self.judge.committed(customer, self.batches[-1].events, self.now, self.table.live.stops)
        for each in customer.owed:
            if not isinstance(each, SetConsent | Announce):
                self.say("  owes", each)
        held = self.table.get(self.customer_id)
        if held is None or replace(held, version=0) != replace(customer, version=0, size=held.size):
            raise Wrong(f"packed and unpacked it is another:\n{customer}\n{held}")

    # ------------------------------------------------------------------------------------------------------------ send

    def _send(self, send: Send) -> None:
        self.sending = send
        try:
            outcome = deliver(send, self.ports, RULES, lambda: self.now)
        except Unavailable as error:
            self.say("not sent now", send.id, error)
            self.put(send, 5 * MINUTE)
        else:
            self.say("send", send.id, outcome)
            if isinstance(outcome, Refused) and outcome.reason in COMES_BACK:
                self.judge.expired.add(send.id)

    def left(self, envelope: Envelope) -> None:
        """It has left."""
        self.say("left", envelope.id)
        if self.sending is None or self.sending.id != envelope.id:
            raise Wrong("something else left")
        self.judge.departed(self.sending, self.now, self.table.live.stops)

    # -------------------------------------------------------------------------------------------------------- the story

    def say(self, *words: object) -> None:
        """Notes what happens, in words that are put together when somebody asks."""
        self.told.append((self.now, *words))

    def story(self, wrong: str) -> str:
        """What happened, and what is wrong."""
        return "\n".join(" ".join(map(str, line)) for line in [*self.told, (self.now, wrong)])
