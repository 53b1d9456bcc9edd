"""What happens to the customers of a world, drawn before the world begins: the same whatever goes wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from tandem.events.times import to_text
from tandem.playbook import Playbook, Stops
from tests.builders import DAY, HOUR, MINUTE, envelope
from tests.exact.programs import STARTS, ZONES
from tests.orchestra.grammar import CAMPAIGNS, JOURNEYS
from tests.simulator.playbooks import BUSY, PLAIN, RICH, busy_playbook, plain_playbook, rich_playbook

MS: Final = timedelta(milliseconds=1)
SECOND: Final = timedelta(seconds=1)
IN_SHOP: Final = "https://shop.example.com/"
GARBAGE: Final = (
    "not JSON",
    "{}",
    '{"v": 1, "event_id": "e", "type": "order_completed", "customer_id": "a", "occurred_at": "2026", "properties": 1}',
    '{"v": 1, "event_id": "e", "type": "no_such", "customer_id": "a", "occurred_at": "2026-01-01T00:00:00Z", '
    '"properties": {}}',
    '{"v": 1, "event_id": "e", "type": "timer_fired", "customer_id": "a", "occurred_at": "2026-01-01T00:00:00Z", '
    '"properties": {"timer": "t", "armed_for": "2026-01-01T00:00:00Z"}}',
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that comes by the door, so long after the world began; or what an operator does then."""

    after: timedelta
    event: Mapping[str, Any] | str | Stops


@dataclass(slots=True)
class Plan:
    """A world as it would be if nothing went wrong. In a plain one nothing depends on the time."""

    seed: str
    is_plain: bool
    start: datetime
    length: timedelta
    playbook: Playbook
    customers: tuple[str, ...]
    arrivals: list[Arrival] = field(default_factory=list)


def a_plan(seed: str) -> Plan:
    """The plan with a seed: always the same."""
    chance = Random(f"{seed} people")
    is_plain = chance.random() < 0.4
    length = chance.choice((2 * HOUR, DAY, 3 * DAY) if is_plain else (6 * HOUR, 2 * DAY, 9 * DAY, 30 * DAY))
    plan = Plan(
        seed=seed,
        is_plain=is_plain,
        start=chance.choice(STARTS),
        length=length,
        playbook=_playbook(chance, is_plain=is_plain),
        customers=tuple(f"customer-{chance.randrange(1000)}" for _ in range(chance.choice((1, 1, 2, 3)))),
    )
    _People(plan, chance).live()
    plan.arrivals.sort(key=lambda each: each.after)
    return plan


def _playbook(chance: Random, *, is_plain: bool) -> Playbook:
    if is_plain:
        return plain_playbook(chance.randrange(PLAIN))
    if chance.random() < 0.7:
        return busy_playbook(chance.randrange(BUSY))
    return rich_playbook(chance.randrange(RICH))


class _People:
    """Draws what they do."""

    def __init__(self, plan: Plan, chance: Random) -> None:
        self.plan = plan
        self.chance = chance
        self.numbers = 0
        self.orders: dict[str, list[str]] = {}

    def live(self) -> None:
        for customer in self.plan.customers:
            self._identify(customer)
        for _ in range(self.chance.randint(3, 10)):
            after = HOUR + self.plan.length * self.chance.random()
            self._do(self.chance.choice(self.plan.customers), after)

    def _identify(self, customer: str) -> None:
        """Says yes to everything, before anything goes wrong."""
        yes = {"marketing": True, "news": True}
        properties = {
            "email": f"{customer}@example.com",
            "phone": f"+1202555{customer.partition('-')[2]:0>4}",
            "first_name": "Ada",
            "time_zone": self.chance.choice(ZONES),
            "consents": {"email": yes, "sms": yes, "webhook": yes},
        }
        self._tell(customer, "customer_identified", properties, timedelta(0))

    def _do(self, customer: str, after: timedelta) -> None:
        kinds = ["order"] * 4 + ["view"] * 4 + ["delivered"] * 3 + ["refunded"] * 2 + ["garbage"]
        if not self.plan.is_plain:
            kinds += ["cart"] * 4 + ["word"] * 3 + ["stop"]
        match self.chance.choice(kinds):
            case "order":
                self._order(customer, after)
                self._regret(customer, after)
            case "view":
                self._tell(customer, "product_viewed", {"product_id": "p1", **self._kind()}, after)
                self._regret(customer, after)
            case "delivered":
                self._tell(customer, "order_delivered", {"order_id": self._known(customer), **self._kind()}, after)
            case "refunded":
                self._refund(customer, after)
            case "cart":
                self._cart(customer, after)
            case "word":
                self._say(customer, after)
            case "stop":
                self._stop(after)
            case "garbage":
                self.plan.arrivals.append(Arrival(after, self.chance.choice(GARBAGE)))

    def _order(self, customer: str, after: timedelta) -> None:
        order = f"o{self._number()}-{customer}"
        self.orders.setdefault(customer, []).append(order)
        properties = {"order_id": order, "total": self.chance.choice(("30.00", "7.50")), "currency": "USD"}
        properties |= self._kind()
        if not self.plan.is_plain and self.chance.random() < 0.5:
            properties["cart_id"] = self.chance.choice(("cart-1", "cart-2"))
        self._tell(customer, "order_completed", properties, after)

    def _refund(self, customer: str, after: timedelta) -> None:
        properties = {"order_id": self._known(customer), "refund_id": f"r{self._number()}-{customer}"}
        if self.chance.random() < 0.6:
            properties |= {"total": self.chance.choice(("3.00", "7.50")), "currency": "USD"}
        self._tell(customer, "order_refunded", {**properties, **self._kind()}, after)

    def _cart(self, customer: str, after: timedelta) -> None:
        kind = self.chance.choice(("product_added", "product_added", "product_removed"))
        cart, product = self.chance.choice(("cart-1", "cart-2")), self.chance.choice(("p1", "p2"))
        told = {"cart_id": cart, "product_id": product, "price": "12.00", **self._picture(product)}
        self._tell(customer, kind, told, after)

    def _picture(self, product: str) -> dict[str, str]:
        """Not every source knows one, and a shop changes it."""
        place = self.numbers % 3
        return (
            {"image_url": f"https://img.example.com/{product}-{place}.jpg", "url": IN_SHOP + product} if place else {}
        )

    def _say(self, customer: str, after: timedelta) -> None:
        purpose = self.chance.choice(("marketing", "news", "all"))
        word = self.chance.random() < 0.4
        told: dict[str, Any] = {"consents": {self.chance.choice(("email", "sms")): {purpose: word}}}
        if self.chance.random() < 0.3:
            told = {"email": f"{customer}.{self.chance.randrange(3)}@example.com"}
        self._tell(customer, "customer_identified", told, after)

    def _regret(self, customer: str, after: timedelta) -> None:
        """Now and then, while a message may be on its way."""
        soon = after + self.chance.choice((SECOND / 50, 30 * SECOND, 10 * MINUTE, HOUR))
        if self.plan.is_plain or self.chance.random() < 0.5:
            return
        match self.chance.choice(("word", "word", "stop", "order")):
            case "word":
                self._leave(customer, soon)
            case "stop":
                self._stop(soon)
            case _:
                self._order(customer, soon)

    def _leave(self, customer: str, after: timedelta) -> None:
        """Wants nothing any more; comes back, perhaps."""
        for word, when in ((False, after), (True, after + self.chance.choice((2 * HOUR, DAY)))):
            if not word or self.chance.random() < 0.7:
                both = {"marketing": word, "news": word}
                self._tell(customer, "customer_identified", {"consents": {"email": both, "sms": both}}, when)

    def _stop(self, after: timedelta) -> None:
        stops = self.chance.choice(
            (
                Stops(everything=True),
                Stops(channels=frozenset({"email"})),
                Stops(campaigns=frozenset({self.chance.choice(CAMPAIGNS)})),
                Stops(paused=frozenset({JOURNEYS[0]})),
            )
        )
        self.plan.arrivals.append(Arrival(after, stops))
        self.plan.arrivals.append(Arrival(after + self.chance.choice((HOUR, DAY)), Stops()))

    def _tell(self, customer: str, kind: str, properties: Mapping[str, Any], after: timedelta) -> None:
        """Perhaps some time after it happened; perhaps twice, by two sources where they can tell that it is one."""
        number = self._number()
        age = self.chance.choice((timedelta(0),) * 6 + (MINUTE, HOUR)) if after else timedelta(0)
        at = self.plan.start + after - age - number * MS
        event = {**envelope(kind, f"e{number}", at, properties, customer), "occurred_at": to_text(at)}
        self.plan.arrivals.append(Arrival(after, event))
        if self.chance.random() < 0.15:
            again = after + self.chance.choice((timedelta(0), MINUTE, 5 * HOUR))
            same = {**event, "event_id": f"other-{number}"} if kind == "order_completed" else event
            self.plan.arrivals.append(Arrival(again, same))

    def _known(self, customer: str) -> str:
        return self.chance.choice(self.orders.get(customer, ["o0"]))

    def _kind(self) -> dict[str, Any]:
        return {"kind": self.chance.choice("ab")}

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers
