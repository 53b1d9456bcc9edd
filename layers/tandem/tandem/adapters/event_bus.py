"""Announcements: changed attributes on the shop's event bus, where its other systems listen."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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
MOST_BYTES: Final = 240_000  # and 256 KiB: lists of a hundred long names come near
Told = tuple[Announce, str]


@dataclass(frozen=True, slots=True)
class EventBus:
    """`client` makes the client when the first change is announced: most batches have none."""

    client: Callable[[], "EventBridgeClient"]
    name: str

    def announce(self, effects: Sequence[Announce]) -> set[str]:
        """As many a call as it may carry. Returns the ids of those that could not be put."""
        undone: set[str] = set()
        for chunk in _chunks([(effect, _detail(effect)) for effect in effects]):
            entries: list[Any] = [
                {
                    "EventBusName": self.name,
                    "Source": SOURCE,
                    "DetailType": DETAIL_TYPE,
                    "Time": effect.at,
                    "Detail": detail,
                }
                for effect, detail in chunk
            ]
            try:
                with calling("events", "PutEvents"):
                    answer = self.client().put_events(Entries=entries)
            except Unavailable:
                undone |= {effect.id for effect, _ in chunk}
                continue
            told = zip(chunk, answer["Entries"], strict=True)
            undone |= {effect.id for (effect, _), entry in told if entry.get("ErrorCode")}
        return undone


def _detail(effect: Announce) -> str:
    return json.dumps(announcement(effect), separators=(",", ":"), ensure_ascii=False)


def _chunks(told: Iterable[Told]) -> Iterator[list[Told]]:
    chunk: list[Told] = []
    size = 0
    for effect, detail in told:
        weight = len(detail.encode())
        if chunk and (len(chunk) == MOST_ENTRIES or size + weight > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((effect, detail))
        size += weight
    if chunk:
        yield chunk


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
