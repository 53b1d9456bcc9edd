"""The command `tandem` against moto: what it reads, publishes and moves."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.cli.dead_letters import QUEUES
from infra.cli.files import SAMPLES, STARTER
from infra.cli.session import Session
from infra.cli.stack import Stack
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.outbox import group_of
from tandem.attributes.profile import pack_header, pack_profile
from tandem.customer.consent import said_at_text
from tests.aws.shop_world import Shop, taken
from tests.builders import DAY, HEADER, MINUTE, NOON, by_door, envelope, profile
from tests.unit.cli.typed import on, typed

NAMES = {
    "CustomersTableName": "customers",
    "ProfilesTableName": "profiles",
    "PlaybooksTableName": "playbooks",
    "ConsentsTableName": "consents",
    "LedgerTableName": "ledger",
    "DecisionsTableName": "decisions",
    "BucketName": "tandem",
    "BuildProfilesFunctionName": "build",
    "FromAddress": "shop@example.com",
}


def session(mode: str = "live", now: datetime = NOON, parameters: Mapping[str, str] | None = None) -> Session:
    """The shop's stack, with the dead-letter queues and the topic it lacks."""
    sqs = boto3.client("sqs")
    wanted = {name for queue in QUEUES.values() for name in (queue.output, queue.origin) if name}
    urls = {name: sqs.create_queue(QueueName=_queue_name(name))["QueueUrl"] for name in wanted}
    topic = boto3.client("sns").create_topic(Name="door")["TopicArn"]
    outputs = {**NAMES, **urls, "EventsTopicArn": topic, "SendMode": mode}
    return on(_client, Stack("tandem", outputs, parameters or {}), now)


def _client(service: str) -> Any:
    return Ses() if service == "sesv2" else boto3.client(service)  # type: ignore[call-overload]


class Ses:
    """moto's, with the one call of it that moto lacks."""

    def __init__(self, **account: bool) -> None:
        self.client = boto3.client("sesv2")
        self.account = {"SendingEnabled": True, "ProductionAccessEnabled": True, **account}

    def get_account(self) -> dict[str, bool]:
        return self.account

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


def _queue_name(output: str) -> str:
    return {"EventsDlqUrl": "events-dlq"}.get(output, output.removesuffix("QueueUrl").lower())


def an_order(order_id: str = "o1", customer: str = "ada") -> dict[str, Any]:
    properties = {"order_id": order_id, "total": "30.00", "currency": "USD"}
    return envelope("order_completed", f"e-{order_id}", NOON, properties, customer)


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


# ------------------------------------------------------------------------------------------------------------------ why


def test_why_tells_what_was_decided_what_came_of_it_and_what_is_known_now(shop: Shop) -> None:
    known(shop)
    shop.receive(an_order())
    DecisionTable(boto3.client("dynamodb"), "decisions").put(shop.records())
    ledger_row(shop, "reserved")
    answer = typed("why", "ada", session=session(now=NOON + 2 * MINUTE))

    assert answer.code == 0
    for words in (
        "email ada@example.com (granted)",
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
    assert "cart-reminder for cart c-1 until 07:30" in answer.out
    assert "History until" in answer.out


def test_why_of_somebody_unknown_says_so(shop: Shop) -> None:
    answer = typed("why", "nobody", session=session())

    assert answer.code == 2
    assert "nothing is known of the customer nobody" in answer.err


# ----------------------------------------------------------------------------------------------------------------- emit


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


# ------------------------------------------------------------------------------------------------------------- playbook


def test_publish_puts_the_next_number_live(shop: Shop) -> None:
    answer = typed("playbook", "publish", str(STARTER), session=session())

    assert answer.code == 0
    assert "Published as playbook 2 of tandem." in answer.out


def test_a_bad_playbook_leaves_the_last_one_live(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "playbook.yaml").write_text("shop: nobody")

    assert typed("playbook", "publish", str(tmp_path), session=session()).code == 2
    assert "number 1 is live" in typed("doctor", session=session()).out


# ------------------------------------------------------------------------------------------------------------------ dlq


def letters() -> list[tuple[str, dict[str, Any]]]:
    return sorted((message["Body"], message.get("MessageAttributes", {})) for message in taken("events-dlq"))


def refuse(shop: Shop, body: str) -> None:
    shop.trigger([shop.message(an_order())])
    shop.actor.dead_letters.put(body, reason="missing", field="properties.total")


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


# --------------------------------------------------------------------------------------------------------------- doctor


def test_doctor_names_what_is_lacking_with_the_command_that_helps(shop: Shop) -> None:
    refuse(shop, "{oops")
    answer = typed("doctor", session=session("shadow"))

    assert answer.code == 1
    for words in (
        "✓ stack",
        "✓ playbook       number 1 is live",
        "✗ snapshot       none is loaded",
        "aws lambda invoke --function-name build",
        "! send mode      shadow",
        "sam deploy --stack-name tandem --parameter-overrides SendMode=live",
        "✗ dead letters   messages lie in events 1",
        "tandem dlq list",
        "! alarms         nobody gets them",
        "✓ sender         shop@example.com: the identity example.com is verified",
    ):
        assert words in answer.out


def test_doctor_is_content_when_nothing_required_is_lacking(shop: Shop) -> None:
    header = json.dumps(pack_header(HEADER))
    boto3.client("dynamodb").put_item(TableName="profiles", Item={"pk": {"S": "snapshot"}, "data": {"S": header}})
    answer = typed("doctor", session=session(parameters={"AlarmEmail": "ops@example.com"}))

    assert answer.code == 0
    assert "✓ snapshot       1 profile as of 20 Nov 2026 00:00 UTC" in answer.out
    assert "Nothing required is lacking." in answer.out


def test_doctor_warns_of_an_old_snapshot(shop: Shop) -> None:
    header = json.dumps(pack_header(HEADER))
    boto3.client("dynamodb").put_item(TableName="profiles", Item={"pk": {"S": "snapshot"}, "data": {"S": header}})

    assert "! snapshot" in typed("doctor", session=session(now=NOON + 10 * DAY)).out


def test_doctor_goes_on_where_an_api_is_denied_or_missing(shop: Shop) -> None:
    class Denied:
        def __getattr__(self, name: str) -> Any:
            def call(**_: Any) -> None:
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, name)

            return call

    answer = typed("doctor", session=on(lambda _: Denied(), session().stack()))

    assert answer.code == 0
    assert answer.out.count("could not be checked (AccessDeniedException)") == 6


def test_doctor_says_how_to_get_a_stack_where_there_is_none() -> None:
    answer = typed("doctor")

    assert answer.code == 1
    assert "✗ stack" in answer.out
    assert "python -m infra.local up" in answer.out


def test_the_email_sandbox_is_required_to_be_left_only_when_live(shop: Shop) -> None:
    def doctor(mode: str) -> str:
        stack = session(mode)
        sandboxed = on(
            lambda each: Ses(ProductionAccessEnabled=False) if each == "sesv2" else _client(each), stack.stack()
        )
        return typed("doctor", session=sandboxed).out

    assert "✗ email account  is in the SES sandbox" in doctor("live")
    assert "! email account  is in the SES sandbox" in doctor("shadow")
    assert "aws sesv2 put-account-details --production-access-enabled" in doctor("shadow")


def test_a_sender_nobody_verified_is_lacking(shop: Shop) -> None:
    boto3.client("sesv2").delete_email_identity(EmailIdentity="example.com")
    answer = typed("doctor", session=session())

    assert "✗ sender" in answer.out
    assert "aws sesv2 create-email-identity --email-identity example.com" in answer.out


@pytest.mark.parametrize("mode", ["shadow", "allowlist", "live"])
def test_only_live_is_well(shop: Shop, mode: str) -> None:
    assert ("✓ send mode" in typed("doctor", session=session(mode)).out) == (mode == "live")
