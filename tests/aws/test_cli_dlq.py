"""`tandem dlq` against moto: what it shows, and what it moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import EndpointConnectionError

from tandem.adapters.archive_files import ArchiveFiles
from tests.aws.cli_world import refuse, session
from tests.aws.shop_world import Shop, taken
from tests.builders import HOUR, NOON, by_door, envelope
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


def archive_letter(name: str) -> str:
    return by_door(envelope("product_added", name, NOON, {"product_id": "record-1"}), NOON)


def test_redriving_the_archives_dead_letters_archives_them_from_where_they_lie(shop: Shop) -> None:
    stack, sqs = session(), boto3.client("sqs")
    url = stack.stack()["ArchiveDlqUrl"]
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=archive_letter(f"e{number}"))
    sqs.send_message(QueueUrl=url, MessageBody="{oops")

    answer = typed("dlq", "redrive", "--queue", "archive", session=stack)

    assert answer.code == 0
    assert "archive: 13 messages archived" in answer.out
    assert "1 of them cannot be parsed" in answer.out
    events = ArchiveFiles(boto3.client("s3"), "tandem-bucket").read(NOON, NOON + HOUR)
    assert {event.event_id for event in events} == {f"e{number}" for number in range(12)}
    assert taken("archivedlqurl") == []


def test_what_cannot_be_archived_stays_in_the_dead_letters(shop: Shop) -> None:
    stack, sqs = session(), boto3.client("sqs")
    url = stack.stack()["ArchiveDlqUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=archive_letter("e1"))

    class Down:
        """Nothing can be put."""

        def put_object(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="s3")

    down = on(lambda service: Down() if service == "s3" else sqs, stack.stack())
    answer = typed("dlq", "redrive", "--queue", "archive", session=down)

    assert "1 message could not be put on S3" in answer.out
    assert len(taken("archivedlqurl")) == 1
