"""What both brains know of a customer from before: orders in a snapshot, and what the customer said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tandem.attributes import CutPoints, Profile, SnapshotHeader
from tandem.customer import Customer, absorb
from tandem.events import Event, parse_envelope
from tandem.events.money import to_major, to_minor
from tandem.events.times import to_text
from tandem.playbook import Playbook
from tandem.profiles.advance import State, advance

Amount = Decimal | int | float | str
SAID_BEFORE: Final = timedelta(days=60)
SNAPSHOT_BEFORE: Final = timedelta(hours=2)
_QUARTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Past:
    """`orders` came to `revenue` together, so many days between two of them, the last one so many days ago."""

    orders: int = 0
    revenue: Amount = 0
    days_between: float = 30
    days_ago: float = 30


def snapshot_before(now: datetime) -> datetime:
    """The moment of the snapshot that is loaded by `now`: a quarter hour, at least two hours before."""
    latest = now - SNAPSHOT_BEFORE
    return latest - (latest - datetime.min.replace(tzinfo=latest.tzinfo)) % _QUARTER


def header(playbook: Playbook, tiers: tuple[Amount, Amount], *, as_of: datetime) -> SnapshotHeader:
    """The header of a snapshot that carries every rule. `tiers` are the largest averages of low and medium."""
    low, medium = (minor(each, playbook) for each in tiers)
    cuts = CutPoints(playbook.shop.currency, low, medium)
    return SnapshotHeader(as_of, cuts, profiles=1, codes=frozenset(playbook.ruleset.at(as_of).by_code))


def known_before(
    customer_id: str, traits: Mapping[str, Any], past: Past, playbook: Playbook, *, now: datetime
) -> tuple[Customer, Profile]:
    """The record and the profile, made by the code of both brains out of what would have happened."""
    as_of = snapshot_before(now)
    said = _event(customer_id, "customer_identified", now - SAID_BEFORE, traits)
    orders = [_order(customer_id, at, past, playbook, now) for at in range(past.orders)]
    advanced = advance(customer_id, State(), [said, *orders], playbook.ruleset, as_of=as_of)
    profile = advanced.profile if advanced else Profile(customer_id, as_of)
    if orders:
        figures: dict[str, int | str] = {
            "frequency": past.orders,
            "monetary_minor": minor(past.revenue, playbook) // past.orders,
            "last_order_at": to_text(orders[0].occurred_at),
        }
        profile = replace(profile, figures=figures)
    return absorb(Customer(customer_id), [said], profile, playbook.ruleset, now=now).customer, profile


def _order(customer_id: str, place: int, past: Past, playbook: Playbook, now: datetime) -> Event:
    """One of them, the latest first."""
    at = now - timedelta(days=past.days_ago + place * past.days_between)
    share, rest = divmod(minor(past.revenue, playbook), past.orders)
    total = to_major(share + (rest if place == 0 else 0), playbook.shop.currency)
    properties = {
        "order_id": f"before-{customer_id}-{place}",
        "total": str(total),
        "currency": playbook.shop.currency,
    }
    return _event(customer_id, "order_completed", at, properties)


def _event(customer_id: str, kind: str, at: datetime, properties: Mapping[str, Any]) -> Event:
    envelope: dict[str, Any] = {
        "v": 1,
        "event_id": f"{kind}-{customer_id}-{to_text(at)}",
        "type": kind,
        "customer_id": customer_id,
        "occurred_at": to_text(at),
        "properties": dict(properties),
    }
    return parse_envelope(envelope, at)


def minor(amount: Amount, playbook: Playbook) -> int:
    """An amount in minor units of the shop's currency."""
    return to_minor(Decimal(str(amount)), playbook.shop.currency)
