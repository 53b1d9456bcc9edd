"""Dates that come back: who of a snapshot's customers has a birthday in the days to come.

On a day (UTC) the two days after it are raised. A local day begins first at UTC+14, at 10:00 UTC of the day before:
what is raised on day D, at whatever hour, is in time for all of D+2, and before 10:00 UTC for all of D+1 too. So a day
is raised two nights ahead, and one missed night is made good by the next. Raised again, an event is the same event.

29 February comes back on 28 February in a year without one. A date with its year comes on that very day, and every year
after. Who told a date only after the snapshot's moment has it in the next snapshot, and is told of from then on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.attributes import Attributes, Carts, Live, Profile, SnapshotHeader
from tandem.attributes.recurring import Recurring, read_recurring
from tandem.events import digest
from tandem.playbook import OnDate, Playbook

DAYS_AHEAD: Final = (1, 2)
_NOTHING_OPEN: Final = Carts({}, {})


@dataclass(frozen=True, slots=True)
class Reached:
    """The date in a customer's attribute comes back on `day`, wherever the customer is."""

    customer_id: str
    attribute: str
    day: date

    @property
    def event_id(self) -> str:
        """The same whenever it is raised."""
        return digest("date_reached", self.customer_id, self.attribute, self.day.isoformat())


@dataclass(slots=True)
class Found:
    """`no_date` counts texts that are no date, `incomplete` values that cannot be trusted: both are left out."""

    reached: list[Reached] = field(default_factory=list)
    no_date: int = 0
    incomplete: int = 0


def coming_days(today: date) -> tuple[date, ...]:
    """The days raised on a day (UTC)."""
    return tuple(today + timedelta(days=each) for each in DAYS_AHEAD)


def date_attributes(playbook: Playbook) -> tuple[str, ...]:
    """The attributes whose dates start a campaign or a journey. Sorted."""
    starts = [*(each.trigger for each in playbook.campaigns), *(each.start for each in playbook.journeys)]
    named = {each.date for each in starts if isinstance(each, OnDate)}
    return tuple(sorted(named & playbook.ruleset.by_attribute.keys()))


@dataclass(frozen=True)
class Calendar:
    """The dates that a playbook's triggers name, read from profiles as its rules say. Times are aware."""

    playbook: Playbook

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that hold them. Sorted."""
        return date_attributes(self.playbook)

    def look(
        self, profiles: Iterable[Profile], header: SnapshotHeader, *, now: datetime, days: Sequence[date]
    ) -> Found:
        """Whose dates come back on these days."""
        found = Found()
        for profile in profiles:
            for attribute, value, incomplete in self._values(profile, header, now):
                if incomplete:
                    found.incomplete += 1
                elif value is not None:
                    found.reached += self._reached(profile.customer_id, attribute, value, days, found)
        return found

    def _reached(
        self, customer_id: str, attribute: str, value: Any, days: Sequence[date], found: Found
    ) -> Iterator[Reached]:
        told = self._recurring(value)
        if told is None:
            found.no_date += 1
            return
        yield from (Reached(customer_id, attribute, day) for day in days if told.comes_on(day))

    def _values(self, profile: Profile, header: SnapshotHeader, now: datetime) -> Iterator[tuple[str, Any, str]]:
        currency = self.playbook.shop.currency
        known = Attributes(
            self.playbook.ruleset,
            Live(),
            profile.counted_in(currency),
            header,
            carts=_NOTHING_OPEN,
            zone=self._zone,
            now=now,
            currency=currency,
        )
        return ((attribute, *known.known(attribute)) for attribute in self.attributes)

    def _recurring(self, value: Any) -> Recurring | None:
        """A moment (of the first order, say) is its day in the shop's zone."""
        if isinstance(value, datetime):
            day = value.astimezone(self._zone)
            return Recurring(day.year, day.month, day.day)
        return read_recurring(value) if isinstance(value, str) else None

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.playbook.shop.default_time_zone)
