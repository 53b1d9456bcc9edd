"""A snapshot as files: one Parquet file of profiles, and the manifest that is written last and names it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tandem.attributes.profile import Profile, RecentSum, pack_header, unpack_header
from tandem.attributes.tiers import SnapshotHeader
from tandem.attributes.totals import Sum, Totals
from tandem.errors import BadHistory
from tandem.events.times import to_text
from tandem.profiles.engine import connect

FOLDER: Final = "snapshots"
MANIFEST: Final = "snapshot.json"
AT_ONCE: Final = 1000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_READ: Final = (
    "SELECT customer_id, totals, epoch_us(first_order_at), epoch_us(last_order_at),"
    " recency_days, frequency, monetary_minor, listed, recent FROM read_parquet($path)"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """`rows` of the history = `duplicates` (the same order again) + `after_as_of` (left out) + `orders` (included)."""

    rows: int
    duplicates: int
    after_as_of: int
    orders: int
    customers: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `snapshot.json` says: the header, the name of the file of profiles beside it, and what was counted."""

    header: SnapshotHeader
    file: str
    counts: Counts


def pack_manifest(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON: the header's fields, and more that readers of headers ignore."""
    return {**pack_header(manifest.header), "file": manifest.file, "counts": asdict(manifest.counts)}


def unpack_manifest(document: dict[str, Any]) -> Manifest:
    """The inverse of `pack_manifest`. Raises BadHistory."""
    try:
        return Manifest(unpack_header(document), document["file"], Counts(**document["counts"]))
    except (KeyError, TypeError) as error:
        raise BadHistory(MANIFEST, f"not a snapshot's manifest: {error}") from error


def folder_of(as_of: datetime) -> str:
    """Where the snapshot of a moment lies: `snapshots/20261121T000000Z`."""
    return f"{FOLDER}/{to_text(as_of).replace('-', '').replace(':', '')}"


def read_profiles(path: Path, as_of: datetime) -> Iterator[Profile]:
    """The profiles of a snapshot's Parquet file, one after the other."""
    with closing(connect(path.parent)) as connection:
        answer = connection.execute(_READ, {"path": str(path)})
        while found := answer.fetchmany(AT_ONCE):
            yield from (_profile(row, as_of) for row in found)


def _profile(row: tuple[Any, ...], as_of: datetime) -> Profile:
    customer_id, totals, first, last, recency_days, frequency, monetary_minor, listed, recent = row
    return Profile(
        customer_id=customer_id,
        as_of=as_of,
        totals=Totals({part["currency"]: Sum(part["orders"], part["revenue_minor"]) for part in totals}),
        first_order_at=_EPOCH + timedelta(microseconds=first),
        last_order_at=_EPOCH + timedelta(microseconds=last),
        recency_days=recency_days,
        frequency=frequency,
        monetary_minor=monetary_minor,
        listed=frozenset(listed or ()),
        recent=tuple(
            RecentSum(_EPOCH + timedelta(seconds=part["quarter"]), part["currency"], part["minor"])
            for part in recent or ()
        ),
    )
