"""Programs: bytes that say what happens to a customer, one operation after another, until they end."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.exact.facts import Copy
from tests.exact.family import BODIES, WINDOWS
from tests.exact.slow import AsDesigned, Design
from tests.exact.world import SLOTS, World, Wrong

MS: Final = timedelta(milliseconds=1)
MINUTE: Final = timedelta(minutes=1)
QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
NONE: Final = timedelta(0)
STARTS: Final = tuple(  # a day before clocks change somewhere, or a month or a year ends
    datetime(*day, 12, tzinfo=UTC)
    for day in (
        (2026, 3, 7),
        (2026, 3, 28),
        (2026, 4, 23),
        (2026, 10, 24),
        (2026, 10, 31),
        (2026, 12, 30),
        (2026, 2, 27),
    )
)
ZONES: Final = (
    "America/New_York",
    "Europe/Madrid",
    "Africa/Cairo",  # clocks change at midnight
    "America/Havana",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",
    "Nowhere/Lost",
)
CATEGORIES: Final = ("jazz", "rock", None)
PRODUCTS: Final = ("p1", "p2", "p3")
PRICES: Final = ("10.00", "0.05", "7.00", "12.33")
CURRENCIES: Final = ("USD", "USD", "USD", "EUR", "JPY")
STEPS: Final = (
    (NONE, MS, MINUTE, QUARTER, QUARTER, HOUR, HOUR, 3 * HOUR),
    (HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, DAY, 2 * DAY, 2 * DAY + QUARTER),
    (2 * DAY, 3 * DAY, 3 * DAY, 8 * DAY, 20 * DAY, 40 * DAY, 45 * DAY, 46 * DAY, 80 * DAY, 130 * DAY),
)


class Choices:
    """Reads a program. One that has ended chooses the first of everything."""

    def __init__(self, program: bytes) -> None:
        self._program = program
        self._at = 0

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to choose by."""
        return self._at >= len(self._program)

    def below(self, number: int) -> int:
        """0 or more, below the number."""
        byte = 0 if self.ended else self._program[self._at]
        self._at += 1
        return byte % number

    def one[Item](self, items: Sequence[Item]) -> Item:
        """One of them."""
        return items[self.below(len(items))]

    def chance(self, out_of: int) -> bool:
        """Yes, once in so many times; no, once the program has ended."""
        return self.below(out_of) == out_of - 1


class Program:
    """A world, and what a program makes of it."""

    def __init__(self, program: bytes, design: Design | None = None) -> None:
        self.choose = Choices(program)
        self.world = World(self.choose.one(STARTS), design or AsDesigned())
        self.waiting: list[Copy] = []  # with the actor's queue, or its dead letters
        self.numbers = 0
        self.slots: dict[str, Any] = {}

    def run(self) -> World:
        """To its end. Raises Wrong with the story."""
        try:
            self._publish()
            while not self.choose.ended:
                self.choose.one(_OPERATIONS)(self)
            self.world.probe()
        except Wrong:
            raise
        except Exception as error:
            raise Wrong(self.world.story(f"broken: {error!r}")) from error
        return self.world

    # Events.

    def _order(self) -> None:
        products = [self._line() for _ in range(self.choose.below(4))]
        currency = self.choose.one(CURRENCIES)
        total = self.choose.one(("30.00", "0.00", "12.01", "99.99"))
        properties: dict[str, Any] = {
            "order_id": f"o{self._number()}",
            "total": total.partition(".")[0] if currency == "JPY" else total,
            "currency": currency,
            "products": products,
        }
        if self.choose.chance(2):
            properties["items"] = self.choose.below(5)
        if self.choose.chance(2):
            properties["coupon"] = self.choose.one(("SPRING", "WELCOME", ""))
        if self.choose.chance(3):
            properties["tax"] = "1.50"
        self._send("order_completed", properties)

    def _line(self) -> dict[str, Any]:
        line: dict[str, Any] = {"product_id": self.choose.one(PRODUCTS), "quantity": 1 + self.choose.below(3)}
        if category := self.choose.one(CATEGORIES):
            line["category"] = category
        if not self.choose.chance(4):
            line["price"] = self.choose.one(PRICES)
        return line

    def _refund(self) -> None:
        """Of an order that was sent, or of the next one to be."""
        orders = [each for each in self.world.received if each.kind == "order_completed"]
        order = orders[-1 - self.choose.below(len(orders))] if orders and not self.choose.chance(5) else None
        properties: dict[str, Any] = {"order_id": order.properties["order_id"] if order else f"o{self.numbers + 2}"}
        form = self.choose.below(5)
        if form == 0:
            self._send("order_cancelled", properties)
            return
        if self.choose.chance(2):
            properties["refund_id"] = f"r{self._number()}"
        if form in (2, 3):
            currency = self.choose.one((order.currency if order else "USD", "USD", "EUR"))
            properties |= {"total": self.choose.one(("5", "12", "30", "100")), "currency": currency}
        if form in (3, 4):
            properties["products"] = [self._line() for _ in range(1 + self.choose.below(2))]
            if self.choose.chance(2):
                properties["currency"] = order.currency if order else "USD"
        self._send("order_refunded", properties)

    def _view(self) -> None:
        properties: dict[str, Any] = {"product_id": self.choose.one(PRODUCTS)}
        if category := self.choose.one(CATEGORIES):
            properties["category"] = category
        if self.choose.chance(2):
            properties["rating"] = self.choose.one((4.5, 1, 2.25))
        self._send("product_viewed", properties)

    def _click(self) -> None:
        self._send("product_clicked", {"product_id": "p1", "category": self.choose.one(("jazz", "rock"))})

    def _move(self) -> None:
        self._send("customer_identified", {"time_zone": self.choose.one(ZONES)})

    def _send(self, kind: str, properties: dict[str, Any]) -> None:
        sent = self.world.now - self.choose.one(
            (NONE, NONE, NONE, NONE, QUARTER, HOUR, 6 * HOUR, DAY, 3 * DAY, 30 * DAY, 44 * DAY, 45 * DAY, 100 * DAY,
             119 * DAY, 200 * DAY, -HOUR, -DAY + HOUR)
        )  # fmt: skip
        self._receive(Copy(kind, f"e{self._number()}", sent, self.world.now, properties))

    def _retry(self) -> None:
        """A client sends an event again: it is received anew, an order by another id and perhaps with other content."""
        if not self.world.received:
            return
        first = self._recent(self.world.received)
        event_id, properties = first.event_id, dict(first.properties)
        if first.kind == "order_completed":
            event_id = f"e{self._number()}"
            if self.choose.chance(2):
                properties["total"] = self.choose.one(("31", "1"))
        self.world.pass_time(MS)  # which of two copies with one time of receipt was first, nobody can tell
        if first.kind != "customer_identified":
            self._receive(Copy(first.kind, event_id, first.sent, self.world.now, properties))

    def _import(self) -> None:
        """An order of old, or one that is known."""
        orders = [each for each in self.world.received if each.kind == "order_completed"]
        if orders and self.choose.below(2):
            order = self._recent(orders)
            sent = order.occurred - MINUTE
            copy = Copy(order.kind, "imported", sent, sent, order.properties | {"total": "8"})
        else:
            sent = self.world.now - self.choose.one((DAY, 40 * DAY, 121 * DAY, 300 * DAY))
            properties = {"order_id": f"o{self._number()}", "total": "64", "currency": "USD"}
            copy = Copy("order_completed", "imported", sent, sent, properties)
        self.world.bring(copy)

    def _receive(self, copy: Copy) -> None:
        """Into both queues: to the archive at once, late, or so late that it is known to wait; to the actor too."""
        way = self.choose.below(8)
        known = way == 7
        later = NONE
        if way == 6:
            later = self.choose.one((HOUR, 10 * HOUR, 30 * HOUR, 46 * HOUR))
        elif known:
            later = self.choose.one((3 * HOUR, 2 * DAY, 9 * DAY, 30 * DAY))
        self.world.receive(copy, later, known=known)
        if self.choose.below(4):
            self._handle([copy])
        else:
            self.waiting.append(copy)

    def _recent[Item](self, items: Sequence[Item]) -> Item:
        return items[-1 - min(self.choose.below(len(items)), self.choose.below(len(items)))]

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    # The actor.

    def _deliver(self) -> None:
        """Some of what waits, in any order, and perhaps what was handled before."""
        batch = [self.waiting.pop(self.choose.below(len(self.waiting))) for _ in range(min(3, len(self.waiting)))]
        if self.world.handled and self.choose.chance(3):
            batch.append(self._recent(self.world.handled).copy)
        if batch:
            self._handle(batch)

    def _handle(self, copies: list[Copy]) -> None:
        lags = [self.choose.one((NONE, MS, MINUTE, 5 * MINUTE)) for _ in range(4)] if self.choose.chance(4) else []
        rivals = [self.waiting.pop()] if self.waiting and self.choose.chance(5) else []
        self.world.handle(copies, lags, rivals)
        if self.choose.chance(2):
            self.world.probe()

    # Time, people, the slow brain.

    def _wait(self, steps: int) -> None:
        self.world.pass_time(self.choose.one(STEPS[steps]))
        if self.choose.chance(4):
            self.world.probe()

    def _meet_horizon(self) -> None:
        """To about the moment at which an event that waits is no longer taken."""
        if self.waiting:
            moment = self.waiting[0].occurred + 45 * DAY + self.choose.one((NONE, MS, -MS, -HOUR))
            if self.world.now < moment:
                self.world.pass_time(moment - self.world.now)
            self._deliver()

    def _publish(self) -> None:
        """One to four attributes, some as before."""
        for slot in SLOTS:
            change = self.choose.below(4)
            if change >= 2:
                self.slots[slot] = (self.choose.one(BODIES), self.choose.one((*WINDOWS, WINDOWS[0], WINDOWS[0])))
            elif change == 1:
                self.slots.pop(slot, None)
        self.world.publish(self.slots)

    def _build(self) -> None:
        world = self.world
        age = self.choose.one((NONE, NONE, NONE, NONE, QUARTER, HOUR, 12 * HOUR, DAY, 2 * DAY, 10 * DAY, 39 * DAY))
        as_of = world.now - 2 * HOUR - age
        if self.choose.chance(4):  # the tail begins with something that was received
            as_of = self._recent(world.received).received + 2 * DAY if world.received else as_of
        world.build(as_of)
        if self.choose.below(2):
            self._load()

    def _load(self) -> None:
        if self.world.slow.builds:
            build = self._recent(self.world.slow.builds)
            way = self.choose.below(8)
            self.world.load(build, profile=way != 7, header=way < 6)
            if self.choose.chance(2):
                self.world.probe()

    def _load_and_read(self) -> None:
        """A read right after a load, before all of it can be seen everywhere."""
        self._load()
        if self.waiting:
            lags = [self.choose.one((NONE, MINUTE)) for _ in range(4)]
            self.world.handle([self.waiting.pop()], lags)
            self.world.probe()

    def _fall_silent(self) -> None:
        """So long that live folds what it has at the next event; then perhaps an old snapshot is loaded."""
        self.world.pass_time(46 * DAY)
        self._click()
        if self.world.slow.builds and self.choose.below(2):
            self.world.load(self.choose.one(self.world.slow.builds), profile=True, header=self.choose.below(2) == 0)
            self.world.probe()

    def _change_rules(self) -> None:
        """A playbook, and a snapshot from about then."""
        if self.choose.below(2):
            self._wait(1)
        self._publish()
        if self.choose.below(2):
            self._wait(0)
        self.world.build(self.world.now - 2 * HOUR - self.choose.one((NONE, HOUR, DAY, 3 * DAY, 9 * DAY)))
        if self.world.slow.builds:
            self.world.load(self.world.slow.builds[-1], profile=True, header=True)
        self.world.probe()


_OPERATIONS: Final[tuple[Callable[[Program], None], ...]] = (
    lambda program: program._wait(0),
    *[Program._order] * 4,
    *[Program._refund] * 3,
    *[Program._view] * 3,
    Program._click,
    Program._move,
    *[Program._retry] * 2,
    *[Program._deliver] * 3,
    *[lambda program: program._wait(0)] * 2,
    *[lambda program: program._wait(1)] * 4,
    *[lambda program: program._wait(2)] * 2,
    Program._meet_horizon,
    Program._import,
    Program._publish,
    *[Program._build] * 4,
    Program._load,
    *[Program._load_and_read] * 2,
    Program._fall_silent,
    *[Program._change_rules] * 2,
)
