"""The stored forms of entries, profiles and a snapshot's header: compact JSON. Readers ignore what they do not know."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tandem.attributes import first_profile
from tandem.attributes.entries import Entry, Returned, Sold
from tandem.attributes.live import Live
from tandem.attributes.profile import Grains, Profile
from tandem.attributes.tiers import CutPoints, SnapshotHeader
from tandem.errors import BadEvent, Unreadable
from tandem.events import EventType
from tandem.events.times import read_time, to_text

VERSION: Final = 2


def pack_entry(entry: Entry) -> list[Any]:
    """An entry as a row; what is missing at its end has its default."""
    sold = [entry.sold.total_minor, entry.sold.currency] if entry.sold else 0
    returned = entry.returned
    back = (
        [returned.order, int(returned.full), returned.minor, returned.currency, [list(p) for p in returned.products]]
        if returned
        else 0
    )
    row = [
        entry.identity,
        str(entry.type),
        entry.occurred,
        entry.received - entry.occurred,
        entry.playbook,
        [each for pair in sorted(entry.parts.items()) for each in pair],
        sold,
        back,
        [each for pair in sorted(entry.left_out.items()) for each in pair],
    ]
    while not row[-1] and len(row) > 6:
        row.pop()
    return row


def unpack_entry(row: list[Any]) -> Entry:
    """The inverse of `pack_entry`."""
    identity, kind, occurred, later, playbook, parts, *more = row
    sold, returned, left_out = (*more, 0, 0, [])[:3] if len(more) < 3 else more[:3]
    return Entry(
        identity=identity,
        type=EventType(kind),
        occurred=occurred,
        received=occurred + later,
        playbook=playbook,
        parts=_pairs(parts),
        sold=Sold(*sold) if sold else None,
        returned=_returned(returned) if returned else None,
        left_out=_pairs(left_out or []),
    )


def _returned(row: list[Any]) -> Returned:
    order, full, minor, currency, products = row
    return Returned(order, bool(full), minor, currency, tuple((product, pieces) for product, pieces in products))


def _pairs(row: list[Any]) -> dict[int, Any]:
    return dict(zip(row[::2], row[1::2], strict=True))


def pack_grains(folded: Mapping[int, Grains]) -> dict[str, Any]:
    """Partials by code and grain: grains as differences, since they lie close together."""
    return {str(code): _grain_row(grains) for code, grains in sorted(folded.items())}


def _grain_row(grains: Grains) -> Any:
    row: list[Any] = []
    before = 0
    for grain, partial in sorted(grains.items()):
        row += [grain - before, partial]
        before = grain
    return row


def unpack_grains(document: Mapping[str, Any]) -> dict[int, dict[int, Any]]:
    """The inverse of `pack_grains`."""
    return {int(code): _grains(row) for code, row in document.items()}


def _grains(row: list[Any]) -> dict[int, Any]:
    grains: dict[int, Any] = {}
    at = 0
    for step, partial in zip(row[::2], row[1::2], strict=True):
        at += step
        grains[at] = partial
    return grains


def pack_counts(counts: Mapping[int, Mapping[str, int]]) -> dict[str, Any]:
    """Counts by code and reason."""
    return {str(code): dict(sorted(reasons.items())) for code, reasons in sorted(counts.items())}


def unpack_counts(document: Mapping[str, Any]) -> dict[int, dict[str, int]]:
    """The inverse of `pack_counts`."""
    return {int(code): dict(reasons) for code, reasons in document.items()}


def pack_live(live: Live) -> dict[str, Any]:
    """The live side as JSON; empty parts are left out."""
    document = {
        "entries": [pack_entry(entry) for entry in live.entries],
        "folded": pack_grains(live.folded),
        "left_out": pack_counts(live.left_out),
        "crowded_until": live.crowded_until,
        "full_until": live.full_until,
    }
    return {name: part for name, part in document.items() if part}


def unpack_live(document: Mapping[str, Any]) -> Live:
    """The inverse of `pack_live`."""
    return Live(
        entries=tuple(unpack_entry(row) for row in document.get("entries", ())),
        folded=unpack_grains(document.get("folded", {})),
        left_out=unpack_counts(document.get("left_out", {})),
        crowded_until=document.get("crowded_until", 0),
        full_until=document.get("full_until", 0),
    )


def pack_profile(profile: Profile) -> bytes:
    """The bytes stored for a profile. Equal profiles make equal bytes."""
    return zlib.compress(json.dumps(profile_document(profile), separators=(",", ":"), ensure_ascii=False).encode(), 9)


def profile_document(profile: Profile) -> dict[str, Any]:
    """A profile as JSON. The rules carried are ranges, their partials stand in the order of the codes."""
    codes = sorted(profile.codes)
    document = {
        "v": VERSION,
        "as_of": to_text(profile.as_of),
        "codes": _ranges(codes),
        "parts": [_grain_row(profile.parts.get(code, {})) or 0 for code in codes],
        "left_out": pack_counts(profile.left_out),
        "listed": "".join(sorted(profile.listed)),
        "orders": [pack_entry(entry) for entry in profile.orders],
        "refunds": [pack_entry(entry) for entry in profile.refunds],
        "orders_since": profile.orders_since,
        "figures": dict(sorted(profile.figures.items())),
    }
    return {name: part for name, part in document.items() if part}


def unpack_profile(customer_id: str, data: bytes) -> Profile:
    """The inverse of `pack_profile`. Raises Unreadable."""
    try:
        return read_profile(customer_id, json.loads(zlib.decompress(data)))
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError, BadEvent) as error:
        raise Unreadable(f"profile of {customer_id}") from error


def read_profile(customer_id: str, document: Mapping[str, Any]) -> Profile:
    """The inverse of `profile_document`, also for one of the first release."""
    if document["v"] == first_profile.VERSION:
        return first_profile.read_first_profile(customer_id, document)
    if document["v"] != VERSION:
        raise Unreadable(f"version {document['v']}")
    codes = _codes(document.get("codes", ()))
    listed = document.get("listed", "")
    return Profile(
        customer_id=customer_id,
        as_of=read_time(document["as_of"], "as_of"),
        codes=frozenset(codes),
        parts={code: _grains(row) for code, row in zip(codes, document.get("parts", ()), strict=True) if row},
        left_out=unpack_counts(document.get("left_out", {})),
        listed=frozenset(listed[at : at + 16] for at in range(0, len(listed), 16)),
        orders=tuple(unpack_entry(row) for row in document.get("orders", ())),
        refunds=tuple(unpack_entry(row) for row in document.get("refunds", ())),
        orders_since=document.get("orders_since", 0),
        figures=document.get("figures", {}),
    )


def _ranges(codes: Iterable[int]) -> list[int]:
    """Pairs of a first code and how many follow it without a gap."""
    row: list[int] = []
    for code in codes:
        if row and code == row[-2] + row[-1]:
            row[-1] += 1
        else:
            row += [code, 1]
    return row


def _codes(row: Iterable[int]) -> list[int]:
    numbers = list(row)
    return [first + at for first, many in zip(numbers[::2], numbers[1::2], strict=True) for at in range(many)]


def pack_header(header: SnapshotHeader) -> dict[str, Any]:
    """The header as JSON: the manifest `snapshot.json` of a snapshot, and the header item's `data`."""
    cuts = header.cut_points
    return {
        "v": VERSION,
        "as_of": to_text(header.as_of),
        "profiles": header.profiles,
        "codes": _ranges(sorted(header.codes)),
        "cut_points": cuts and {"currency": cuts.currency, "low_max": cuts.low_max, "medium_max": cuts.medium_max},
    }


def unpack_header(document: Mapping[str, Any]) -> SnapshotHeader:
    """The inverse of `pack_header`, also for one of the first release."""
    cuts = document["cut_points"]
    is_first = document["v"] == first_profile.VERSION
    return SnapshotHeader(
        as_of=read_time(document["as_of"], "as_of"),
        cut_points=cuts and CutPoints(cuts["currency"], cuts["low_max"], cuts["medium_max"]),
        profiles=document["profiles"],
        codes=first_profile.CODES if is_first else frozenset(_codes(document.get("codes", ()))),
    )
