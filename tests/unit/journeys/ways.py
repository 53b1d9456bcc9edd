"""A journey laid out by hand, and how far it goes in a situation: what a test does not say does not matter to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tandem.attributes import Cart
from tandem.customer import Origin, Underway
from tandem.events import Line
from tandem.expressions import Answer
from tandem.journeys import Moved, Situation, advance, program
from tandem.playbook import Journey
from tests.builders import DAY, NOON

ORIGIN = Origin("order_completed", "0123456789abcdef", NOON, "e1")


def journey(*steps: Mapping[str, Any], **changes: Any) -> Journey:
    """A journey that an order starts."""
    fields = {"id": "path", "start": {"event": "order_completed"}, "steps": list(steps)}
    return Journey.model_validate(fields | changes)


def entered(of: Journey, **changes: Any) -> Underway:
    """Ada at its first step, at noon."""
    ada = Underway(of.id, "", of.version, NOON, ORIGIN, program(of).first, NOON)
    return replace(ada, **changes)


def situation(
    now: datetime,
    *,
    values: Mapping[str, Any] | None = None,
    ends_after: timedelta = 90 * DAY,
    zone: str = "UTC",
    **more: Any,
) -> Situation:
    """At that time; `values` are what expressions come to, by their text. Others cannot be told."""
    return Situation(
        **{
            "customer_id": "ada",
            "now": now,
            "zone": ZoneInfo(zone),
            "ends_at": NOON + ends_after,
            "value": _told(values or {}),
            **more,
        }
    )


def _told(values: Mapping[str, Any]) -> Callable[[str, Underway], Answer]:
    def value(source: str, underway: Underway) -> Answer:
        known = {f"journey.{name}": each for name, each in underway.said.items()} | dict(values)
        return Answer(known[source]) if source in known else Answer(error="no such key")

    return value


def gone(of: Journey, now: datetime = NOON, underway: Underway | None = None, **more: Any) -> Moved:
    """How far it goes by then."""
    return advance(underway or entered(of), program(of), situation(now, **more))


def cart(last_activity: datetime) -> Cart:
    """An open cart of that activity."""
    return Cart("cart-1", (Line("record-1", 1),), "USD", last_activity)
