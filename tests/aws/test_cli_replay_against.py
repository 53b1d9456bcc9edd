"""`tandem replay --against` with playbooks that are published."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.cli.files import SAMPLES
from infra.cli.session import Session
from infra.cli.stack import Stack
from tests.builders import DAY, NOON, STANDARD, envelope, profile
from tests.unit.cli.snapshot_files import snapshot_of
from tests.unit.cli.typed import Typed, on, typed
from tests.unit.publish.folders import SECOND_ORDER, folder_with

WEEK = str(SAMPLES / "busy-week.jsonl")
VIEWS = "attributes:\n  - { attribute: views, on: product_viewed, function: count }\n"
VIEWED = "id: mine\nchannels: [email]\ncontent: second-order\ntrigger: { event: product_viewed }\n"


@pytest.fixture
def stack(aws: None) -> Session:
    """A stack with nothing published."""
    boto3.client("dynamodb").create_table(
        TableName="playbooks",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.client("s3").create_bucket(Bucket="shop")
    clients: Any = boto3.client
    return on(clients, Stack("tandem", {"PlaybooksTableName": "playbooks", "BucketName": "shop"}))


def publish(folder: Path, stack: Session) -> None:
    now = stack.clock() - DAY
    assert (
        typed("playbook", "publish", str(folder), "--author", "ada", session=replace(stack, clock=lambda: now)).code
        == 0
    )


def compared(stack: Session, first: str, second: str, *more: str, stdin: str = "") -> Typed:
    file = "-" if stdin else WEEK
    return typed("replay", file, "--playbook", first, "--against", second, *more, session=stack, stdin=stdin)


def test_a_number_and_the_live_one_are_compared_and_named(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder, stack)
    (folder / "campaigns/second-order.yaml").write_text(SECOND_ORDER.replace("== 1", "== 2"))
    publish(folder, stack)

    answer = compared(stack, "1", "live", "--out", str(tmp_path / "page.html"))

    assert "A               playbook 1: 4 messages" in answer.out
    assert "B               live (playbook 2): 3 messages" in answer.out
    assert "tandem playbook diff 1 live" in answer.out
    assert "It is for customers with customer.orders == 2 (customer.orders was 1)" in " ".join(answer.out.split())


def test_a_number_that_was_never_published_is_said_so(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path), stack)

    answer = compared(stack, "live", "7")

    assert answer.code == 2
    assert "there is no playbook 7" in answer.err


def test_profiles_fit_the_rules_of_a_folder_that_the_published_side_has_too(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, VIEWS, VIEWED)
    publish(folder, stack)
    (folder / "campaigns/mine.yaml").write_text(f"{VIEWED}audience: customer.views > 8\n")
    snapshot_of(tmp_path, replace(profile(), codes=STANDARD | {101}, parts={101: {0: 7}}))
    known = envelope("customer_identified", "k1", NOON, {"email": "ada@example.com", "consents": {"email": True}})
    viewed = envelope("product_viewed", "v1", NOON + DAY, {"product_id": "lp-glass"})

    events = f"{json.dumps(known)}\n{json.dumps(viewed)}\n"
    answer = compared(stack, "live", str(folder), "--json", "--profiles", str(tmp_path), stdin=events)

    told = json.loads(answer.out)
    assert (told["change"], told["reason"]) == ("no_longer", "audience")
    assert "customer.views was 8" in told["why"]
