"""A snapshot in the middle of the day: built and loaded while events go on.

It takes in the orders of the small hours, whose first copies lie in the archive: they leave the live side for the
profile, which counts each of them once.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from infra.demo.cast import Known
from infra.demo.door import Envelope
from infra.demo.findings import read_customers
from infra.demo.house import House
from infra.demo.past import build, fetch, wait_until_loaded
from infra.local import StackError
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.profile_files import ProfileFiles
from tandem.archive import Delivery, keep
from tandem.customer import Customer
from tandem.events.times import read_time, to_text
from tandem.profiles.request import AT_LEAST_OLD, QUARTER

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PATIENCE: Final = timedelta(minutes=2)
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Look:
    """The records of all customers, as they were from `since` to `until`."""

    since: datetime
    until: datetime
    customers: Mapping[str, Customer]


@dataclass(frozen=True, slots=True)
class Middle:
    """`before` is from before the build began, `after` from when the snapshot was loaded; `known` is what it says."""

    as_of: datetime
    key: str
    before: Look
    after: Look
    known: Known


def latest(now: datetime) -> datetime:
    """The latest moment that a snapshot may have."""
    moment = now - AT_LEAST_OLD
    return moment - (moment - _EPOCH) % QUARTER


def first_copies(published: Sequence[Envelope]) -> list[Delivery]:
    """Live events as the shop sent them first: received when they occurred, and archived then."""
    return [
        Delivery(each["event_id"], json.dumps(_first(each)), read_time(each["occurred_at"], "occurred_at"))
        for each in published
    ]


def _first(each: Envelope) -> Mapping[str, str]:
    message = json.dumps({name: part for name, part in each.items() if name != "received_at"})
    at = to_text(read_time(each["occurred_at"], "occurred_at"))
    return {"Type": "Notification", "MessageId": f"first-{each['event_id']}", "Message": message, "Timestamp": at}


@dataclass(slots=True)
class Taking:
    """A snapshot under way in a thread of its own."""

    house: House
    as_of: datetime
    before: Look
    answer: Future[tuple[str, Look]]

    def wait_until_it_reads(self) -> None:
        """Returns when the archive was found whole up to `as_of` and the first customers are computed."""
        snapshots = ProfileFiles(self.house.stack.client("s3"), self.house.outputs["BucketName"])
        deadline = time.monotonic() + _PATIENCE.total_seconds()
        while not self.answer.done() and not snapshots.names(self.as_of):
            if time.monotonic() > deadline:
                raise StackError("build_profiles did not begin to read within two minutes")
            time.sleep(_PAUSE)

    def finish(self, folder: Path) -> Middle:
        """Waits for its end, and fetches its files into `folder`."""
        key, after = self.answer.result()
        return Middle(self.as_of, key, self.before, after, fetch(self.house, key, folder))


@contextmanager
def taking(house: House, published: Sequence[Envelope]) -> Iterator[Taking]:
    """Archives the first copies, and has a snapshot of the latest moment built and loaded in the background."""
    before, as_of = look(house), latest(datetime.now(UTC))
    archive = ArchiveFiles(house.stack.client("s3"), house.outputs["BucketName"])
    kept = keep(first_copies(published), archive)
    if kept.failed:
        raise StackError(f"{len(kept.failed)} first copies could not be archived")
    with ThreadPoolExecutor(1) as pool:
        yield Taking(house, as_of, before, pool.submit(_take, house, as_of))


def _take(house: House, as_of: datetime) -> tuple[str, Look]:
    manifest = build(house, {"as_of": as_of})
    wait_until_loaded(house, as_of, lambda _: None)
    return manifest["key"], look(house)


def look(house: House) -> Look:
    """Reads every customer."""
    since = datetime.now(UTC)
    found = Look(since, since, read_customers(house))
    return replace(found, until=datetime.now(UTC))
