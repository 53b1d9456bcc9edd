"""The actor in its world, under way: memory twins, a clock that jumps, and everything that is due in its order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from json import dumps, loads
from typing import Any

from tandem.actor import Actor, Message
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.adapters.outbox import timer_message
from tandem.customer import Record, Send, SetConsent, SetTimer
from tandem.decisions import Decision, Reached, read_record
from tandem.errors import BadEvent
from tandem.testing.happened import Came, Decided, Happened
from tandem.testing.sender import Sender

Act = Callable[[], None]


@dataclass(slots=True)
class Running:
    """`now` (UTC) only moves on. What is due at one moment happens in the order it was asked for."""

    now: datetime
    customers: MemoryCustomers
    playbooks: MemoryPlaybooks
    sender: Sender
    happened: list[Happened] = field(default_factory=list)
    _outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    _dead: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)
    _due: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)
    _armed: set[str] = field(default_factory=set)
    _recorded: set[str] = field(default_factory=set)

    def receive(self, envelope: Mapping[str, Any]) -> None:
        """An event comes by the door, now. Raises BadEvent for one that can never be handled."""
        self.happened.append(Came(self.now, envelope["customer_id"], envelope["type"], envelope["properties"]))
        self._by_door(envelope)
        self.go_to(self.now)

    def go_to(self, moment: datetime) -> None:
        """Moves the clock, and everything that is due up to then, then included, happens at its own time."""
        while self._due and self._due[0][0] <= moment:
            at, _, act = heappop(self._due)
            self.now = max(self.now, at)
            act()
        self.now = max(self.now, moment)

    def at(self, moment: datetime, act: Act) -> None:
        """Something happens at a moment."""
        heappush(self._due, (moment, next(self._order), act))

    def _by_door(self, envelope: Mapping[str, Any]) -> None:
        """The message that the topic puts on the queue."""
        timestamp = self.now.astimezone(UTC).isoformat()
        self._handle(dumps({"Type": "Notification", "Message": dumps(envelope), "Timestamp": timestamp}))

    def _handle(self, body: str) -> None:
        actor = Actor(self.customers, self.playbooks, self._outbox, self._dead, lambda: self.now)
        handled = actor.handle([Message("message", body, self.now)])
        if self._dead.letters:
            _, reason, of = self._dead.letters.pop()
            raise BadEvent(reason, of)
        for customer_id, error in handled.broken:
            error.add_note(f"No step could be made for {customer_id}.")
            raise error
        effects, self._outbox.effects = self._outbox.effects, []
        for effect in effects:
            match effect:
                case SetTimer() if effect.id not in self._armed:
                    self._armed.add(effect.id)
                    self.at(effect.moment, partial(self._handle, timer_message(effect)))
                case Record() if effect.id not in self._recorded:
                    self._recorded.add(effect.id)
                    self._recorded_now(effect)
                case SetConsent():
                    self.sender.consents.set_consent(effect)
                case Send():
                    self.at(self.now + self.sender.delay, partial(self._send, effect))
                case _:
                    pass  # news for other systems, or an effect that was owed and is carried out again

    def _recorded_now(self, effect: Record) -> None:
        match read_record(effect.document):
            case Decision() as decision:
                self.happened.append(Decided(self.now, effect.customer_id, decision))
            case Reached():
                pass  # what came of a message is no part of what is said

    def _send(self, send: Send) -> None:
        came_of_it = self.sender.deliver(send, self.customers.load([send.customer_id]), self.now)
        self.happened += [each for each in (came_of_it,) if each]
        for told in self.sender.news():
            self._by_door(loads(dumps(told)))
