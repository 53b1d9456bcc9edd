"""A shop at one moment: the real functions over queues, tables and providers in memory, and all that can go wrong.

Everything that happens is a call at its time, in one queue; chance comes from one generator. A worker can be killed at
each call of a port, and while it waits for the answer other workers do whole calls of theirs.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tandem.events import Event
from tandem.playbook import Playbook, Stops
from tests.builders import SHOP
from tests.simulator.design import Design
from tests.simulator.judge import Judge
from tests.simulator.provider import MailAccount
from tests.simulator.queues import Message, Queue, Topic
from tests.simulator.releases import SIDE_BY_SIDE, THIS, Release
from tests.simulator.story import Killed, Story, Wrong
from tests.simulator.tables import (
    Breakers,
    Bus,
    Consents,
    Contents,
    Customers,
    Decisions,
    Ledger,
    Playbooks,
    Schedules,
)
from tests.simulator.weather import CALM, HOUR, MINUTE, NONE, Weather, a_weather
from tests.simulator.words import CONTENT
from tests.simulator.workers import Workers

LATENCY: Final = timedelta(milliseconds=7)
DEEPEST: Final = 2
MOST_THINGS: Final = 60_000
SERVICES: Final = ("customers", "ledger", "consents", "sqs", "sns", "archive", "decisions", "email", "buckets", "index")
Storm = tuple[datetime, datetime, str]  # its begin and end, and which calls fail


@dataclass(slots=True)
class Hand:
    """The sends that a worker has reserved, and whether one of its calls went wrong."""

    sends: set[str] = field(default_factory=set)
    is_troubled: bool = False


class World:
    """Everything at one moment. Nothing goes wrong until it is told to.

    `is_harsh`: mails bounce, people complain, the provider halts, the day's quota is small.
    """

    def __init__(self, start: datetime, seed: str, design: Design | None = None, *, is_harsh: bool = False) -> None:
        self.now = start
        self.design = design or Design()
        self.fate = Random(f"{seed} faults")
        self.is_harsh = is_harsh
        self.weather: Weather = CALM
        self.releases: tuple[Release, ...] = (THIS,)
        self.release: Release = THIS
        self.story = Story()
        self.judge = Judge(self)
        self.heap: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self.places = self.numbers = self.calls = self.kills = self.depth = 0
        self.deadline: datetime | None = None
        self.in_hand = Hand()
        self.storms: list[Storm] = []
        self.read: dict[str, Event] = {}  # what was published, as the checks have read it
        self.quota: float | None = None
        self.is_reporting = False
        self.is_settling = False
        self._tables()
        self.workers = Workers(self)
        queues = self.workers.queues
        self.queues, self.dead = queues, self.workers.dead
        self.events = queues["events"]
        self.topic = Topic(self, (self.events, queues["archive"]))
        self.reports = Topic(self, (queues["feedback"],))

    def _tables(self) -> None:
        self.customers = Customers(self)
        self.consents = Consents(self)
        self.ledger = Ledger(self, self.consents)
        self.decisions = Decisions(self)
        self.playbooks = Playbooks(self)
        self.contents = Contents(self, CONTENT)
        self.schedules = Schedules(self)
        self.bus = Bus(self)
        self.breakers = Breakers(self)
        self.mails = MailAccount(self)

    # ------------------------------------------------------------------------------------------------------------ time

    def later(self, at: datetime, act: Callable[..., None], *about: Any) -> None:
        """Something to happen at a moment, or as soon as that can be."""
        self.places += 1
        heappush(self.heap, (at, self.places, act, about))

    def pass_time(self, until: datetime) -> None:
        """What is due until then happens, in order."""
        while self.heap and self.heap[0][0] <= until:
            at, _, act, about = heappop(self.heap)
            self.now = max(self.now, at)
            act(*about)
            if self.judge.wrongs:
                raise Wrong(self.judge.wrongs[0])
            if self.places > MOST_THINGS:
                raise Wrong("it does not come to an end")
        self.now = max(self.now, until)

    def pause(self, seconds: float) -> None:
        """A worker sleeps."""
        self.now += timedelta(seconds=seconds)

    def number(self, kind: str) -> str:
        """A name that nothing else has."""
        self.numbers += 1
        return f"{kind}{self.numbers}"

    def say(self, *words: object) -> None:
        """Notes what happens."""
        self.story.say(self.now, self.depth, *words)

    # --------------------------------------------------------------------------------------------------------- workers

    def work(self, queue: Queue, batch: list[Message]) -> set[str]:
        """A worker takes a batch. Returns the ids of those that are not finished: all of them, if it is killed."""
        run = queue.run
        assert run
        event = {"Records": [message.record() for message in batch]}
        answer = self.at_work(f"{queue.name}: {' '.join(event.id for event in batch)}", queue.timeout, run, event)
        if answer is None:
            return {message.id for message in batch}
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        if failed:
            self.say("comes back:", *sorted(failed))
        return set() if self.design.acknowledges_all else failed

    def at_work(self, name: str, timeout: timedelta, run: Callable[[Any], Any], event: Any) -> Any:
        """What a function answers; None if it is killed."""
        with self._worker(name, timeout) as worker:
            self.say(name, f"by {worker}" if worker is not THIS.name else "")
            try:
                return run(event)
            except Killed as killed:
                self.say(f"killed {killed}")
                self.kills += 1
                return None
            finally:
                self.workers.forget_metrics()
                self.settle_soon()

    @contextmanager
    def _worker(self, name: str, timeout: timedelta) -> Iterator[str]:
        before = self.depth, self.deadline, self.release, self.in_hand
        self.depth, self.deadline, self.in_hand = self.depth + 1, self.now + timeout, Hand()
        self.release = self.fate.choice([each for each in self.releases if each.has(name)])
        try:
            yield self.release.name
        finally:
            if self.in_hand.is_troubled:
                self.judge.doubtful |= self.in_hand.sends
            self.depth, self.deadline, self.release, self.in_hand = before

    def call[R](self, name: str, act: Callable[[], R], fault: Callable[[], Exception], *, again: bool = False) -> R:
        """One call of a port.

        `fault` is what the caller sees of one that failed, or whose answer was lost; `again`: the client itself tries
        once more.
        """
        weather, fate = self.weather, self.fate.random()
        self.now += LATENCY
        self.calls += 1
        if weather.slow and self.fate.random() < weather.slow:
            self.now += timedelta(seconds=self.fate.choice((5, 20, 80)))
        self._meanwhile()
        self._live(name)
        if fate < weather.killed:
            self.in_hand.is_troubled = True
            raise Killed(f"before {name}")
        if fate > 1 - weather.away or self._is_stormy(name):
            self.in_hand.is_troubled = True
            self.say(f"{name}: no connection")
            raise fault()
        answer = act()
        self.say(name)
        if again and 0.5 < fate < 0.5 + weather.repeated:
            self.say(f"{name}, by the client, again")
            answer = act()
        self._meanwhile()
        self._live(name)
        if 0.2 < fate < 0.2 + weather.killed:
            self.in_hand.is_troubled = True
            raise Killed(f"after {name}")
        if 0.3 < fate < 0.3 + weather.lost:
            self.in_hand.is_troubled = True
            self.say(f"{name}: its answer is lost")
            raise fault()
        return answer

    def _live(self, name: str) -> None:
        if self.deadline and self.now > self.deadline:
            self.in_hand.is_troubled = True
            raise Killed(f"by the timeout at {name}")

    def _is_stormy(self, name: str) -> bool:
        return any(begin <= self.now < end and name.startswith(service) for begin, end, service in self.storms)

    def _meanwhile(self) -> None:
        """Another worker takes what lies in a queue."""
        if not self.weather.overtaken or self.depth > DEEPEST or self.fate.random() > self.weather.overtaken:
            return
        queue = self.queues[self.fate.choice(("events", "events", "sends", "sends", "records", "feedback"))]
        if messages := queue.open():
            queue.hand_out([self.fate.choice(messages)])

    def settle_soon(self) -> None:
        """Where something is open or lies among the dead letters, `settle` will look: in some minutes."""
        if self.is_settling or not self.workers.has_to_settle():
            return
        self.is_settling = True
        self.later(self.now + MINUTE * (5 + 25 * self.fate.random()), self._settle)

    def _settle(self) -> None:
        self.is_settling = False
        if self.workers.has_to_settle():
            self.at_work("settle", 5 * MINUTE, self.workers.settle, None)

    # ------------------------------------------------------------------------------------------------------------ fate

    def way(self, queue: str) -> timedelta:
        """How long a message is on its way to its queue, or waits there for its turn."""
        if queue == "sends" and self.weather.backlog and self._is(0.7):
            return self.weather.backlog * self.fate.random()
        if self.weather.late and self.fate.random() < self.weather.late:
            return self.weather.latest * self.fate.random()
        return NONE

    def lateness(self) -> timedelta:
        """How late the scheduler is."""
        return self.fate.choice((NONE, timedelta(seconds=40), HOUR)) if self.weather.late else NONE

    def comes_twice(self) -> bool:
        """Whether a message is handed out once more."""
        return self._is(self.weather.twice)

    def refuses(self) -> bool:
        """Whether an entry of a batch is not taken."""
        return self._is(self.weather.refused)

    def is_stale(self) -> bool:
        """Whether a read shows what was there a moment ago."""
        return self._is(self.weather.stale)

    def is_throttled(self) -> bool:
        """Whether the provider takes no more for now."""
        return self._is(self.weather.throttled)

    def is_halted(self) -> bool:
        """Whether the provider takes nothing until somebody has looked."""
        return self.is_harsh and self._is(self.weather.throttled / 4)

    def is_new(self) -> bool:
        """Whether a worker has nothing cached."""
        return bool(self.weather.away) and self._is(0.1)

    def _is(self, chance: float) -> bool:
        return bool(chance) and self.fate.random() < chance

    def zone(self, name: str) -> ZoneInfo:
        """The zone that somebody names, or the shop's."""
        try:
            return ZoneInfo(name or SHOP.default_time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(SHOP.default_time_zone)

    # ------------------------------------------------------------------------------------------------------ the people

    def publish(self, playbook: Playbook) -> None:
        """It holds at once."""
        self.playbooks.published[playbook.number] = playbook
        self.customers.live = replace(self.customers.live, number=playbook.number)

    def stop(self, stops: Stops) -> None:
        """From now on."""
        self.say("stopped:", stops)
        self.customers.live = replace(self.customers.live, stops=stops)

    def arrive(self, event: Mapping[str, Any]) -> None:
        """By the door."""
        self.say(f"arrives: {event['type']} {event['event_id']} of {event['customer_id']}", event["properties"])
        self.topic.publish(json.dumps(event))

    # ------------------------------------------------------------------------------------------------- calm and storm

    def go_wrong(self, length: timedelta) -> None:
        """From now on things go wrong, for so long."""
        self.weather = a_weather(self.fate)
        self.releases = self.fate.choice(SIDE_BY_SIDE)
        self.is_reporting = True
        self.quota = self.fate.choice((None, None, 8, 3)) if self.is_harsh else None
        self.say(self.weather, *(each.name for each in self.releases))
        for _ in range(self.weather.storms):
            begin = self.now + length * self.fate.random()
            end = begin + HOUR * self.fate.choice((0.2, 1, 5))
            self.storms.append((begin, end, self.fate.choice(SERVICES)))
            self.say(f"storm: no {self.storms[-1][2]} from {begin:%m-%d %H:%M} to {end:%m-%d %H:%M}")

    def clear_up(self) -> None:
        """From now on nothing goes wrong, and nothing is stopped."""
        self.say("---- nothing goes wrong from here on")
        self.weather, self.storms, self.releases, self.quota = CALM, [], (THIS,), None
        self.breakers.opened.clear()
        self.stop(Stops())

    def counted(self) -> Counter[str]:
        """What there was of what."""
        left = sum(len(each) for each in self.judge.left.values())
        return Counter(worlds=1, calls=self.calls, kills=self.kills, decided=len(self.judge.decided), messages=left)
