"""The shop's past: its order history becomes a snapshot of profiles, by the deployed functions."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra.demo.calendar import Calendar
from infra.demo.cast import Known
from infra.demo.cdnow import Order, write_history
from infra.demo.house import House
from infra.demo.stages import Advance, Stages
from infra.local import StackError
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import HEADER_KEY
from tandem.attributes.stored import unpack_header
from tandem.events.times import to_text

HISTORY: Final = "history/cdnow.csv"
_PATIENCE: Final = timedelta(minutes=5)


def remember(house: House, orders: Sequence[Order], calendar: Calendar, out: Path, stages: Stages) -> Known:
    """Uploads the history, has the snapshot built and loaded, and keeps a copy of its files under `out`."""
    ends = f"{calendar.as_of:%-d %B %Y}, 00:00 UTC"
    with (
        stages.stage(f"Upload the {len(orders):,} orders before the day, moved so that they end on {ends}"),
        TemporaryDirectory() as folder,
    ):
        path = Path(folder) / "cdnow.csv"
        write_history(orders, path, calendar.shift)
        house.stack.client("s3").upload_file(str(path), house.outputs["BucketName"], HISTORY)
    with stages.stage("Compute every customer's profile (build_profiles)"):
        manifest = build(house, {"history": HISTORY, "as_of": calendar.as_of})
    past = f"{manifest['counts']['orders']:,} orders until then"
    with stages.stage(
        f"Load {manifest['profiles']:,} profiles of {past} (load_profiles)", manifest["profiles"]
    ) as advance:
        wait_until_loaded(house, calendar.as_of, advance)
    with stages.stage("Fetch the snapshot's files"):
        return fetch(house, manifest["key"], out / "snapshot")


def fetch(house: House, key: str, folder: Path) -> Known:
    """The snapshot under `key`, its files kept in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    files = ProfileFiles(house.stack.client("s3"), house.outputs["BucketName"])
    manifest, profiles = files.open_snapshot(key, folder)
    return Known(manifest.header, {profile.customer_id: profile for profile in profiles})


def build(house: House, asked: Mapping[str, str | datetime]) -> dict[str, Any]:
    """Has build_profiles make a snapshot; the manifest."""
    function = house.stack.client("lambda", read_timeout=_PATIENCE.total_seconds(), retries={"total_max_attempts": 1})
    payload = json.dumps({name: to_text(each) if isinstance(each, datetime) else each for name, each in asked.items()})
    answer = function.invoke(FunctionName=house.outputs["BuildProfilesFunctionName"], Payload=payload.encode())
    said = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise StackError(f"build_profiles failed: {said}")
    manifest: dict[str, Any] = said
    return manifest


def wait_until_loaded(house: House, as_of: datetime, advance: Advance) -> None:
    """The header comes last: once it is there, all profiles are."""
    table, dynamodb = house.outputs["ProfilesTableName"], house.stack.client("dynamodb")
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        item = dynamodb.get_item(TableName=table, Key={"pk": {"S": HEADER_KEY}}).get("Item")
        if item and unpack_header(json.loads(item["data"]["S"])).as_of == as_of:
            return
        advance(dynamodb.describe_table(TableName=table)["Table"]["ItemCount"])
        time.sleep(0.25)
    raise StackError("load_profiles did not finish within five minutes; its log is in the local stack's")
