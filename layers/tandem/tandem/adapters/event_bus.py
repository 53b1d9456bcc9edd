"""Announcements: changed attributes on the shop's event bus, where its other systems listen."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.customer import Announce
from tandem.errors import Unavailable
from tandem.events.times import to_text

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE: Final = "tandem"
DETAIL_TYPE: Final = "attribute_changed"
MOST_ENTRIES: Final = 10  # EventBridge's limit for a call


@dataclass(frozen=True, slots=True)
class EventBus:
    """`client` makes the client when the first change is announced: most batches have none."""

    client: Callable[[], "EventBridgeClient"]
    name: str

    def announce(self, effects: Sequence[Announce]) -> set[str]:
        """Ten a call. Returns the ids of those that could not be put."""
        undone: set[str] = set()
        for chunk in batched(effects, MOST_ENTRIES, strict=False):
            entries: list[Any] = [
                {
                    "EventBusName": self.name,
                    "Source": SOURCE,
                    "DetailType": DETAIL_TYPE,
                    "Time": effect.at,
                    "Detail": json.dumps(announcement(effect), separators=(",", ":"), ensure_ascii=False),
                }
                for effect in chunk
            ]
            try:
                with calling("events", "PutEvents"):
                    answer = self.client().put_events(Entries=entries)
            except Unavailable:
                undone |= {effect.id for effect in chunk}
                continue
            told = zip(chunk, answer["Entries"], strict=True)
            undone |= {effect.id for effect, entry in told if entry.get("ErrorCode")}
        return undone


def announcement(effect: Announce) -> dict[str, Any]:
    """What listeners get. The same `id` twice is one change."""
    return {
        "v": 1,
        "id": effect.id,
        "customer_id": effect.customer_id,
        "attribute": effect.change.attribute,
        "from": effect.change.before,
        "to": effect.change.after,
        "at": to_text(effect.at),
    }
