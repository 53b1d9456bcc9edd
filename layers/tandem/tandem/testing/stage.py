"""Where a test plays: a published playbook, a clock that has not begun to run, customers to be."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from infra.publish.edition import Edition
from infra.publish.playbook import Draft, read_folder
from tandem.actor.step import zone_of
from tandem.adapters.live_item import Stoppable
from tandem.adapters.memory import MemoryCustomers, MemoryPlaybooks
from tandem.adapters.memory_live import MemoryLive
from tandem.adapters.memory_sending import MemoryContents
from tandem.customer import Customer
from tandem.playbook import Live, Playbook
from tandem.profiles.dates import date_attributes
from tandem.testing.dates import raise_dates, raised_at
from tandem.testing.happened import Happened
from tandem.testing.moments import read_moment
from tandem.testing.past import Amount, header, snapshot_before
from tandem.testing.running import Running
from tandem.testing.sender import Sender

START: Final = "2026-03-02 10:00"  # a Monday, where a test does not say
TIERS: Final[tuple[Amount, Amount]] = (30, 60)


@dataclass(slots=True, repr=False)
class Stage:
    """What is the same for all who take part. `zone` is the one that a test speaks in."""

    drafts: list[Draft]
    zone: ZoneInfo = field(init=False)
    tiers: tuple[Amount, Amount] = TIERS
    _running: Running | None = None
    _live: MemoryLive = field(init=False)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.playbook.shop.default_time_zone)
        self._live = MemoryLive(lambda: self.now, Live(self.playbook.number))

    @property
    def playbook(self) -> Playbook:
        """The one published last."""
        return self.drafts[-1].playbook

    @property
    def has_begun(self) -> bool:
        """Whether the clock runs."""
        return self._running is not None

    @property
    def running(self) -> Running:
        """The world under way; it begins when it is first asked for."""
        if self._running is None:
            self.begin(read_moment(START, self.zone))
        assert self._running is not None  # noqa: S101 - it has just begun
        return self._running

    @property
    def now(self) -> datetime:
        """What the clock shows (UTC)."""
        return self.running.now

    @property
    def happened(self) -> list[Happened]:
        """Everything up to now."""
        return self.running.happened

    def begin(self, moment: datetime) -> None:
        """Starts the clock."""
        known = header(self.playbook, self.tiers, as_of=snapshot_before(moment))
        self._running = Running(
            now=moment,
            customers=MemoryCustomers(header=known, live=self._live.held),
            playbooks=MemoryPlaybooks({each.playbook.number: each.playbook for each in self.drafts}),
            sender=Sender(MemoryContents({each.playbook.number: each.content for each in self.drafts})),
        )
        self._raise_daily(moment)

    def snapshot(self) -> None:
        """The header of a snapshot of now, of the rules that it carried at the start."""
        held = self.running.customers
        told = header(self.drafts[0].playbook, self.tiers, as_of=snapshot_before(self.now))
        held.header = replace(told, profiles=max(1, len(held.profiles)))

    def publish(self, folder: Path, takes_effect_at: datetime | None) -> Playbook:
        """The playbook in a folder as the next edition. Raises BadPlaybook."""
        edition = Edition(self.now, self.playbook.number + 1, self.playbook, takes_effect_at)
        draft = read_folder(folder, edition)
        self.drafts.append(draft)
        self.running.playbooks.published[edition.number] = draft.playbook
        self.running.sender.contents.items[edition.number] = draft.content
        self._live.put_live(edition.number, at=takes_effect_at, expected=self._live.held)
        self.running.customers.live = self._live.held
        return draft.playbook

    def hold(self, kind: Stoppable, name: str, *, stopped: bool) -> None:
        """Stops something, or lets it go on."""
        act: Callable[[Stoppable, str], bool] = self._live.stop if stopped else self._live.resume
        act(kind, name)
        self.running.customers.live = self._live.held

    def customer(self, customer_id: str) -> Customer:
        """The record by now."""
        return self.running.customers.get(customer_id) or Customer(customer_id)

    def zone_of(self, customer_id: str) -> ZoneInfo:
        """The customer's zone, or the shop's."""
        return zone_of(self.customer(customer_id).trait("time_zone"), self.playbook.shop.default_time_zone)

    def raise_dates(self, customer: Customer, days: tuple[int, ...]) -> None:
        """What `load_profiles` raises of one customer, so many days ahead of today."""
        running = self.running
        today = self.now.astimezone(UTC).date()
        profile = running.customers.profiles.get(customer.customer_id)
        ahead = [today + timedelta(days=each) for each in days]
        for told in raise_dates(customer, profile, running.customers.header, self.playbook, ahead, now=self.now):
            running.receive(told)

    def _raise_daily(self, moment: datetime) -> None:
        due = raised_at(moment)
        self.running.at(due, lambda: self._raise_all(due))

    def _raise_all(self, due: datetime) -> None:
        self._raise_daily(due)
        for customer in self.running.customers.all() if date_attributes(self.playbook) else ():
            self.raise_dates(customer, (1, 2))
