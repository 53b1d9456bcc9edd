"""Publishing by the clock, through the one door: SNS, in batches, from several threads."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Final

from infra.demo.making import Planned
from infra.demo.stages import Advance
from infra.local import StackError
from tandem.adapters.outbox import group_of
from tandem.events.times import to_text

Envelope = dict[str, Any]
MOST_IN_A_BATCH: Final = 10
THREADS: Final = 4
_TICK: Final = 0.1


def publish(
    planned: Sequence[Planned],
    sns: Any,
    topic: str,
    advance: Advance,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Envelope]:
    """Publishes every event at its second from now; what was published, in order, a line a copy.

    Copies of one event travel alone and at once: several workers meet them at the same time. What is returned also
    says when each was handed over, as `received_at`.
    """
    waiting, published = deque(planned), list[Envelope]()
    sent: list[Future[None]] = []
    began = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        while waiting:
            moment = now()
            alone, together = _due(waiting, time.monotonic() - began, moment)
            batches = [
                *([envelope] for envelope in alone),
                *map(list, batched(together, MOST_IN_A_BATCH, strict=False)),
            ]
            sent += [pool.submit(_publish, sns, topic, batch) for batch in batches]
            published += [{**each, "received_at": to_text(moment)} for each in (*together, *alone)]
            advance(len(published))
            time.sleep(_TICK)
        for each in sent:
            each.result()
    return published


def _due(waiting: deque[Planned], elapsed: float, moment: datetime) -> tuple[list[Envelope], list[Envelope]]:
    """Takes what is due: the copies of events that are sent more than once, and all others."""
    alone, together = list[Envelope](), list[Envelope]()
    for event in _take(waiting, elapsed):
        envelope = event.envelope(moment)
        if event.copies > 1:
            alone += [envelope] * event.copies
        else:
            together.append(envelope)
    return alone, together


def _take(waiting: deque[Planned], elapsed: float) -> Iterator[Planned]:
    while waiting and waiting[0].second <= elapsed:
        yield waiting.popleft()


def _publish(sns: Any, topic: str, batch: Sequence[Envelope]) -> None:
    entries = [
        {"Id": str(index), "Message": json.dumps(each), "MessageGroupId": group_of(each["customer_id"])}
        for index, each in enumerate(batch)
    ]
    failed = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)["Failed"]
    if failed:
        raise StackError(f"the topic refused {len(failed)} of {len(entries)} events: {failed[0].get('Message')}")
