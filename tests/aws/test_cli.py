"""`tandem why`, `emit` and `playbook publish` against moto."""

import json
from pathlib import Path
from typing import Any

import boto3

from infra.cli.files import SAMPLES, STARTER
from infra.cli.session import Session
from infra.cli.stack import Stack
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.outbox import group_of
from tandem.attributes.stored import pack_header, pack_profile
from tandem.customer.consent import said_at_text
from tests.aws.cli_world import an_order, session
from tests.aws.shop_world import Shop, taken
from tests.builders import DAY, HEADER, MINUTE, NOON, envelope, profile
from tests.unit.cli.typed import on, typed


def known(shop: Shop) -> None:
    shop.receive(
        envelope("customer_identified", "i1", NOON - DAY, {"email": "ada@example.com", "consents": {"email": True}})
    )


def ledger_row(shop: Shop, status: str) -> None:
    [send] = shop.sends()
    row = {
        "pk": send.id,
        "status": status,
        "campaign": send.campaign,
        "channel": send.channel,
        "reserved_at": said_at_text(NOON + MINUTE),
    }
    boto3.client("dynamodb").put_item(TableName="ledger", Item={name: {"S": value} for name, value in row.items()})


def test_why_tells_what_was_decided_what_came_of_it_and_what_is_known_now(shop: Shop) -> None:
    known(shop)
    shop.receive(an_order())
    DecisionTable(boto3.client("dynamodb"), "decisions").put(shop.records())
    ledger_row(shop, "reserved")
    answer = typed("why", "ada", session=session(now=NOON + 2 * MINUTE))

    assert answer.code == 0
    for words in (
        "email ada@example.com (yes to marketing)",
        "30.00 USD",
        "Chosen: second-order by email (priority 200).",
        "Not sent: post-purchase. second-order has a higher priority (200 over 100).",
        "it will not be sent again",
    ):
        assert words in answer.out


def test_why_shows_the_profile_open_carts_and_what_waits(shop: Shop) -> None:
    dynamodb = boto3.client("dynamodb")
    header = json.dumps(pack_header(HEADER))
    dynamodb.put_item(TableName="profiles", Item={"pk": {"S": "profile#ada"}, "data": {"B": pack_profile(profile())}})
    dynamodb.put_item(TableName="profiles", Item={"pk": {"S": "snapshot"}, "data": {"S": header}})
    shop.receive(envelope("product_added", "a1", NOON, {"product_id": "lp-glass", "price": "27.00", "cart_id": "c-1"}))
    answer = typed("why", "ada", session=session())

    assert "tier          medium (average order 25.00 USD)" in answer.out
    assert "c-1: 1 piece, 27.00 USD, last activity 07:00" in answer.out
    assert "journey cart for cart c-1 until 07:30" in answer.out
    assert "History until" in answer.out


def test_why_shows_what_was_said_of_each_purpose_and_what_is_stopped(shop: Shop) -> None:
    said = {"email": {"marketing": True, "news": False}, "sms": False}
    shop.receive(envelope("customer_identified", "i1", NOON - DAY, {"email": "ada@example.com", "consents": said}))
    typed("playbook", "stop", "channel", "sms", session=session())
    answer = typed("why", "ada", session=session())

    assert "email ada@example.com (yes to marketing, no to news) and sms, without an address (no to" in answer.out
    assert "stopped       channel sms" in answer.out
    assert "no to news by email" in answer.out


def test_why_tells_of_journeys_and_of_caps_and_shows_ids_to_repeat(shop: Shop) -> None:
    known(shop)
    shop.receive(an_order())
    made = shop.records()
    DecisionTable(boto3.client("dynamodb"), "decisions").put(made)
    answer = typed("why", "ada", session=session(now=NOON + MINUTE))

    assert "in journey    post-purchase (o1) since 07:00, step 2 of 6 (wait for order_delivered" in answer.out
    assert "left journey  welcome 07:00: the customer ordered" in answer.out
    assert "weekly: 1 used of 3 messages in 7 days" in answer.out
    assert [each.id for each in made if f"Decision {each.id}" not in answer.out] == []
    assert f"tandem repeat {made[-1].id}" in answer.out


def test_why_of_somebody_unknown_says_so(shop: Shop) -> None:
    answer = typed("why", "nobody", session=session())

    assert answer.code == 2
    assert "nothing is known of the customer nobody" in answer.err


def listening(stack: Session) -> None:
    sqs, topic = boto3.client("sqs"), stack.stack()["EventsTopicArn"]
    url = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)


def heard() -> list[dict[str, Any]]:
    return [json.loads(json.loads(message["Body"])["Message"]) for message in taken("listener")]


def test_emit_publishes_every_event_of_a_file(shop: Shop) -> None:
    stack = session()
    listening(stack)
    answer = typed("emit", str(SAMPLES / "first-day.jsonl"), session=stack)

    assert answer.code == 0
    assert "Published 6 events" in answer.out
    assert "tandem why ada" in answer.out
    assert sorted(event["event_id"] for event in heard()) == [f"first-day-{number}" for number in range(1, 7)]


def test_emit_goes_beyond_one_batch(shop: Shop) -> None:
    stack = session()
    listening(stack)
    lines = "\n".join(json.dumps(an_order(f"o{number}")) for number in range(23))

    assert typed("emit", "-", session=stack, stdin=lines).code == 0
    assert len(heard()) == 23


def test_emit_sends_nothing_when_one_event_is_bad(shop: Shop) -> None:
    stack = session()
    listening(stack)
    answer = typed("emit", "-", session=stack, stdin=f"{json.dumps(an_order())}\n{{oops\n")

    assert answer.code == 2
    assert "line 2: the event: is not JSON" in answer.err
    assert heard() == []


def test_emit_as_is_sends_the_bad_ones_too(shop: Shop) -> None:
    stack = session()
    listening(stack)
    bad = json.dumps({"v": 1, "event_id": "x"})
    answer = typed("emit", "-", "--as-is", session=stack, stdin=f"{json.dumps(an_order())}\n{bad}\n")

    assert answer.code == 0
    assert "1 event of them will be refused" in answer.out
    assert {event["event_id"] for event in heard()} == {"e-o1", "x"}


def test_events_of_one_customer_share_a_message_group(shop: Shop) -> None:
    class Topic:
        def __init__(self) -> None:
            self.entries: list[dict[str, Any]] = []

        def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[dict[str, Any]]) -> dict[str, Any]:
            self.entries += PublishBatchRequestEntries
            return {"Failed": [{"Id": "1", "Code": "Throttled", "SenderFault": False}]}

    topic = Topic()
    stack = on(lambda _: topic, Stack("tandem", {"EventsTopicArn": "t"}))
    events = [an_order("o1"), an_order("o2", "ben"), an_order("o3")]
    answer = typed("emit", "-", session=stack, stdin=json.dumps(events))

    groups = [group_of("ada"), group_of("ben"), group_of("ada")]
    assert [entry["MessageGroupId"] for entry in topic.entries] == groups
    assert answer.code == 1
    assert "line 1: not published: Throttled" in answer.err


def test_publish_puts_the_next_number_live(shop: Shop) -> None:
    answer = typed("playbook", "publish", str(STARTER), session=session())

    assert answer.code == 0
    assert "Published as playbook 2 of tandem by moto." in answer.out


def test_a_bad_playbook_leaves_the_last_one_live(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "playbook.yaml").write_text("shop: nobody")

    assert typed("playbook", "publish", str(tmp_path), session=session()).code == 2
    assert "number 1 is live" in typed("doctor", session=session()).out
