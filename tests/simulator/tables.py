"""The tables and the bucket: the memory twins of the ports, whose calls may fail, be lost, or be a worker's last.

What is written is told to the judge in the moment of the write, whatever becomes of the answer.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tandem.actor import Loaded
from tandem.adapters.memory import MemoryCustomers, MemoryPlaybooks
from tandem.adapters.memory_decisions import MemoryDecisions
from tandem.adapters.memory_hearing import MemoryAddresses, MemoryRows
from tandem.adapters.memory_sending import MemoryBreakers, MemoryConsents, MemoryContents, MemoryLedger
from tandem.adapters.memory_settling import MemoryUnsettled
from tandem.content import Content
from tandem.customer import Announce, Channel, Customer, Send, SetConsent, SetTimer, unpack_customer
from tandem.customer.consent import Word
from tandem.customer.tombstone import is_erased
from tandem.decisions.ports import Recordable
from tandem.errors import Conflict, Unavailable, Unreadable
from tandem.hearing import Row
from tandem.playbook import Live, Playbook
from tandem.sending.outcome import Found, Refused
from tandem.sending.ports import Look
from tandem.sending.settling import Open
from tests.builders import HEADER
from tests.simulator.releases import is_novel

if TYPE_CHECKING:
    from tests.simulator.world import World

STALE: Final = timedelta(minutes=5)
Packed = tuple[bytes, int]


def unavailable() -> Exception:
    """What a port raises for a fault that passes."""
    return Unavailable("dynamodb", "simulated")


class Faulty:
    """A port over its twin: each method is a call that may go wrong.

    Where the client itself tries again, the twin is called twice; not so what is in `once`, which the service knows to
    be the same request.
    """

    def __init__(self, world: "World", name: str, twin: object, once: Collection[str] = ()) -> None:
        self._world, self._name, self._twin, self._once = world, name, twin, once

    def __getattr__(self, method: str) -> Callable[..., Any]:
        act = getattr(self._twin, method)

        def call(*given: Any, **named: Any) -> Any:
            told = f"{self._name}.{method} {_first(given)}"
            return self._world.call(told, partial(act, *given, **named), unavailable, again=method not in self._once)

        return call


def _first(given: tuple[Any, ...]) -> str:
    about = given[0] if given else ""
    return about if isinstance(about, str) else str(getattr(about, "id", getattr(about, "send_id", "")))


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
        design, loaded = self.world.design, self._beside(names)
        customers, unreadable = dict[str, Customer](), list[str]()
        for name, packed in found.items():
            try:
                customers |= {name: design.loaded(self._unpack(packed))} if packed else {}
            except Unreadable:
                unreadable.append(name)
        return replace(loaded, customers=customers, unreadable=unreadable)

    def _beside(self, names: Sequence[str]) -> Loaded:
        """All but the customers."""
        erased = [name for name in names if name not in self._packed and is_erased(name, self.tombstones)]
        return Loaded(customers={}, profiles={}, header=self.header, live=self.live, erased=erased)

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
        stored = world.design.stored(replace(customer, version=0))
        packed = world.release.customer(stored), (held[1] if held else 0) + 1
        self._packed[name] = packed
        self.past.setdefault(name, []).append((world.now, packed))
        world.judge.committed(customer)

    def _read(self, customer_id: str) -> Customer:
        return self._unpack(self._packed[customer_id])

    def _unpack(self, packed: Packed) -> Customer:
        if packed not in self.unpacked:
            if self.world.design.is_strict and is_novel(packed[0]):
                raise Unreadable("a customer")
            self.unpacked[packed] = unpack_customer(*packed)
        return self.unpacked[packed]


class Ledger(MemoryLedger):
    """The table of sends."""

    def __init__(self, world: "World", consents: MemoryConsents) -> None:
        super().__init__(consents)
        self.world = world

    def reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        """Told to the judge when it is made."""
        found = self.world.design.reserve(self, send, at)
        if found is None:
            self.world.judge.reserved(send)
        return found

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Taken back, as far as that is designed."""
        self.world.design.release(self, send, reserved_at)


class Unsettled(MemoryUnsettled):
    """The index of open rows."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.ledger)
        self.world = world

    def open(self) -> Iterator[Open]:
        """All of them, in one call."""
        return iter([self.world.design.open(row) for row in super().open()])


class Rows(MemoryRows):
    """The ledger, as `feedback` sees it."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.ledger)
        self.world = world

    def find(self, send_id: str) -> Row | None:
        """A row, strongly consistent."""
        row = super().find(send_id)
        return self.world.design.heard(row) if row else None


class Addresses(MemoryAddresses):
    """The consent items, as `feedback` sees them."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.consents)
        self.world = world

    def deny(self, hashed: str, at: datetime, why: str) -> None:
        """At once, as designed."""
        world, base = self.world, super().deny
        after = world.design.deny_after()
        if after:
            world.later(world.now + after, base, hashed, at, why)
        else:
            base(hashed, at, why)


class Consents(MemoryConsents):
    """The consent items."""

    def __init__(self, world: "World") -> None:
        super().__init__(Items(world))


class Items(dict[str, SetConsent | Word]):
    """What is written is told to the judge."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def __setitem__(self, key: str, said: SetConsent | Word) -> None:
        self.world.judge.said(key, said)
        super().__setitem__(key, said)


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
        super().put([each for each in records if each.id not in left])
        return left


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


class Breakers(MemoryBreakers):
    """The breakers, where the stops are; somebody closes them after a while."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def open(self, channel: Channel, why: str) -> None:
        """Nothing leaves by the channel."""
        super().open(channel, why)
        self.world.stop(replace(self.world.customers.live.stops, breakers=dict(self.open_ones())))

    def shut(self, channel: Channel) -> None:
        """Somebody has looked, and closes it."""
        if self.close(channel, self.world.now):
            self.world.stop(replace(self.world.customers.live.stops, breakers=dict(self.open_ones())))
