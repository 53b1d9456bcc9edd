"""The stop switch: an operator holds every message back, and lets them go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from infra.demo.house import House
from tandem.adapters.live_item import Stoppable
from tandem.adapters.playbook_table import LiveTable


@contextmanager
def all_stopped(house: House) -> Iterator[None]:
    """As `tandem playbook stop` does it: no new playbook, no deployment."""
    table = LiveTable(
        house.stack.client("dynamodb"), house.outputs["PlaybooksTableName"], clock=lambda: datetime.now(UTC)
    )
    table.stop(Stoppable.EVERYTHING)
    try:
        yield
    finally:
        table.resume(Stoppable.EVERYTHING)
