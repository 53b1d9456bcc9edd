"""Another system of the shop, listening: a queue of the demo's own that gets what is announced on the event bus."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.local import LocalStack
from tandem.adapters.event_bus import DETAIL_TYPE, SOURCE

_NAME: Final = "demo-listener"
_AT_ONCE: Final = 10
_ENOUGH: Final = 2  # empty answers in a row


@dataclass(frozen=True, slots=True)
class Announced:
    """A change as it landed. The same `id` twice is one change."""

    id: str
    customer_id: str
    attribute: str
    before: Any
    after: Any
    at: str


def listen(stack: LocalStack, outputs: Mapping[str, str]) -> str:
    """A rule on the stack's bus with a new queue as its target; the queue's URL."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url: str = sqs.create_queue(QueueName=_NAME)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": arn}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    bus, pattern = outputs["EventBusName"], json.dumps({"source": [SOURCE], "detail-type": [DETAIL_TYPE]})
    events.put_rule(Name=_NAME, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=_NAME, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def heard(stack: LocalStack, url: str) -> tuple[Announced, ...]:
    """Every change that landed, once, by the moment it was seen. What was heard is gone from the queue."""
    landed = {each.id: each for each in _letters(stack.client("sqs"), url)}
    return tuple(sorted(landed.values(), key=lambda each: (each.at, each.customer_id, each.attribute)))


def _letters(sqs: Any, url: str) -> Iterator[Announced]:
    nothing = 0
    while nothing < _ENOUGH:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=0).get("Messages", [])
        nothing = 0 if found else nothing + 1
        for message in found:
            yield read_announced(json.loads(message["Body"])["detail"])
        if found:
            entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(found)]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def read_announced(detail: Mapping[str, Any]) -> Announced:
    """What EventBridge's envelope holds."""
    names = ("id", "customer_id", "attribute", "from", "to", "at")
    return Announced(*(detail[name] for name in names))
