"""`tandem dlq` against moto: what it shows, and what it moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from tests.aws.cli_world import refuse, session
from tests.aws.shop_world import Shop, taken
from tests.builders import NOON, by_door
from tests.unit.cli.typed import on, typed


def letters() -> list[tuple[str, dict[str, Any]]]:
    return sorted((message["Body"], message.get("MessageAttributes", {})) for message in taken("events-dlq"))


def test_list_shows_reason_field_and_content_and_leaves_all_where_it_is(shop: Shop) -> None:
    stack = session(now=datetime.now(UTC) + timedelta(minutes=5))
    for number in range(12):
        refuse(shop, by_door({"event_id": f"x{number}"}, NOON))
    first, second = (typed("dlq", "list", "--queue", "events", session=stack) for _ in range(2))

    assert first.out == second.out
    assert "events: 12 messages" in first.out
    assert "missing properties.total" in first.out
    assert '{"event_id": "x3"}' in first.out
    assert len(letters()) == 12


def test_redrive_sends_the_unchanged_body_without_its_reason_then_deletes_it(shop: Shop) -> None:
    refuse(shop, "{oops")
    answer = typed("dlq", "redrive", "--queue", "events", session=session())

    assert answer.code == 0
    assert "events: 1 message sent back to EventsQueue" in answer.out
    assert letters() == []
    [back] = taken("events")
    assert back["Body"] == "{oops"
    assert "MessageAttributes" not in back


def test_redrive_keeps_the_message_group_and_other_attributes(shop: Shop) -> None:
    stack = session()
    sqs = boto3.client("sqs")
    sqs.send_message(
        QueueUrl=stack.stack()["SendsDlqUrl"],
        MessageBody="a send",
        MessageGroupId="group-1",
        MessageAttributes={"reason": {"DataType": "String", "StringValue": "kept"}},
    )
    typed("dlq", "redrive", "--queue", "sends", session=stack)

    found = sqs.receive_message(
        QueueUrl=stack.stack()["SendsQueueUrl"], MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )["Messages"][0]
    assert found["Attributes"]["MessageGroupId"] == "group-1"
    assert found["MessageAttributes"]["reason"]["StringValue"] == "kept"


def test_redrive_ends_where_everything_comes_back_at_once(shop: Shop) -> None:
    class Loop:
        """A queue to which whatever is sent away comes back."""

        sent = 0

        def receive_message(self, **_: Any) -> dict[str, Any]:
            return {"Messages": [{"MessageId": str(self.sent), "ReceiptHandle": "r", "Body": "{oops"}]}

        def send_message(self, **_: Any) -> None:
            self.sent += 1

        def __getattr__(self, _: str) -> Any:
            return lambda **_: {"Attributes": {"ApproximateNumberOfMessages": "1"}}

    loop = Loop()
    stack = on(lambda _: loop, session().stack())
    answer = typed("dlq", "redrive", "--queue", "events", session=stack)

    assert loop.sent == 1
    assert "came back meanwhile" in answer.out


def test_nothing_in_the_queues_is_said_so(shop: Shop) -> None:
    assert (
        "Nothing lies in the dead-letter queues." in typed("dlq", "list", "--queue", "records", session=session()).out
    )


def test_redriving_empty_queues_says_so(shop: Shop) -> None:
    answer = typed("dlq", "redrive", "--queue", "records", session=session())

    assert answer.code == 0
    assert "There was nothing to send back." in answer.out
