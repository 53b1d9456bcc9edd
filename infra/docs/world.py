"""The shop on one fixed morning: profiles of CDNOW's real orders, and the starter playbook with its words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from infra.demo.at_home import AtHome
from infra.demo.calendar import DAY, Calendar
from infra.demo.cast import Cast, Known, choose
from infra.demo.cdnow import Order, orders
from infra.local.paths import ROOT
from infra.publish.playbook import Draft, read_playbook

SHOWN: Final = date(2026, 11, 20)  # CDNOW's 18 March 1997 is moved to this day
_DATA: Final = ROOT / "tests/data/cdnow_master.txt"
PLAYBOOK: Final = ROOT / "infra/playbook"


@dataclass(frozen=True, slots=True)
class World:
    """What both brains know on the morning of the day, the real `orders` of the day, and who plays which part."""

    known: Known
    cast: Cast
    orders: tuple[Order, ...]
    draft: Draft

    def order_of(self, customer_id: str) -> Order:
        """The customer's first order of the day."""
        return next(order for order in self.orders if order.customer_id == customer_id)

    def at(self, clock: str) -> datetime:
        """`09:30` or `09:30:05` of the day, as the shop's clocks show it."""
        zone = ZoneInfo(self.draft.playbook.shop.default_time_zone)
        return datetime.combine(SHOWN, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)


@cache
def world() -> World:
    """The same every time, for the same data, playbook and code."""
    morning = datetime.combine(SHOWN, time(), tzinfo=UTC)
    history = list(orders(_DATA))
    of_the_day = tuple(order for order in history if order.day == DAY)
    draft = read_playbook(PLAYBOOK, published_at=morning, number=1)
    with TemporaryDirectory() as folder:
        slow = AtHome(Path(folder), draft)
        slow.remember((order for order in history if order.day < DAY), Calendar(morning).shift)
        known = slow.snapshot(morning)
    return World(known, choose(known, history), of_the_day, draft)
