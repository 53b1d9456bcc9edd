"""What `load_profiles` raises once a day: dates that come back. Here from all that is known by then."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.actor import attributes_of
from tandem.attributes import Profile, SnapshotHeader
from tandem.attributes.recurring import read_recurring
from tandem.customer import Customer
from tandem.events.times import to_text
from tandem.playbook import Playbook
from tandem.profiles.dates import Reached, date_attributes

DAILY: Final = time(4, 15)  # UTC, as in template.yaml


def raised_at(after: datetime) -> datetime:
    """The next time of the day at which dates are raised."""
    today = datetime.combine(after.astimezone(UTC).date(), DAILY, UTC)
    return today if today > after else today + timedelta(days=1)


def raise_dates(
    customer: Customer,
    profile: Profile | None,
    header: SnapshotHeader | None,
    playbook: Playbook,
    days: Sequence[date],
    *,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """The envelopes of a customer's dates that come back on these days."""
    named = date_attributes(playbook)
    known = attributes_of(customer, profile, header, playbook, now=now) if named else None
    for attribute in named:
        told = _as_text(known[attribute] if known else None, ZoneInfo(playbook.shop.default_time_zone))
        recurring = read_recurring(told) if told else None
        for day in days:
            if recurring and recurring.comes_on(day):
                yield _envelope(Reached(customer.customer_id, attribute, day), now)


def _as_text(value: Any, zone: ZoneInfo) -> str:
    """A moment is its day in the shop's zone."""
    return value.astimezone(zone).date().isoformat() if isinstance(value, datetime) else str(value or "")


def _envelope(reached: Reached, now: datetime) -> dict[str, Any]:
    return {
        "v": 1,
        "event_id": reached.event_id,
        "type": "date_reached",
        "customer_id": reached.customer_id,
        "occurred_at": to_text(now),
        "properties": {"attribute": reached.attribute, "date": reached.day.isoformat()},
    }
