"""The files of infra/events, which `sam local invoke` takes, each through its handler."""

import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions.build_profiles import app as build_app
from functions.build_profiles.settings import Settings as BuildSettings
from functions.load_profiles import app as load_app
from functions.load_profiles.settings import Settings as LoadSettings
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.consent_table import ConsentTable
from tandem.customer import Channel, Customer, SendEntry, SetConsent, read_send
from tandem.customer.consent import consent_key
from tests.aws.send_world import answer_get_account
from tests.aws.settle_world import an_event
from tests.aws.shop_world import Shop, decisions, mails, taken
from tests.builders import DAY, NOON

EVENTS = Path(__file__).parents[2] / "infra" / "events"
BUCKET = "tandem-bucket"
HISTORY = "customer_id,order_id,ordered_at,amount,currency\nmaya,1,2026-11-01T10:00:00Z,20.00,USD\n"
CONTEXT = SimpleNamespace(
    function_name="sample",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:sample",
    aws_request_id="sample",
    get_remaining_time_in_millis=lambda: 240_000,
)
SECRET = "sample"  # what the link in unsubscribe.json is signed with
DESKS = (
    "trigger.app.actor",
    "send.app.desk",
    "record.app.table",
    "archive.app.files",
    "feedback.app.ear",
    "settle.app.desk",
    "unsubscribe.app.desk",
)


@pytest.fixture
def told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The shop, and the environment that the template gives its functions."""
    sqs = boto3.client("sqs")
    variables = {
        f"{table.upper()}_TABLE": table for table in ("customers", "profiles", "playbooks", "tombstones", "consents")
    }
    variables |= {"LEDGER_TABLE": "ledger", "DECISIONS_TABLE": "decisions", "BUCKET": BUCKET}
    for name, queue in (("EVENTS_QUEUE", "events"), ("EVENTS_DLQ", "events-dlq"), ("SENDS_QUEUE", "sends"), ("RECORDS_QUEUE", "records")):  # fmt: skip # noqa: E501
        variables[f"{name}_URL"] = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    for name in ("ARCHIVE_QUEUE", "FEEDBACK_QUEUE", *(f"{each}_DLQ" for each in ("TIMERS", "UNDELIVERED", "SENDS", "RECORDS", "ARCHIVE", "FEEDBACK"))):  # fmt: skip # noqa: E501
        variables[f"{name}_URL"] = sqs.create_queue(QueueName=name.lower().replace("_", "-"))["QueueUrl"]
    variables |= {"EVENTS_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:events", "SCHEDULE_GROUP": "timers"}
    variables |= {"SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/timers", "SCHEDULE_AFTER_SECONDS": "900"}
    variables |= {"SCHEDULE_DLQ_ARN": "arn:aws:sqs:us-east-1:123456789012:events-dlq"}
    variables |= {"EVENTS_TOPIC_ARN": boto3.client("sns").create_topic(Name="door")["TopicArn"]}
    variables |= {"EVENT_BUS_NAME": "tandem", "SEND_MODE": "live", "FROM_ADDRESS": "shop@example.com"}
    variables |= {"SMS_PER_SECOND": "10", "SETTLE_AFTER_MINUTES": "30", "UNSUBSCRIBE_URL": "https://u.example.com"}
    variables |= {"SECRET_ARN": boto3.client("secretsmanager").create_secret(Name="tandem", SecretString=SECRET)["ARN"]}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    answer_get_account()
    yield shop
    for name in DESKS:
        module, _, attribute = f"functions.{name}".rpartition(".")
        getattr(importlib.import_module(module), attribute).cache_clear()


def run(name: str) -> Any:
    """The handler's answer to its file."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    return importlib.import_module(f"functions.{name}.app").handler(event, CONTEXT)


def test_every_function_has_a_file() -> None:
    functions = {path.parent.name for path in (EVENTS.parents[1] / "functions").glob("*/app.py")}

    assert {path.stem for path in EVENTS.glob("*.json")} == functions


def test_trigger_takes_its_file(told: Shop) -> None:
    assert run("trigger") == {"batchItemFailures": []}

    assert len(told.customer("maya").orders) == 1
    [bad] = taken("events-dlq")
    assert bad["MessageAttributes"]["reason"]["StringValue"] == "no_time_zone"


def test_send_takes_its_file(told: Shop) -> None:
    send = read_send(json.loads((EVENTS / "send.json").read_text())["Records"][0]["body"])
    word = SetConsent("i", send.channel, send.address, True, NOON - DAY, NOON + DAY)
    ConsentTable(boto3.client("dynamodb"), "consents").set_consent(word)
    entry = SendEntry(send.id, send.campaign, send.channel, NOON, send.not_after)
    told.actor.customers.save(Customer("maya", sends=(entry,)))

    assert run("send") == {"batchItemFailures": []}
    assert [mail["To"] for mail in mails()] == ["maya@example.com"]


def test_record_takes_its_file(told: Shop) -> None:
    assert run("record") == {"batchItemFailures": []}

    assert [decision.campaign for decision in decisions("maya")] == ["second-order"]


def test_feedback_takes_its_file(told: Shop) -> None:
    assert run("feedback") == {"batchItemFailures": []}

    key = consent_key(Channel.EMAIL, "ana@example.com", "all")
    denied = boto3.client("dynamodb").get_item(TableName="consents", Key={"pk": {"S": key}})["Item"]
    assert denied["why"] == {"S": "complained: abuse"}
    [bad] = taken("feedback-dlq")
    assert bad["MessageAttributes"]["reason"]["StringValue"] == "unknown_type"


def test_unsubscribe_takes_its_file(told: Shop) -> None:
    assert run("unsubscribe")["statusCode"] == 200

    key = consent_key(Channel.EMAIL, "maya@example.com")
    denied = boto3.client("dynamodb").get_item(TableName="consents", Key={"pk": {"S": key}})["Item"]
    assert denied["status"] == {"S": "denied"}


def test_settle_takes_its_file(told: Shop) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["ARCHIVE_DLQ_URL"], MessageBody=an_event())

    run("settle")

    assert [event.event_id for event in ArchiveFiles(boto3.client("s3"), BUCKET).read(NOON, NOON + DAY)] == ["e1"]


def test_archive_takes_its_file(told: Shop) -> None:
    assert run("archive") == {"batchItemFailures": []}

    files = ArchiveFiles(boto3.client("s3"), BUCKET)
    assert [event.event_id for event in files.read(NOON, NOON + DAY)] == ["sample-hello", "sample-order"]
    refused = boto3.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="refused/2026/11/20/12/")
    assert refused["KeyCount"] == 1


def test_the_slow_brain_takes_its_files(told: Shop) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key="history/orders.csv", Body=HISTORY.encode())
    build = build_app.build(BuildSettings.of_this_process(), clock=lambda: NOON + DAY, pause=lambda _: None)
    load = load_app.build(LoadSettings.of_this_process(), clock=lambda: NOON + DAY)

    built = build.answer(json.loads((EVENTS / "build_profiles.json").read_text()))
    [loaded] = load.answer(json.loads((EVENTS / "load_profiles.json").read_text()))

    assert built["profiles"] == loaded["counts"]["written"] == 1
