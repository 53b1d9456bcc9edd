"""Effects on their way: consent items, timers, and the queues of records and sends."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final, Protocol

from tandem.adapters.aws import calling
from tandem.customer import Announce, Effect, Record, Send, SetConsent, SetTimer, effect_document
from tandem.errors import Unavailable
from tandem.events import digest
from tandem.events.times import to_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_MESSAGES: Final = 10
MOST_BYTES: Final = 240_000  # SQS takes 256 KiB a call in every account; the rest is for attributes
Entry = tuple[str, str, int, str]  # effect id, body, delay in seconds, message group


class Consents(Protocol):
    """Where consent items are written."""

    def set_consent(self, effect: SetConsent) -> None:
        """Writes it unless a later word of the person stands. Raises Unavailable."""


class Schedules(Protocol):
    """One-off schedules."""

    def create(self, effect: SetTimer, message: str) -> None:
        """Puts `message` on the events queue at the effect's moment; the same one twice is one. Raises Unavailable."""


class Bus(Protocol):
    """Where the shop's other systems listen."""

    def announce(self, effects: Sequence[Announce]) -> set[str]:
        """Puts `attribute_changed` on the event bus. Returns the ids of those it could not."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """A timer up to `schedule_after` away is a delayed message, one beyond a schedule."""

    sqs: "SQSClient"
    consents: Consents
    schedules: Schedules
    bus: Bus
    events_queue: str
    records_queue: str
    sends_queue: str
    schedule_after: timedelta

    def carry_out(self, effects: Sequence[Effect], *, now: datetime) -> frozenset[str]:
        """In the order SetConsent, SetTimer, Record, Announce, Send. Returns the ids of what could not be done.

        A Send whose address waits for its consent is held back with it: `send` would refuse it for good.
        """
        words = [each for each in effects if isinstance(each, SetConsent)]
        unsaid = [each for each in words if not _done(self.consents.set_consent, each)]
        waiting = {(each.channel, each.address) for each in unsaid}
        held = {each.id for each in effects if isinstance(each, Send) and (each.channel, each.address) in waiting}
        undone = {each.id for each in unsaid} | held
        timers = [each for each in effects if isinstance(each, SetTimer)]
        soon = [each for each in timers if each.moment - now <= self.schedule_after]
        undone |= {each.id for each in timers if each not in soon and not _done(self._schedule, each)}
        undone |= self._put(self.events_queue, [(each.id, timer_message(each), _delay(each, now), "") for each in soon])
        undone |= self._put(self.records_queue, [_entry(each) for each in effects if isinstance(each, Record)])
        news = [each for each in effects if isinstance(each, Announce)]
        undone |= self.bus.announce(news) if news else set()
        sends = [each for each in effects if isinstance(each, Send) and each.id not in held]
        undone |= self._put(self.sends_queue, [_entry(each) for each in sends])
        return frozenset(undone)

    def _schedule(self, effect: SetTimer) -> None:
        self.schedules.create(effect, timer_message(effect))

    def _put(self, queue: str, entries: list[Entry]) -> set[str]:
        undone: set[str] = set()
        for chunk in _batches(entries):
            batch: list[Any] = [
                {
                    "Id": str(index),
                    "MessageBody": body,
                    **({"DelaySeconds": delay} if delay else {}),
                    **({"MessageGroupId": group} if group else {}),
                }
                for index, (_, body, delay, group) in enumerate(chunk)
            ]
            try:
                with calling("sqs", "SendMessageBatch"):
                    answer = self.sqs.send_message_batch(QueueUrl=queue, Entries=batch)
                undone |= {chunk[int(failed["Id"])][0] for failed in answer.get("Failed", [])}
            except Unavailable:
                undone |= {effect_id for effect_id, *_ in chunk}
        return undone


def timer_message(effect: SetTimer) -> str:
    """The `timer_fired` event that wakes the customer."""
    moment = to_text(effect.moment)
    return json.dumps(
        {
            "v": 1,
            "event_id": effect.id,
            "type": "timer_fired",
            "customer_id": effect.customer_id,
            "occurred_at": moment,
            "properties": {"timer": effect.timer, "armed_for": moment},
        }
    )


def group_of(customer_id: str) -> str:
    """SQS's fair queues keep one customer's many messages from holding up the others'."""
    return digest("group", customer_id)


def _entry(effect: Record | Send) -> Entry:
    return (
        effect.id,
        json.dumps(effect_document(effect), separators=(",", ":"), ensure_ascii=False),
        0,
        group_of(effect.customer_id),
    )


def _batches(entries: list[Entry]) -> Iterator[list[Entry]]:
    """At most ten messages a call, and no more bytes than a call may carry."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        weight = len(entry[1].encode())
        if batch and (len(batch) == MOST_MESSAGES or size + weight > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += weight
    if batch:
        yield batch


def _delay(effect: SetTimer, now: datetime) -> int:
    return max(0, ceil((effect.moment - now).total_seconds()))


def _done[E](act: Callable[[E], None], effect: E) -> bool:
    try:
        act(effect)
    except Unavailable:
        return False
    return True
