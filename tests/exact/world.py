"""A shop with one customer: the real actor, archive code and builder's step, over memory, with all that can go wrong.

What is modelled here and not the product's own code is named in `slow.py` (building and loading snapshots).
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.actor import Actor, Loaded, Message, attributes_of
from tandem.actor.step import zone_of
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.adapters.memory_archive import MemoryArchive, MemoryUnarchived
from tandem.archive import Delivery, Line, keep
from tandem.attributes import Profile, Rule, SnapshotHeader, Value, Window
from tandem.customer import Announce, Customer, unpack_customer
from tandem.playbook import Live, Playbook
from tandem.playbook.standard import RESERVED_CODES
from tests.builders import SHOP
from tests.exact.facts import CUSTOMER, Copy
from tests.exact.family import STANDARD, Body
from tests.exact.reference import Handled, counted, left_out, value
from tests.exact.slow import AsDesigned, Build, Design, Slow

SLOTS: Final = ("one", "two", "three", "four")
SHOP_ZONE: Final = "America/New_York"
STALE: Final = timedelta(minutes=5)
Definition = tuple[Body, Window]


class Wrong(AssertionError):
    """A value is not the reference's."""


@dataclass(slots=True)
class Probes:
    """What was looked at: values in all, those complete, and those that said why they were not."""

    values: int = 0
    complete: int = 0
    merged: int = 0  # complete ones that had a part in the profile and a part live

    def __add__(self, other: "Probes") -> "Probes":
        return Probes(self.values + other.values, self.complete + other.complete, self.merged + other.merged)


@dataclass(slots=True)
class _Version[Item]:
    """What a key of the table held, and since when."""

    at: datetime
    item: Item


class Table(MemoryCustomers):
    """The table with its past: a read that is not strong may answer what was there up to `STALE` ago, key by key."""

    def __init__(self, clock: Callable[[], datetime], strong: bool) -> None:
        super().__init__(live=Live())
        self.clock = clock
        self.strong = strong
        self.lags: Sequence[timedelta] = ()
        self.rival: Callable[[], None] | None = None
        self.last: Loaded | None = None
        self.past: dict[str, list[_Version[Any]]] = {}
        self.read = (b"", 0), Customer(CUSTOMER)

    def write(self, key: str, item: Any, at: datetime | None = None) -> None:
        """Keeps it as what a key holds from now on."""
        self.past.setdefault(key, []).append(_Version(at or self.clock(), item))

    def load(self, customer_ids: Collection[str]) -> Loaded:
        """What the keys held a moment ago."""
        return self._at(self.lags)

    def load_again(self, customer_id: str) -> Loaded:
        """What they hold now, unless this protection is switched off."""
        return self._at(() if self.strong else [timedelta(0), *self.lags[1:2]])

    def save(self, customer: Customer) -> None:
        """A rival may have been faster."""
        rival, self.rival = self.rival, None
        if rival:
            rival()
        super().save(customer)
        self.write("customer", self._packed[CUSTOMER])

    def _at(self, lags: Sequence[timedelta]) -> Loaded:
        keys = ("customer", "profile", "header", "playbook")
        lag = dict(zip(keys, (*lags, *[timedelta(0)] * 4)[:4], strict=True))
        packed, profile, header, number = (self._then(key, lag[key]) for key in keys)
        customers = {CUSTOMER: self._unpacked(packed)} if packed else {}
        self.last = Loaded(customers, {CUSTOMER: profile} if profile else {}, header, Live(number or 0))
        return self.last

    def _unpacked(self, packed: tuple[bytes, int]) -> Customer:
        if packed != self.read[0]:
            self.read = packed, unpack_customer(*packed)
        return self.read[1]

    def _then(self, key: str, lag: timedelta) -> Any:
        held = self.past.get(key, [])
        moment = self.clock() - lag
        known = [version.item for version in held if version.at <= moment]
        return known[-1] if known else None


@dataclass
class World:
    """Everything at one moment. `told` is what happened, to be read when a value is wrong."""

    now: datetime
    design: Design = field(default_factory=AsDesigned)
    told: list[tuple[object, ...]] = field(default_factory=list)
    probes: Probes = field(default_factory=Probes)

    def __post_init__(self) -> None:
        self.table = Table(lambda: self.now, self.design.reads_again)
        self.playbooks = Shown({})
        self.outbox = MemoryOutbox()
        self.archive, self.unarchived = MemoryArchive(), MemoryUnarchived()
        self.actor = Actor(
            self.table, self.playbooks, self.outbox, MemoryDeadLetters(), lambda: self.now, self.design.limits
        )
        self.slow = Slow(self.design, self.archive, self.unarchived)
        self.definitions: dict[int, dict[str, tuple[Definition, Rule]]] = {}
        self.last_code = RESERVED_CODES
        self.handled: list[Handled] = []
        self.received: list[Copy] = []
        self.to_archive: list[tuple[datetime, Copy, bool]] = []
        self.archived: list[tuple[datetime, Copy]] = []
        self.announced: set[tuple[str, str]] = set()

    def say(self, *words: object) -> None:
        """Notes what happens, in words that are put together when somebody asks."""
        self.told.append((self.now, *words))

    # The shop's people.

    def publish(self, slots: Mapping[str, Definition]) -> None:
        """A playbook with these attributes, with codes and versions as a publisher gives them."""
        number = len(self.definitions) + 1
        before = self.definitions.get(number - 1, {})
        since = self.now if number > 1 else None
        now: dict[str, tuple[Definition, Rule]] = {}
        for attribute, definition in slots.items():
            held = before.get(attribute)
            if held and held[0] == definition:
                now[attribute] = held
            else:
                self.last_code += 1
                body, window = definition
                rule = body.rule(attribute, self.last_code, window, number, since)
                now[attribute] = (definition, self.design.rule(rule, SLOTS.index(attribute)))
        self.definitions[number] = now
        self.playbooks.published[number] = Playbook.model_construct(
            number=number,
            published_at=self.now,
            shop=SHOP,
            campaigns=(),
            products=(),
            rules=tuple(rule for _, rule in now.values()),
            derived=(),
        )
        self.table.write("playbook", number, self.now if since else self.now - 9 * STALE)
        written = [f"{name}={rule.code} {body.name} {_of(window)}" for name, ((body, window), rule) in now.items()]
        self.say("playbook", number, written)

    # What arrives.

    def receive(self, copy: Copy, archived_after: timedelta, *, known: bool) -> None:
        """By the door, on its way to the archive. The watermark may know that it waits."""
        self.received.append(copy)
        self.to_archive.append((self.now + archived_after, copy, known))
        self.say("received", copy, "archived after", archived_after, "which is known" if known else "")
        if known:
            self.unarchived.waiting.append(copy.received)

    def bring(self, copy: Copy) -> None:
        """History: an order that the actor never hears of, received when it occurred."""
        self.say("imported", copy)
        name = f"import-{len(self.archive.imports())}"
        self.archive.write_import(name, [Line(copy.received, json.loads(copy.message)["Message"])])
        self.archived.append((self.now, copy))

    def pass_time(self, length: timedelta) -> None:
        """Until then, what is due comes to the archive."""
        self.now += length
        for due, copy, known in [each for each in self.to_archive if each[0] <= self.now]:
            self.to_archive.remove((due, copy, known))
            self.archived.append((due, copy))
            keep([Delivery(f"m{len(self.archived)}", copy.message, due)], self.archive)
            if known:
                self.unarchived.waiting.remove(copy.received)

    def handle(self, copies: Sequence[Copy], lags: Sequence[timedelta] = (), rivals: Sequence[Copy] = ()) -> None:
        """A batch for the actor. Its read may be stale; a rival may commit `rivals` before it does."""
        if rivals:
            self.table.rival = lambda: self._overtake(rivals)
        self._handle(copies, lags)
        self.table.rival = None

    def _overtake(self, rivals: Sequence[Copy]) -> None:
        shown, read = self.playbooks.shown, self.table.last
        self._handle(rivals, ())
        self.playbooks.shown, self.table.last = shown, read  # of the step that is under way
        self.outbox.effects.clear()

    def _handle(self, copies: Sequence[Copy], lags: Sequence[timedelta]) -> None:
        self.say("handled", [copy.event_id for copy in copies], f"read late: {[*map(str, lags)]}" if any(lags) else "")
        self.table.lags = lags
        self.outbox.effects.clear()
        taken = [copy for copy in copies if self.design.delivers(copy, self.handled)]
        done = self.actor.handle(Message(f"m{at}", copy.message, self.now) for at, copy in enumerate(taken))
        if done.broken or done.failed or done.refused:
            raise Wrong(self.story(f"a batch failed: {done}"))
        number = self.playbooks.shown
        self.handled += [Handled(copy, self.now, number) for copy in copies]
        told = [each for each in self.outbox.effects if isinstance(each, Announce)]
        new = [each for each in told if (each.id, str(each.change)) not in self.announced]
        self.announced |= {(each.id, str(each.change)) for each in new}
        if new and self.table.last:
            announced = {each.change.attribute: each.change.after for each in new}
            self._check_announced(announced, self.table.last, number)
        self.table.lags = ()

    def _check_announced(self, announced: Mapping[str, Any], loaded: Loaded, number: int) -> None:
        events = self._events(loaded.profiles.get(CUSTOMER))
        for attribute, told in announced.items():
            (body, window), _ = self.definitions[number][attribute]
            right = value(body, window, events, zone=self.zone, now=self.now)
            if (list(right) if isinstance(right, tuple) else right) != told:
                raise Wrong(self.story(f"{attribute} was announced as {told}, but is {right}"))
            self.probes.values += 1
            self.probes.complete += 1

    # What anybody sees.

    @property
    def zone(self) -> ZoneInfo:
        """The customer's, by the latest word."""
        words = [each.copy for each in self.handled if "time_zone" in each.copy.properties]
        last = max(words, key=lambda copy: (copy.occurred, copy.identity), default=None)
        return zone_of(str(last.properties["time_zone"]) if last else "", SHOP_ZONE)

    def probe(self) -> None:
        """Every attribute against the reference."""
        loaded = self.table._at(())
        customer, profile = loaded.customers.get(CUSTOMER) or Customer(CUSTOMER), loaded.profiles.get(CUSTOMER)
        playbook = self.playbooks.published[max(loaded.live.at(self.now), customer.playbook)]
        attributes = attributes_of(customer, profile, loaded.header, playbook, now=self.now)
        events = self._events(profile)
        rules = {rule.attribute: rule for rule in playbook.ruleset.rules}
        known = {**STANDARD, **{name: held[0] for name, held in self.definitions[playbook.number].items()}}
        for attribute, (body, window) in known.items():
            found = attributes.value(attribute)
            self.probes.values += 1
            if found.incomplete:
                if self._is_complete(rules[attribute], profile, loaded.header):
                    raise Wrong(self.story(f"{attribute} says {found.incomplete}, but nothing is missing"))
                continue
            self.probes.complete += 1
            self.probes.merged += bool(found.profile) and bool(found.live)
            right = value(body, window, events, zone=self.zone, now=self.now)
            if right != found.value:
                raise Wrong(self.story(f"{attribute} ({body.name}, {_of(window)}) is {found}, but should be {right}"))
            self._check_left_out(found, body, window, events)

    def _check_left_out(self, found: Value, body: Body, window: Window, events: Sequence[Copy]) -> None:
        if body.by_line or window != Window():  # counted since ever
            return
        right = left_out(body, events)
        if right != found.left_out:
            raise Wrong(self.story(f"{found.attribute} ({body.name}) left out {found.left_out}, not {right}"))

    def _events(self, profile: Profile | None) -> list[Copy]:
        return counted(self.handled, self.slow.included(profile))

    def _is_complete(self, rule: Rule, profile: Profile | None, header: SnapshotHeader | None) -> bool:
        """Whether the rule is carried, and was shown all events that the profile does not have."""
        if profile:
            carried = rule.code in profile.codes
        else:
            carried = rule.since is None or bool(header and rule.code in header.codes)
        inside = {copy.identity for copy in self.slow.included(profile)}
        shown = all(
            each.playbook >= rule.version
            for each in self.handled
            if each.copy.kind in rule.on and each.copy.identity not in inside
        )
        return carried and shown and not self.design.may_be_crowded

    # The slow brain.

    def build(self, as_of: datetime) -> None:
        """A snapshot, with the playbook published last."""
        playbook = self.playbooks.published[len(self.definitions)]
        archived = [copy for _, copy in self.archived]
        build = self.slow.build(as_of, self.now, playbook, archived)
        if build:
            self.say("built", build)

    def load(self, build: Build, *, profile: bool, header: bool) -> None:
        """As much of a snapshot as a load came to before it broke, if at all."""
        if self.design.may_load(build, self.now):
            self.say("loaded", build.number, "profile" * profile, "header" * header)
            self.slow.load(build, self.table.past, self.table.write, profile=profile, header=header)

    def story(self, words: str) -> str:
        """What happened, and what is wrong."""
        self.say(words)
        return "\n".join(" ".join(map(str, line)) for line in self.told)


class Shown(MemoryPlaybooks):
    """Remembers the number of the playbook that was asked for last."""

    shown = 0

    def get(self, number: int) -> Playbook:
        """A step's playbook."""
        self.shown = number
        return super().get(number)


def _of(window: Window) -> str:
    return f"{window.span} {window.length}" if window.length else str(window.span)
