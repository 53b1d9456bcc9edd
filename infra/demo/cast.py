"""Who plays the stories: real customers, chosen for what their history and their orders of the day are like."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from infra.demo.calendar import DAY
from infra.demo.cdnow import CURRENCY, Order
from infra.demo.people import Person, known_person
from tandem.attributes import Profile, SnapshotHeader, Tier
from tandem.errors import BadHistory
from tandem.events.money import to_minor
from tandem.playbook.standard import standard_rules

_NAMES: Final = {
    "low": "Lena",
    "medium": "Marco",
    "high": "Harriet",
    "raised": "Rosa",
    "late": "Luis",
    "tenfold": "Tessa",
    "capped": "Carl",
    "partly": "Paula",
    "returned": "Clara",
    "early": "Edgar",
    "abroad": "Anouk",
    "browsing": "Bea",
    "handed": "Hanna",
    "two_carts": "Tilda",
    "halted": "Theo",
    "sorry": "Simon",
}
_RANK: Final = (Tier.LOW, Tier.MEDIUM, Tier.HIGH)
ENOUGH_FOR_THE_CAP: Final = 4
_A_FEW: Final = range(2, 4)  # CDs: a mail that is easy to look at
_LATELY: Final = timedelta(days=45)
_CODES: Final = {rule.attribute: rule.code for rule in standard_rules(CURRENCY)}


@dataclass(frozen=True, slots=True)
class Known:
    """What the slow brain knew on the morning of the day."""

    header: SnapshotHeader
    profiles: Mapping[str, Profile]

    @staticmethod
    def held(profile: Profile | None) -> tuple[int, int]:
        """How many orders a profile holds in the shop's currency, and what they came to in minor units."""
        parts = profile.parts if profile else {}
        orders, minor = (parts.get(_CODES[name], {}).get(0, 0) for name in ("basket_orders", "revenue_minor"))
        return orders, minor

    def orders(self, customer_id: str) -> int:
        """How many orders a customer had."""
        return self.held(self.profiles.get(customer_id))[0]

    def tier(self, customer_id: str, more: Iterable[Order] = ()) -> Tier:
        """A customer's tier after some more orders."""
        cuts, (orders, minor) = self.header.cut_points, self.held(self.profiles.get(customer_id))
        amounts = [to_minor(order.amount, CURRENCY) for order in more]
        orders, minor = orders + len(amounts), minor + sum(amounts)
        if cuts is None or not orders:
            return Tier.UNKNOWN
        if minor <= cuts.low_max * orders:
            return Tier.LOW
        return Tier.MEDIUM if minor <= cuts.medium_max * orders else Tier.HIGH

    def basket_minor(self, customer_id: str) -> int:
        """A known customer's revenue / orders, rounded down."""
        orders, minor = self.held(self.profiles[customer_id])
        return minor // max(orders, 1)


@dataclass(frozen=True, slots=True)
class Cast:
    """Customer ids. The first three leave the same cart; `raised` gets a higher tier by the order of the day; `late`
    has a cart that arrives after its order; `tenfold`'s order is delivered ten times; `capped` orders too often.

    Part of what `partly` bought last, `bought_before`, comes back; `returned` gives back the order of the day;
    `early`'s refund arrives before its order; `abroad` also orders in another currency; `browsing`, who has never
    ordered, looks around; `handed`'s order is taken over by the snapshot in the middle of the day.

    `two_carts` leaves two and orders one; `halted`'s first order comes while all messages are stopped; `sorry` gives
    the only order so far back, `gave_back`, and then orders again.
    """

    low: str
    medium: str
    high: str
    raised: str
    late: str
    tenfold: str
    capped: str
    partly: str
    returned: str
    early: str
    abroad: str
    browsing: str
    handed: str
    two_carts: str
    halted: str
    sorry: str
    bought_before: Order
    gave_back: Order

    def roles(self) -> dict[str, str]:
        """Role by customer id."""
        return {getattr(self, role): role for role in _NAMES}

    def people(self) -> dict[str, Person]:
        """Named, reachable by email, and willing: what every story needs."""
        return {each: known_person(each, _NAMES[role]) for each, role in self.roles().items()}


def choose(known: Known, orders: Sequence[Order], day: date = DAY) -> Cast:
    """The cast for a day of the data set; the same for the same history. Raises BadHistory if a role stays empty."""
    by_customer: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        if order.day == day:
            by_customer[order.customer_id].append(order)
    at_home = sorted(known.profiles.keys() - by_customer.keys())
    raised = _first("raised", _raised(known, by_customer))
    came_back = (
        each
        for each, [first, *more] in sorted(by_customer.items())
        if each in known.profiles and not more and first.cds in _A_FEW and each != raised
    )
    low, medium, high = (_typical(known, at_home, tier) for tier in (Tier.LOW, Tier.MEDIUM, Tier.HIGH))
    bought_before = _first("partly", _lately(orders, day, set(at_home) - {low, medium, high}))
    others = set(at_home) - {low, medium, high, bought_before.customer_id}
    parts = {
        "low": low,
        "medium": medium,
        "high": high,
        "raised": raised,
        "late": _first("late", came_back),
        "tenfold": _first("tenfold", came_back),
        "capped": _first("capped", _busiest(by_customer)),
        "partly": bought_before.customer_id,
        "returned": _first("returned", came_back),
        "early": _first("early", came_back),
        "abroad": _first("abroad", (each for each in sorted(others) if known.orders(each) > 1)),
        "browsing": _first("browsing", _to_come(orders, day)),
        "handed": _first("handed", came_back),
        "two_carts": _first("two_carts", came_back),
        "halted": _first("halted", _newcomers(known, by_customer)),
        "sorry": _first("sorry", (each for each in came_back if known.orders(each) == 1)),
    }
    gave_back = next(order for order in orders if order.customer_id == parts["sorry"])
    return Cast(**parts, bought_before=bought_before, gave_back=gave_back)


def _lately(orders: Sequence[Order], day: date, customer_ids: Set[str]) -> Iterator[Order]:
    """Orders of several CDs, not long before the day, by customers who had ordered before that: the first of these."""
    before = [order for order in orders if order.day < day and order.customer_id in customer_ids]
    last = {order.customer_id: order for order in before}
    times = Counter(order.customer_id for order in before)
    fits = (each for each in last.values() if times[each.customer_id] > 1 and each.cds in _A_FEW)
    return (each for each in sorted(fits, key=lambda each: each.row) if each.day > day - _LATELY)


def _to_come(orders: Sequence[Order], day: date) -> Iterator[str]:
    """Customers of whom nothing is known yet: their first orders lie after the day."""
    first: dict[str, date] = {}
    for order in orders:
        first[order.customer_id] = min(first.get(order.customer_id, order.day), order.day)
    return (each for each in sorted(first) if first[each] > day)


def _typical(known: Known, customer_ids: Iterable[str], tier: Tier) -> str:
    """Of those in a tier who ordered more than once, the one in the middle."""
    found = [each for each in customer_ids if known.orders(each) > 1 and known.tier(each) is tier]
    ranked = sorted(found, key=lambda each: (known.basket_minor(each), each))
    return _first(str(tier), iter(ranked[len(ranked) // 2 :]))


def _raised(known: Known, by_customer: Mapping[str, Sequence[Order]]) -> Iterator[str]:
    """Whose tier one order of the day lifts: the highest lift first, then the largest order."""
    lifts = []
    for customer_id, orders in by_customer.items():
        if customer_id in known.profiles and len(orders) == 1:
            before, after = known.tier(customer_id), known.tier(customer_id, orders)
            lift = _RANK.index(after) - _RANK.index(before)
            lifts.append((-lift, -orders[0].amount, customer_id))
    return (customer_id for lift, _, customer_id in sorted(lifts) if lift < 0)


def _newcomers(known: Known, by_customer: Mapping[str, Sequence[Order]]) -> Iterator[str]:
    """Whose first order of all is of that day, and the only one."""
    return (each for each, orders in sorted(by_customer.items()) if each not in known.profiles and len(orders) == 1)


def _busiest(by_customer: Mapping[str, Sequence[Order]]) -> Iterator[str]:
    ranked = sorted(by_customer, key=lambda each: (-len(by_customer[each]), each))
    return (each for each in ranked if len(by_customer[each]) >= ENOUGH_FOR_THE_CAP)


def _first[T](role: str, found: Iterator[T]) -> T:
    one = next(found, None)
    if one is None:
        raise BadHistory("customer_id", f"nobody in this history can play the story of the role {role!r}")
    return one
