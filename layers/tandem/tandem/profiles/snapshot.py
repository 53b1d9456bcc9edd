"""A snapshot as files: state and profiles in partitions, and the manifest that is written last and names them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tandem.attributes import Profile, SnapshotHeader
from tandem.attributes.stored import pack_header, unpack_header, unpack_profile
from tandem.errors import BadEvent, BadHistory
from tandem.events.times import read_time, to_text
from tandem.profiles.engine import connect

FOLDER: Final = "snapshots"
MANIFEST: Final = "snapshot.json"
AT_ONCE: Final = 1000
REMEMBERED_FOR: Final = timedelta(days=60)  # no older snapshot is the last one loaded, or all is loaded anew
_FOLDER_FORM: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Counts:
    """`events` were read from the archive and the imports, for `changed` profiles of all `customers`.

    `orders` are those in the snapshot, without the ones refunded in full.
    """

    events: int
    changed: int
    customers: int
    orders: int


@dataclass(frozen=True, slots=True)
class Part:
    """The names of a partition's two files."""

    state: str
    profiles: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `snapshot.json` says: the header, the partitions' files beside it, and what it was made of.

    `chain` are the moments of the snapshots it goes back to, without a gap, newest first, this one left out. `imports`
    are those it has read, `unfinished` those of them with events that had not occurred yet. `form` is how states and
    profiles are stored.
    """

    header: SnapshotHeader
    parts: tuple[Part, ...]
    counts: Counts
    playbook: int
    form: str
    chain: tuple[datetime, ...] = ()
    imports: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()

    @property
    def as_of(self) -> datetime:
        """The header's."""
        return self.header.as_of

    @property
    def key(self) -> str:
        """Where it lies."""
        return f"{folder_of(self.as_of)}/{MANIFEST}"

    def next_chain(self) -> tuple[datetime, ...]:
        """The chain of the snapshot that is made from this one."""
        return tuple(each for each in (self.as_of, *self.chain) if each > self.as_of - REMEMBERED_FOR)


def pack_manifest(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON: the header's fields, and more that readers of headers ignore."""
    return {
        **pack_header(manifest.header),
        "parts": [asdict(part) for part in manifest.parts],
        "counts": asdict(manifest.counts),
        "playbook": manifest.playbook,
        "form": manifest.form,
        "chain": [to_text(each) for each in manifest.chain],
        "imports": list(manifest.imports),
        "unfinished": list(manifest.unfinished),
    }


def unpack_manifest(document: Mapping[str, Any]) -> Manifest:
    """The inverse of `pack_manifest`. Raises BadHistory."""
    try:
        return Manifest(
            header=unpack_header(document),
            parts=tuple(Part(part["state"], part["profiles"]) for part in document["parts"]),
            counts=Counts(*(document["counts"][name] for name in Counts.__dataclass_fields__)),
            playbook=document["playbook"],
            form=document["form"],
            chain=tuple(read_time(each, "chain") for each in document["chain"]),
            imports=tuple(document["imports"]),
            unfinished=tuple(document["unfinished"]),
        )
    except (KeyError, TypeError, ValueError, BadEvent) as error:
        raise BadHistory(MANIFEST, f"not a snapshot's manifest: {error}") from error


def folder_of(as_of: datetime) -> str:
    """Where the snapshot of a moment lies: `snapshots/20261121T000000Z`."""
    return f"{FOLDER}/{as_of.astimezone(UTC).strftime(_FOLDER_FORM)}"


def moment_of(folder: str) -> datetime | None:
    """The moment that a folder's name says; None for any other name."""
    try:
        return datetime.strptime(folder, _FOLDER_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def read_profiles(paths: Iterable[Path]) -> Iterator[Profile]:
    """The profiles in files of a snapshot, one after the other."""
    for path in paths:
        with closing(connect(path.parent)) as connection:
            answer = connection.execute("SELECT customer_id, document FROM read_parquet($path)", {"path": str(path)})
            while found := answer.fetchmany(AT_ONCE):
                yield from (unpack_profile(*row) for row in found)
