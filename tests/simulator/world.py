"""A shop at one moment: the real functions over queues, tables and providers in memory, and all that can go wrong.

Everything that happens is a call at its time, in one queue; chance comes from one generator. A worker can be killed at
each call of a port, and while it waits for the answer other workers do whole calls of theirs.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aws_lambda_powertools import Metrics

from functions.archive.app import run as run_archive
from functions.record.app import run as run_record
from functions.trigger.app import run as run_trigger
from tandem.actor import Actor
from tandem.adapters.dead_letters import DeadLetterQueue
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.outbox import Outbox
from tandem.customer import Channel
from tandem.playbook import Playbook, Stops
from tandem.sending import Ports, Rules, SendMode
from tests.builders import SHOP
from tests.simulator.design import Design
from tests.simulator.judge import Judge
from tests.simulator.provider import Provider
from tests.simulator.queues import Message, Queue, Run, Sns, Sqs, Topic
from tests.simulator.releases import SIDE_BY_SIDE, THIS, Release
from tests.simulator.sends import run_send
from tests.simulator.story import Killed, Story, Wrong
from tests.simulator.tables import (
    Archive,
    Breakers,
    Bus,
    Consents,
    Contents,
    Customers,
    Decisions,
    Ledger,
    Pace,
    Playbooks,
    Schedules,
)
from tests.simulator.weather import CALM, HOUR, NONE, Weather, a_weather
from tests.simulator.words import CONTENT, SENDER

METRICS: Final = Metrics(namespace="Tandem", service="simulator")  # all functions' share what they hold
LATENCY: Final = timedelta(milliseconds=7)
DEEPEST: Final = 2
SECOND: Final = timedelta(seconds=1)
SOON: Final = timedelta(minutes=15)
MOST_STEPS: Final = 40_000
SERVICES: Final = ("customers", "ledger", "consents", "sqs", "sns", "archive", "decisions", "email")
Storm = tuple[datetime, datetime, str]  # its begin and end, and which calls fail


class World:
    """Everything at one moment. Nothing goes wrong until it is told to."""

    settles = False  # whether there is somebody who looks after what nobody knows

    def __init__(self, start: datetime, seed: str, design: Design | None = None) -> None:
        self.now = start
        self.design = design or Design()
        self.fate = Random(f"{seed} faults")
        self.weather: Weather = CALM
        self.releases: tuple[Release, ...] = (THIS,)
        self.release: Release = THIS
        self.story = Story()
        self.judge = Judge(self)
        self.heap: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self.places = 0
        self.numbers = 0
        self.calls = 0
        self.kills = 0
        self.depth = 0
        self.deadline: datetime | None = None
        self.storms: list[Storm] = []
        self._tables()
        self._queues()
        self._functions()

    def _tables(self) -> None:
        self.customers = Customers(self)
        self.consents = Consents(self)
        self.ledger = Ledger(self, self.consents)
        self.decisions = Decisions(self)
        self.archive = Archive(self)
        self.playbooks = Playbooks(self)
        self.contents = Contents(self, CONTENT)
        self.schedules = Schedules(self)
        self.bus = Bus(self)

    def _queues(self) -> None:
        self.dead = {name: Queue(self, f"dead {name}") for name in ("events", "archive", "sends", "records")}

        def queue(name: str, run: Run, *numbers: int) -> Queue:
            hidden, timeout, most, batch = numbers
            return Queue(self, name, run, SECOND * hidden, SECOND * timeout, most, batch, self.dead[name])

        self.events = queue("events", lambda event: run_trigger(event, self.actor), 360, 60, 5, 10)
        self.to_archive = queue("archive", lambda event: run_archive(event, self.archive), 660, 60, 2, 50)
        self.sends = queue("sends", self._run_send, 540, 90, 5, 5)
        self.records = queue("records", lambda event: run_record(event, self.decisions), 180, 30, 5, 10)
        self.topic = Topic(self, (self.events, self.to_archive))
        self.queues = {each.name: each for each in (self.events, self.to_archive, self.sends, self.records)}

    def _functions(self) -> None:
        sqs = Sqs(self, {**self.queues, "dead events": self.dead["events"]})
        self.actor = Actor(
            customers=self.customers,
            playbooks=self.playbooks,
            outbox=Outbox(
                sqs,  # type: ignore[arg-type] # as much of the client as is used
                self.consents,
                self.schedules,
                self.bus,
                events_queue="events",
                records_queue="records",
                sends_queue="sends",
                schedule_after=SOON,
            ),
            dead_letters=DeadLetterQueue(sqs, "dead events"),  # type: ignore[arg-type]
            clock=lambda: self.now,
        )
        self.ports = Ports(
            ledger=self.ledger,
            customers=self.customers,
            contents=self.contents,
            providers={channel: Provider(self, channel) for channel in Channel},
            news=News(self, NewsTopic(Sns(self, self.topic), "door")),  # type: ignore[arg-type]
            pace=Pace(self),
            breakers=Breakers(),
        )

    def _run_send(self, event: dict[str, Any]) -> dict[str, Any]:
        return run_send(event, self.ports, Rules(SendMode.LIVE, SENDER), lambda: self.now)

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
            if self.places > MOST_STEPS:
                raise Wrong("it does not come to an end")
        self.now = max(self.now, until)

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
        assert queue.run
        event = {"Records": [message.record() for message in batch]}
        with self._worker(queue) as worker:
            self.say(f"{queue.name}:", *(message.id for message in batch), f"by {worker}" * (worker is not THIS.name))
            try:
                answer = queue.run(event)
            except Killed as killed:
                self.say(f"killed {killed}")
                self.kills += 1
                return {message.id for message in batch}
            METRICS.clear_metrics()
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            if failed:
                self.say("comes back:", *sorted(failed))
            return failed

    @contextmanager
    def _worker(self, queue: Queue) -> Iterator[str]:
        before = self.depth, self.deadline, self.release
        self.depth, self.deadline = self.depth + 1, self.now + queue.timeout
        self.release = self.fate.choice(self.releases)
        try:
            yield self.release.name
        finally:
            self.depth, self.deadline, self.release = before

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
            raise Killed(f"before {name}")
        if fate > 1 - weather.away or self._is_stormy(name):
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
            raise Killed(f"after {name}")
        if 0.3 < fate < 0.3 + weather.lost:
            self.say(f"{name}: its answer is lost")
            raise fault()
        return answer

    def _live(self, name: str) -> None:
        if self.deadline and self.now > self.deadline:
            raise Killed(f"by the timeout at {name}")

    def _is_stormy(self, name: str) -> bool:
        return any(begin <= self.now < end and name.startswith(service) for begin, end, service in self.storms)

    def _meanwhile(self) -> None:
        """Another worker takes what lies in a queue."""
        if not self.weather.overtaken or self.depth > DEEPEST or self.fate.random() > self.weather.overtaken:
            return
        queue = self.fate.choice((self.events, self.events, self.sends, self.records))
        if messages := queue.open():
            queue.hand_out([self.fate.choice(messages)])

    # ------------------------------------------------------------------------------------------------------------ fate

    def way(self) -> timedelta:
        """How long a message is on its way to its queue."""
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

    # ------------------------------------------------------------------------------------------- from calm to storm

    def go_wrong(self, length: timedelta) -> None:
        """From now on things go wrong, for so long."""
        self.weather = a_weather(self.fate)
        self.releases = self.fate.choice(SIDE_BY_SIDE)
        self.say(self.weather, *(each.name for each in self.releases))
        for _ in range(self.weather.storms):
            begin = self.now + length * self.fate.random()
            end = begin + HOUR * self.fate.choice((0.2, 1, 5))
            self.storms.append((begin, end, self.fate.choice(SERVICES)))
            self.say(f"storm: no {self.storms[-1][2]} from {begin:%m-%d %H:%M} to {end:%m-%d %H:%M}")

    def clear_up(self) -> None:
        """From now on nothing goes wrong."""
        self.say("---- nothing goes wrong from here on")
        self.weather, self.storms, self.releases = CALM, [], (THIS,)
        self.stop(Stops())

    def redrive(self) -> None:
        """What lies among the dead letters without a reason goes back to its queue."""
        for name, dead in self.dead.items():
            for message in list(dead.messages.values()):
                if "reason" not in message.attributes:
                    del dead.messages[message.id]
                    self.say(f"redriven to {name}: {message.id}")
                    self.queues[name].put(message.body)

    def is_over(self) -> bool:
        """Whether nothing is on its way, but for timers."""
        dead = [message for queue in self.dead.values() for message in queue.messages.values()]
        waits = any(queue.messages for queue in self.queues.values())
        return not waits and all("reason" in message.attributes for message in dead)

    def counted(self) -> Counter[str]:
        """What there was of what."""
        left = sum(len(each) for each in self.judge.left.values())
        return Counter(worlds=1, calls=self.calls, kills=self.kills, decided=len(self.judge.decided), messages=left)


class News:
    """The door, as `send` uses it."""

    def __init__(self, world: World, topic: NewsTopic) -> None:
        self.world = world
        self.topic = topic

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """What became of a message."""
        told = self.world.design.news(envelope)
        if told is not None:
            self.topic.tell(told)
