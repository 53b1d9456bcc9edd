"""Deliveries of the archive's queue, as SNS and SQS make them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tandem.archive import Delivery

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def an_event(event_id: str, at: datetime = NOON, customer: str = "ada") -> dict[str, Any]:
    """A product put in a cart, as a shop publishes it."""
    properties = {"product_id": "record-1", "name": "Björk ✿", "price": "12.00"}
    envelope = {"v": 1, "event_id": event_id, "type": "product_added", "customer_id": customer}
    return {**envelope, "occurred_at": at.isoformat(), "properties": properties}


def a_body(message: str | Mapping[str, Any], at: datetime = NOON, message_id: str = "") -> str:
    """SNS's envelope around it."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    timestamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found = {"Type": "Notification", "MessageId": message_id, "Message": text, "Timestamp": timestamp}
    return json.dumps(found)


def delivered(event_id: str, at: datetime = NOON, *, sqs: str = "") -> Delivery:
    """An event that was received `at`; its SNS id is made of its own, its SQS id too unless it is given."""
    return Delivery(sqs or f"sqs-{event_id}", a_body(an_event(event_id, at), at, f"sns-{event_id}"), at)


def refused(name: str, at: datetime = NOON) -> Delivery:
    """What no release will ever understand."""
    return Delivery(f"sqs-{name}", a_body('{"event_id": 1, "x": NaN}', at, f"sns-{name}"), at)
