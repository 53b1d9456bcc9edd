"""Profiles built and loaded a second, the first snapshot of all CDNOW and the next night's, and what loading writes."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.demo.at_home import AtHome
from infra.demo.cdnow import Order, ordered_at, orders
from infra.publish.playbook import read_playbook
from tandem.adapters.folder_snapshots import FolderSnapshots
from tandem.adapters.profile_table import CONFIG, ProfileTable
from tandem.archive import Delivery, keep
from tandem.profiles.build import Builder
from tandem.profiles.difference import Difference
from tandem.profiles.load import USD_A_UNIT
from tandem.profiles.snapshot import Manifest
from tests.bench.canned import canned
from tests.bench.report import Report
from tests.bench.write_units import order_envelope
from tests.builders import by_door

FIRST = datetime(1998, 3, 1, tzinfo=UTC)
NIGHTS = (FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=31))


@dataclass(slots=True)
class Night:
    """What a snapshot took and holds."""

    manifest: Manifest
    seconds: float
    profiles: int
    units: int


def run() -> list[Report]:
    """Built from the archive of all orders by the code of the Lambda; loaded is the difference to the one before."""
    built = Report(
        "snapshots of CDNOW, built",
        ("events read", "profiles made", "CPU s", "profiles a CPU second"),
        "the first has everything, the next what was received since",
    )
    loaded = Report(
        "snapshots of CDNOW, loaded", ("profiles", "write units", "units a profile", "US$"), "put one by one"
    )
    with TemporaryDirectory() as name:
        home = AtHome(Path(name), read_playbook(Path("infra/playbook"), published_at=FIRST, number=1))
        rows = list(orders(Path("tests/data/cdnow_master.txt")))
        before: datetime | None = None
        for moment in NIGHTS:
            since = [each for each in rows if (not before or ordered_at(each) >= before) and ordered_at(each) < moment]
            if before:
                _archive(home, since)
            else:
                home.remember(since)
            night = _night(home, moment, before)
            built.add(
                f"{moment:%d %b %Y}",
                night.manifest.counts.events,
                night.profiles,
                night.seconds,
                night.profiles / night.seconds,
            )
            cost = night.units * USD_A_UNIT
            loaded.add(f"{moment:%d %b %Y}", night.profiles, night.units, night.units / night.profiles, cost)
            before = moment
        rate = _rate(Path(name))
    puts = Report("profiles put", ("a CPU second",), "CPU of the client, the network taken out")
    for way, speed in rate.items():
        puts.add(way, speed)
    return [built, loaded, puts]


def _archive(home: AtHome, since: list[Order]) -> None:
    """As they come by the door: an import would make the builder start over."""
    for each in since:
        at = ordered_at(each)
        keep([Delivery(each.order_id, by_door(order_envelope(each), at), at)], home.archive)


def _night(home: AtHome, moment: datetime, before: datetime | None) -> Night:
    snapshots = FolderSnapshots(home.folder)
    began = time.process_time()
    manifest = Builder(snapshots, home.archive).build(moment, home.draft.playbook, home.folder)
    seconds = time.process_time() - began
    paths = [snapshots.folder(moment) / part.profiles for part in manifest.parts]
    profiles, units = Difference(paths, before).sizes()
    return Night(manifest, seconds, profiles, units)


def _rate(folder: Path) -> dict[str, float]:
    snapshots = FolderSnapshots(folder)
    manifest = snapshots.manifest(FIRST)
    assert manifest
    paths = [snapshots.folder(FIRST) / part.profiles for part in manifest.parts[:1]]
    rows = next(Difference(paths, None).chunks())
    found: dict[str, float] = {}
    table = ProfileTable(canned("dynamodb", {"PutItem": {}, "TransactWriteItems": {}}, CONFIG), "profiles")
    for together in (False, True):
        began = time.process_time()
        table.put(rows, together=together)
        found["in transactions" if together else "one by one"] = len(rows) / (time.process_time() - began)
    return found
