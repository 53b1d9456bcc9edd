"""What one run of the slow brain knows of a customer, and the form it is stored in."""

import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.attributes.tiers import CutPoints, SnapshotHeader
from tandem.attributes.totals import Sum, Totals
from tandem.errors import BadEvent, Unreadable
from tandem.events.times import read_time, to_text

VERSION: Final = 1
TAIL: Final = timedelta(hours=48)  # received in the tail: covered only if listed
LISTED_FOR: Final = timedelta(days=45) + TAIL  # how far before as_of occurred events are listed
RECENT_FOR: Final = timedelta(hours=27)  # a local day is at most 25 hours, and reading starts at as_of


@dataclass(frozen=True, slots=True)
class RecentSum:
    """What was ordered in one quarter hour (`quarter`: its start, UTC) in one currency."""

    quarter: datetime
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer's line of a snapshot. `as_of` is aware, UTC, on a quarter hour.

    `listed` holds the identities (16 hex digits) of the included orders that occurred in the 47 days before `as_of`;
    `recent` their amounts by quarter hour in the 27 hours before it, for "today" in any zone.
    """

    customer_id: str
    as_of: datetime
    totals: Totals
    first_order_at: datetime
    last_order_at: datetime
    recency_days: int
    frequency: int
    monetary_minor: int
    listed: frozenset[str] = frozenset()
    recent: tuple[RecentSum, ...] = ()

    def covers(self, identity: str, received_at: datetime) -> bool:
        """Whether an event is already in the totals: it is listed, or was received before the tail."""
        return identity in self.listed or received_at < self.as_of - TAIL


def pack_profile(profile: Profile) -> bytes:
    """The bytes stored for a profile."""
    document = {
        "v": VERSION,
        "as_of": to_text(profile.as_of),
        "totals": {currency: list(held) for currency, held in profile.totals.by_currency.items()},
        "first": to_text(profile.first_order_at),
        "last": to_text(profile.last_order_at),
        "rfm": [profile.recency_days, profile.frequency, profile.monetary_minor],
        "listed": "".join(sorted(profile.listed)),
        "recent": [[to_text(item.quarter), item.currency, item.minor] for item in profile.recent],
    }
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode())


def unpack_profile(customer_id: str, data: bytes) -> Profile:
    """The inverse of `pack_profile`; unknown fields are ignored. Raises Unreadable."""
    try:
        return _profile(customer_id, json.loads(zlib.decompress(data)))
    except (zlib.error, ValueError, LookupError, TypeError, BadEvent) as error:
        raise Unreadable(f"profile of {customer_id}") from error


def _profile(customer_id: str, document: dict[str, Any]) -> Profile:
    listed = document["listed"]
    recency, frequency, monetary = document["rfm"]
    return Profile(
        customer_id=customer_id,
        as_of=read_time(document["as_of"], "as_of"),
        totals=Totals({currency: Sum(*held) for currency, held in document["totals"].items()}),
        first_order_at=read_time(document["first"], "first"),
        last_order_at=read_time(document["last"], "last"),
        recency_days=recency,
        frequency=frequency,
        monetary_minor=monetary,
        listed=frozenset(listed[at : at + 16] for at in range(0, len(listed), 16)),
        recent=tuple(
            RecentSum(read_time(quarter, "recent"), currency, minor) for quarter, currency, minor in document["recent"]
        ),
    )


def pack_header(header: SnapshotHeader) -> dict[str, Any]:
    """The header as JSON: the manifest `snapshot.json` of a snapshot, and the header item's `data`."""
    cuts = header.cut_points
    return {
        "v": VERSION,
        "as_of": to_text(header.as_of),
        "profiles": header.profiles,
        "cut_points": cuts and {"currency": cuts.currency, "low_max": cuts.low_max, "medium_max": cuts.medium_max},
    }


def unpack_header(document: dict[str, Any]) -> SnapshotHeader:
    """The inverse of `pack_header`."""
    cuts = document["cut_points"]
    return SnapshotHeader(
        as_of=read_time(document["as_of"], "as_of"),
        cut_points=cuts and CutPoints(cuts["currency"], cuts["low_max"], cuts["medium_max"]),
        profiles=document["profiles"],
    )
