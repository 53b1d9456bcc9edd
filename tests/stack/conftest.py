"""The real template on the local stack, IAM enforced, once for all tests of one worker."""

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


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deployed live, the starter playbook published with a short wait for carts."""
    folder = tmp_path_factory.mktemp("shop") / "playbook"
    copytree(PLAYBOOK, folder)
    reminder = folder / "campaigns" / "cart-reminder.yaml"
    reminder.write_text(reminder.read_text().replace("cart_abandoned: 30m", f"cart_abandoned: {WAIT}"))
    with start() as stack:
        outputs = stack.deploy({"SendMode": "live", "ScheduleAfterSeconds": "60"})
        stack.verify_sender(outputs["FromAddress"])
        publisher = Publisher(
            stack.client("s3"), stack.client("dynamodb"), outputs["BucketName"], outputs["PlaybooksTableName"]
        )
        publisher.publish(folder, now=datetime.now(UTC))
        yield Deployed(stack, outputs)
