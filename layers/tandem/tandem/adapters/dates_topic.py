"""`date_reached`, by the door: so it is archived too."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tandem.adapters.door import publish_all
from tandem.events.times import to_text
from tandem.profiles.dates import Reached

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True, slots=True)
class DatesTopic:
    """Fulfils `Door`."""

    client: "SNSClient"
    topic: str

    def reached(self, dates: Sequence[Reached], *, at: datetime) -> int:
        """Ten a call. Raises Unavailable where some could not be published: all may be published again."""
        return publish_all(self.client, self.topic, ((each.customer_id, reached_message(each, at)) for each in dates))


def reached_message(reached: Reached, at: datetime) -> str:
    """The event. It occurred when it was raised (`at`): a day ahead it may not be received before it occurs."""
    return json.dumps(
        {
            "v": 1,
            "event_id": reached.event_id,
            "type": "date_reached",
            "customer_id": reached.customer_id,
            "occurred_at": to_text(at),
            "properties": {"attribute": reached.attribute, "date": reached.day.isoformat()},
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
