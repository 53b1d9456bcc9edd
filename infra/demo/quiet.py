"""Waiting until nothing moves any more: no message in any queue, waiting timers included."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from infra.demo.stages import Advance
from infra.local import StackError

# In the order messages travel: what left one queue is in the next one before the next one is looked at. Only what was
# sent comes back to the first, as an event: so one look is not enough. The schedules of journeys that go on for days
# are in none of them.
QUEUES: Final = ("EventsQueueUrl", "SendsQueueUrl", "RecordsQueueUrl", "ArchiveQueueUrl", "FeedbackQueueUrl")
DEAD_LETTERS: Final = (
    "EventsDlqUrl",
    "TimersDlqUrl",
    "UndeliveredDlqUrl",
    "SendsDlqUrl",
    "RecordsDlqUrl",
    "ArchiveDlqUrl",
    "FeedbackDlqUrl",
    "SnapshotsDlqUrl",
)
_COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_LOOKS: Final = 3
_PAUSE: Final = 0.3


def messages_in(sqs: Any, queue_url: str) -> int:
    """Messages of a queue: to be taken, taken, and delayed."""
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(_COUNTS))["Attributes"]
    return sum(int(found[name]) for name in _COUNTS)


def wait_until_quiet(sqs: Any, outputs: Mapping[str, str], advance: Advance, patience: timedelta) -> None:
    """Returns when all queues were empty several times in a row. `advance` is told how many messages left them."""
    deadline = time.monotonic() + patience.total_seconds()
    looks, most = 0, 0
    while looks < _LOOKS:
        left = sum(messages_in(sqs, outputs[name]) for name in QUEUES)
        looks = 0 if left else looks + 1
        most = max(most, left)
        advance(most - left)
        if time.monotonic() > deadline:
            raise StackError(f"{left} messages are still in the queues after {patience}")
        time.sleep(_PAUSE)


def dead_letters(sqs: Any, outputs: Mapping[str, str]) -> dict[str, int]:
    """Messages in each dead-letter queue."""
    return {name.removesuffix("DlqUrl").lower(): messages_in(sqs, outputs[name]) for name in DEAD_LETTERS}
