"""The real template on the local stack, IAM enforced, once for all tests of one worker."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from infra.local import start
from infra.publish.publish import Publisher
from tests.stack.deployed import Deployed

PLAYBOOK = Path(__file__).parents[2] / "infra" / "playbook"
WAIT = "75s"  # beyond the 60 seconds from which on a timer is a schedule


def hurry(folder: Path) -> None:
    """Shortens the waits, and leaves out the hours: the tests run at any time of day.

    The welcome series is for those alone who say that they are new: the other tests count mails.
    """
    change(folder / "playbook.yaml", r"(?m)^quiet_hours:\n(  - .*\n)+", "")
    change(folder / "journeys/cart.yaml", "cart_abandoned: 30m", f"cart_abandoned: {WAIT}")
    welcome = folder / "journeys/welcome.yaml"
    change(welcome, "when: customer.orders == 0", "when: customer.orders == 0 && has(event.properties.newcomer)")
    change(welcome, r'  - wait: \{ until: "10:00" \}\n', "")
    change(welcome, r"wait: 30m.*", "wait: 5s")
    change(welcome, r"wait: 3d", f"wait: {WAIT}")
    change(welcome, r"wait: 4d", "wait: 5s")


def change(path: Path, pattern: str, by: str) -> None:
    """Refuses a file in which there is nothing to change any more."""
    text, count = re.subn(pattern, by, path.read_text())
    assert count, (path, pattern)
    path.write_text(text)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deployed live, the starter playbook published with a short wait for carts."""
    folder = tmp_path_factory.mktemp("shop") / "playbook"
    copytree(PLAYBOOK, folder)
    hurry(folder)
    with start() as stack:
        outputs = stack.deploy({"SendMode": "live", "ScheduleAfterSeconds": "60"})
        stack.verify_sender(outputs["FromAddress"])
        publisher = Publisher(
            stack.client("s3"), stack.client("dynamodb"), outputs["BucketName"], outputs["PlaybooksTableName"]
        )
        publisher.publish(folder, now=datetime.now(UTC))
        yield Deployed(stack, outputs)
