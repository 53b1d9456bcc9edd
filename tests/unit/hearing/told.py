"""What SES tells of one message, as in tests/data/ses, fit to be changed by a test in the one way it is about."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tandem.hearing import Heard, parse
from tests.unit.sending.builders import NOW

SAMPLES = Path(__file__).parents[2] / "data" / "ses"
LEFT = datetime(2026, 11, 22, 15, 0, 0, 123000, tzinfo=UTC)
MESSAGE = "0100019a0c5e7b3d-5c1e0f7a-1111-4222-8333-444455556666-000000"
SEND = "5e" * 16


def sample(name: str, **part: Any) -> dict[str, Any]:
    """An event; `part` changes fields of its own part, `mail` of the message's."""
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    event["mail"] |= part.pop("mail", {})
    own = next((name for name in event if name not in ("eventType", "mail")), "")
    event[own] |= part
    return event


def enveloped(event: Any, at: str = "2026-11-24T00:00:00.000Z") -> str:
    """As the topic hands it to the queue."""
    message = event if isinstance(event, str) else json.dumps(event)
    return json.dumps({"Type": "Notification", "MessageId": "m-1", "Message": message, "Timestamp": at})


def heard(name: str, **part: Any) -> Heard:
    """A sample as it is read."""
    found = parse(enveloped(sample(name, **part)), NOW)
    assert found is not None
    return found
