"""Programs: bytes that say what happens to a customer under random playbooks, until nothing can happen any more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from tandem.customer import Send
from tandem.events.times import to_text
from tandem.playbook import Stops
from tests.builders import DAY, HOUR, MINUTE, envelope
from tests.exact.programs import STARTS, ZONES, Choices
from tests.orchestra.design import Design
from tests.orchestra.grammar import CAMPAIGNS, JOURNEYS, SAID, a_playbook, changed
from tests.orchestra.history import Wrong
from tests.orchestra.world import NONE, World

MS: Final = timedelta(milliseconds=1)  # no two events occur at one moment
STEPS: Final = (NONE, MINUTE, 10 * MINUTE, 40 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 11 * HOUR, DAY, DAY, 2 * DAY, 6 * DAY)
LONG: Final = (9 * DAY, 17 * DAY, 26 * DAY)
AGES: Final = (NONE, NONE, NONE, NONE, NONE, MINUTE, HOUR, 3 * HOUR, DAY, 3 * DAY)
CARTS: Final = ("cart-1", "cart-2")
MOST_WAKES: Final = 60


class Program:
    """A world, and what a program makes of it."""

    def __init__(self, program: bytes, design: Design | None = None) -> None:
        self.choose = Choices(program)
        start, customer_id = self.choose.one(STARTS), f"c{self.choose.below(16)}"
        self.world = World(start, customer_id, self.choose, design)
        self.numbers = 0
        self.holds = False
        self.orders: list[str] = []
        self.held: list[tuple[dict[str, Any], int]] = []  # events that wait for their order of arrival

    def run(self) -> World:
        """To its end. Raises Wrong with the story."""
        try:
            self._publish()
            self._identify()
            while not self.choose.ended:
                self.choose.one(_OPERATIONS)(self)
            self._end()
        except Wrong as wrong:
            raise Wrong(self.world.story(str(wrong))) from wrong
        except Exception as error:
            raise Wrong(self.world.story(f"broken: {error!r}")) from error
        return self.world

    def _end(self) -> None:
        """Everything goes on, all that was held arrives, and time passes until nothing is on its way."""
        self._arrive()
        self.world.stop(Stops())
        playbook = self.world.judge.playbooks[max(self.world.judge.playbooks)]
        active = tuple(each.model_copy(update={"status": "active"}) for each in playbook.journeys)
        self.world.publish(changed(playbook, number=playbook.number + 1, journeys=active))
        for _ in range(MOST_WAKES):
            self.world.run_out()
            customer = self.world.judge.customer
            if not (customer.waiting or customer.journeys):
                break
            self.world.pass_time(DAY)
            self._happen("cart_shared", {}, NONE)  # nothing listens to it: it only wakes the customer
        self.world.judge.ended()

    # ---------------------------------------------------------------------------------------------------------- people

    def _publish(self) -> None:
        number = len(self.world.judge.playbooks) + 1
        self.world.publish(a_playbook(self.choose, number, self.world.judge.playbooks.get(number - 1)))

    def _stop(self) -> None:
        some = self.choose.below(8)
        self.world.stop(
            Stops(
                everything=some == 1,
                channels=frozenset({"email"} if some == 2 else ()),
                campaigns=frozenset({self.choose.one((*CAMPAIGNS, *SAID))} if some in (3, 4) else ()),
                paused=frozenset({self.choose.one(JOURNEYS)} if some == 5 else ()),
                ended=frozenset({self.choose.one(JOURNEYS)} if some == 6 else ()),
            )
        )

    def _identify(self) -> None:
        """Says yes to most things, and where they live."""
        properties = {
            "email": "ada@example.com",
            "phone": "+12025550123",
            "first_name": "Ada",
            "time_zone": self.choose.one(ZONES),
            "consents": {"email": {"marketing": True, "news": True}, "sms": {"marketing": True}},
        }
        event = envelope("customer_identified", "e0", self.world.now, properties, customer=self.world.customer_id)
        self.world.put_event(event, NONE, copies=1)
        self.world.pass_time(NONE)

    def _speak(self) -> None:
        """Another word on something, another address, another zone."""
        way = self.choose.below(6)
        properties: dict[str, Any] = {}
        if way < 3:
            purpose = self.choose.one(("marketing", "news", "all"))
            word = self.choose.chance(3) if purpose != "all" else not self.choose.chance(3)
            properties["consents"] = {self.choose.one(("email", "sms")): {purpose: word}}
        elif way == 3:
            properties["email"] = f"ada{self.choose.below(3)}@example.com"
        else:
            properties["time_zone"] = self.choose.one(ZONES)
        self._happen("customer_identified", properties, self.choose.one(AGES))

    # ---------------------------------------------------------------------------------------------------------- events

    def _order(self) -> None:
        order_id = f"o{self._number()}"
        self.orders.append(order_id)
        properties: dict[str, Any] = {"order_id": order_id, "total": "30.00", "currency": "USD", **self._kind()}
        cart = self.choose.below(4)
        if cart < 2:
            properties["cart_id"] = CARTS[cart]
        self._happen("order_completed", properties, self.choose.one(AGES))

    def _after_order(self) -> None:
        kind = self.choose.one(("order_delivered", "order_refunded"))
        order_id = self.orders[-1 - self.choose.below(min(3, len(self.orders)))] if self.orders else "o0"
        self._happen(kind, {"order_id": order_id, **self._kind()}, self.choose.one(AGES))

    def _view(self) -> None:
        self._happen("product_viewed", {"product_id": "p1", **self._kind()}, self.choose.one(AGES))

    def _cart(self) -> None:
        kind = self.choose.one(("product_added", "product_added", "product_removed"))
        properties = {"cart_id": self.choose.one(CARTS), "product_id": self.choose.one(("p1", "p2")), "price": "12.00"}
        self._happen(kind, properties, self.choose.one(AGES))

    def _birthday(self) -> None:
        day = (self.world.now + timedelta(days=self.choose.below(3))).date()
        self._happen("date_reached", {"attribute": "birthday", "date": day.isoformat()}, NONE)

    def _kind(self) -> dict[str, Any]:
        return {} if self.choose.chance(8) else {"kind": self.choose.one(("a", "a", "b"))}

    def _happen(self, kind: str, properties: dict[str, Any], age: timedelta) -> None:
        """Now, or a while ago; handled now, or with others later, perhaps more than once."""
        number = self._number()
        at = self.world.now - age - number * MS
        event = envelope(kind, f"e{number}", at, properties, customer=self.world.customer_id)
        event["occurred_at"] = to_text(at)
        way = self.choose.below(8)
        if way >= 6 or self.holds:
            self.held.append((event, 2 if way == 7 else 1))
        else:
            self.world.put_event(event, NONE, copies=2 if way == 5 else 1)
            self.world.pass_time(NONE)

    def _arrive(self) -> None:
        """What was held, in any order, in one batch or several."""
        while self.held:
            event, copies = self.held.pop(self.choose.below(len(self.held)))
            self.world.put_event(event, NONE, copies)
        self.world.pass_time(NONE)

    def _race(self) -> None:
        """Two workers, each with an event that arrives just now."""
        event = self.choose.one((Program._view, Program._order))
        self._make(event)
        self.world.race(self.held.pop()[0])
        event(self)

    def _make(self, event: Callable[["Program"], None]) -> None:
        """An event that is held."""
        self.holds = True
        event(self)
        self.holds = False

    def _meddle(self) -> None:
        """While a message is on its way, something speaks against it. Where there is none, one is called for."""
        if not self.world.sends():
            self.world.is_slow = True
            self.choose.one((Program._view, Program._order, Program._after_order, Program._abandon))(self)
            self.world.is_slow = False
        if sends := self.world.sends():
            self._meddle_with(self.choose.one(sends))

    def _meddle_with(self, send: Send) -> None:
        match self.choose.below(4):
            case 0 if send.cart_id:
                self._buy(send.cart_id)
            case 1:
                purpose = self.choose.one((send.purpose, "all"))
                self.world.is_away = self.choose.chance(2)
                self._happen("customer_identified", {"consents": {send.channel: {purpose: False}}}, NONE)
                self.world.is_away = False
            case 2:
                self.world.stop(Stops(campaigns=frozenset({send.campaign})))
            case _:
                self._leave(send)
        self.world.pass_time(self.choose.one((HOUR, 3 * HOUR, DAY)))

    def _leave(self, send: Send) -> None:
        """What its journey may be left by."""
        name = send.origin.journey.partition("/")[0] if send.origin else ""
        journey = self.world.judge.playbooks[send.playbook].journey_by_id.get(name)
        if journey and journey.exit_on:
            properties = {"order_id": self.orders[-1] if self.orders else "o0", "kind": "a", "product_id": "p1"}
            kind = str(self.choose.one(journey.exit_on).event)
            if kind == "order_completed":
                properties |= {"order_id": f"o{self._number()}", "total": "1.00", "currency": "USD"}
            self._happen(kind, properties, NONE)
        else:
            self.choose.one((Program._order, Program._after_order))(self)

    def _abandon(self) -> None:
        """A cart, and then nothing for a while."""
        self._cart()
        self.world.pass_time(7 * HOUR)

    def _buy(self, cart_id: str) -> None:
        properties = {"order_id": f"o{self._number()}", "total": "12.00", "currency": "USD", "cart_id": cart_id}
        self._happen("order_completed", properties, NONE)

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    # ------------------------------------------------------------------------------------------------------------ time

    def _wait(self) -> None:
        self.world.pass_time(self.choose.one(STEPS))

    def _wait_long(self) -> None:
        self.world.pass_time(self.choose.one(LONG))


_OPERATIONS: Final[tuple[Callable[[Program], None], ...]] = (
    Program._wait,
    *[Program._order] * 4,
    *[Program._view] * 4,
    *[Program._after_order] * 3,
    *[Program._cart] * 2,
    *[Program._wait] * 6,
    Program._wait_long,
    Program._speak,
    Program._speak,
    Program._birthday,
    Program._publish,
    Program._stop,
    Program._arrive,
    *[Program._race] * 4,
    Program._abandon,
    *[Program._meddle] * 8,
)
