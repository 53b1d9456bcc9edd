"""The tables and the bucket: the memory twins of the ports, whose calls may fail, be lost, or be a worker's last.

What is written is told to the judge in the moment of the write, whatever becomes of the answer.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tandem.actor import Loaded
from tandem.adapters.memory import MemoryCustomers, MemoryPlaybooks
from tandem.adapters.memory_archive import MemoryArchive
from tandem.adapters.memory_decisions import MemoryDecisions
from tandem.adapters.memory_sending import MemoryBreakers, MemoryConsents, MemoryContents, MemoryLedger, MemoryPace
from tandem.content import Content
from tandem.customer import Announce, Channel, Customer, Send, SetConsent, SetTimer, unpack_customer
from tandem.decisions.ports import Recordable
from tandem.errors import Conflict, Unavailable
from tandem.playbook import Live, Playbook
from tandem.sending.outcome import Found, Recorded, Refused
from tandem.sending.ports import Look
from tests.builders import HEADER

if TYPE_CHECKING:
    from tests.simulator.world import World

STALE: Final = timedelta(minutes=5)
Packed = tuple[bytes, int]


def unavailable() -> Exception:
    """What a port raises for a fault that passes."""
    return Unavailable("dynamodb", "simulated")


class Customers(MemoryCustomers):
    """The actor's table, and the second look of `send`."""

    def __init__(self, world: "World") -> None:
        super().__init__(header=HEADER, live=Live(0))
        self.world = world
        self.past: dict[str, list[tuple[datetime, Packed]]] = {}
        self.unpacked: dict[Packed, Customer] = {}

    def load(self, customer_ids: Collection[str]) -> Loaded:
        """One read; each customer perhaps as of a moment ago."""
        names = list(customer_ids)
        return self.world.call("customers.load", lambda: self._loaded(names, is_strong=False), unavailable)

    def load_again(self, customer_id: str) -> Loaded:
        """As it is."""
        return self.world.call("customers.load_again", lambda: self._loaded([customer_id], is_strong=True), unavailable)

    def look(self, customer_id: str) -> Look:
        """As `send` looks, just before a message leaves."""
        look = self.world.call("customers.look", lambda: Look(self.get(customer_id), self.live.stops), unavailable)
        return self.world.design.look(look)

    def save(self, customer: Customer) -> None:
        """The commit. A client that tries again after a lost answer finds its own write, and so a conflict."""
        self.world.call(f"customers.save {customer.customer_id}", lambda: self._save(customer), unavailable, again=True)

    def _loaded(self, names: Sequence[str], *, is_strong: bool) -> Loaded:
        found = {name: self._as_of(name, is_strong=is_strong) for name in names}
        design, loaded = self.world.design, MemoryCustomers.load(self, names)
        customers = {name: design.loaded(self._unpack(packed)) for name, packed in found.items() if packed}
        return replace(loaded, customers=customers)

    def _as_of(self, name: str, *, is_strong: bool) -> Packed | None:
        held = self._packed.get(name)
        if is_strong or not held or not self.world.is_stale():
            return held
        moment = self.world.now - STALE * self.world.fate.random()
        known = [packed for at, packed in self.past[name] if at <= moment]
        return known[-1] if known else None

    def _save(self, customer: Customer) -> None:
        name, world = customer.customer_id, self.world
        held = self._packed.get(name)
        if world.design.checks_versions and customer.version != (held[1] if held else 0):
            raise Conflict
        packed = world.release.customer(replace(customer, version=0)), (held[1] if held else 0) + 1
        self._packed[name] = packed
        self.past.setdefault(name, []).append((world.now, packed))
        world.judge.committed(self._unpack(packed))

    def _read(self, customer_id: str) -> Customer:
        return self._unpack(self._packed[customer_id])

    def _unpack(self, packed: Packed) -> Customer:
        if packed not in self.unpacked:
            self.unpacked[packed] = unpack_customer(*packed)
        return self.unpacked[packed]


class Ledger(MemoryLedger):
    """The table of sends."""

    def __init__(self, world: "World", consents: MemoryConsents) -> None:
        super().__init__(consents)
        self.world = world

    def reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        """A client that tries again says so, and gets the first answer."""
        return self.world.call(f"ledger.reserve {send.id}", lambda: self._reserve(send, at), unavailable)

    def _reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        found = MemoryLedger.reserve(self, send, at)
        if found is None:
            self.world.judge.reserved(send)
        return found

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Found | None:
        """Lost and tried again, it finds its own row."""
        base = MemoryLedger.refuse
        return self.world.call(
            f"ledger.refuse {send.id} {refused.reason}", lambda: base(self, send, refused, at), unavailable, again=True
        )

    def finish(self, send: Send, result: Recorded, at: datetime) -> None:
        """What came of it."""
        base = MemoryLedger.finish
        self.world.call(
            f"ledger.finish {send.id} {type(result).__name__}",
            lambda: base(self, send, result, at),
            unavailable,
            again=True,
        )

    def doubt(self, send: Send, detail: str, at: datetime) -> None:
        """Nobody knows."""
        base = MemoryLedger.doubt
        self.world.call(f"ledger.doubt {send.id}", lambda: base(self, send, detail, at), unavailable, again=True)

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Taken back."""
        base = MemoryLedger.release
        self.world.call(f"ledger.release {send.id}", lambda: base(self, send, reserved_at), unavailable, again=True)

    def reopen(self, send: Send, reserved_at: datetime) -> None:
        """Once more."""
        base = MemoryLedger.reopen
        self.world.call(f"ledger.reopen {send.id}", lambda: base(self, send, reserved_at), unavailable, again=True)


class Consents(MemoryConsents):
    """The consent items."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def set_consent(self, effect: SetConsent) -> None:
        """A word."""
        self.world.call(f"consents.set {effect.id}", lambda: self._set(effect), unavailable, again=True)

    def _set(self, effect: SetConsent) -> None:
        self.world.judge.said(effect)
        MemoryConsents.set_consent(self, effect)


class Decisions(MemoryDecisions):
    """The table of decisions, and of the goals that they reach."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def put(self, records: Sequence[Recordable]) -> frozenset[str]:
        """Some may be left over, or all."""
        try:
            return self.world.call("decisions.put", lambda: self._put(records), unavailable, again=True)
        except Unavailable:
            return frozenset(each.id for each in records)

    def _put(self, records: Sequence[Recordable]) -> frozenset[str]:
        left = frozenset(each.id for each in records if self.world.refuses())
        MemoryDecisions.put(self, [each for each in records if each.id not in left])
        return left


class Archive(MemoryArchive):
    """The bucket."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def put(self, key: str, data: bytes) -> None:
        """An object."""
        base = MemoryArchive.put
        self.world.call("archive.put", lambda: base(self, key, data), unavailable, again=True)


class Playbooks(MemoryPlaybooks):
    """Read from the bucket, now and then."""

    def __init__(self, world: "World") -> None:
        super().__init__({})
        self.world = world

    def get(self, number: int) -> Playbook:
        """A worker that is new has to read it."""
        if self.world.is_new():
            return self.world.call("playbooks.get", lambda: self.published[number], unavailable)
        return self.published[number]


class Contents(MemoryContents):
    """The words: the same for all."""

    def __init__(self, world: "World", content: Content) -> None:
        super().__init__({})
        self.world = world
        self.content = content

    def get(self, number: int) -> Content:
        """A worker that is new has to read them."""
        if self.world.is_new():
            return self.world.call("contents.get", lambda: self.content, unavailable)
        return self.content


class Schedules:
    """The scheduler: to the minute, late, and twice. The name of a schedule is the effect's id."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.made: set[str] = set()

    def create(self, effect: SetTimer, message: str) -> None:
        """It is there at most once until it has fired."""
        self.world.call("schedules.create", lambda: self._create(effect, message), unavailable, again=True)

    def _create(self, effect: SetTimer, message: str) -> None:
        if effect.id in self.made:
            return
        self.made.add(effect.id)
        world = self.world
        at = max(effect.moment.replace(microsecond=0), world.now)
        world.later(at + world.lateness(), self._fire, effect, message)

    def _fire(self, effect: SetTimer, message: str) -> None:
        self.made.discard(effect.id)
        for _ in range(1 + self.world.comes_twice()):
            self.world.events.put(message)


class Bus:
    """Where the shop's other systems listen."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.heard: set[str] = set()

    def announce(self, effects: Sequence[Announce]) -> set[str]:
        """All, or none of them."""
        ids = {each.id for each in effects}
        try:
            self.world.call("bus.announce", lambda: self.heard.update(ids), unavailable, again=True)
        except Unavailable:
            return ids
        return set()


class Pace(MemoryPace):
    """The places at the provider."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def take(self, channel: Channel, *, transactional: bool) -> Refused | None:
        """There is place, unless the table of places is away."""
        return self.world.call("pace.take", lambda: None, unavailable)

    def throttled(self, channel: Channel) -> None:
        """Heard."""
        self.world.call("pace.throttled", lambda: None, unavailable)


class Breakers(MemoryBreakers):
    """The breakers."""
