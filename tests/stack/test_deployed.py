"""The promises on the deployed local stack: the real template, real queues and schedules, IAM enforced."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from tandem.adapters.profile_table import ProfileTable
from tandem.decisions import Outcome
from tests.stack.deployed import Deployed, wait_for

RECORD = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}


def order(total: str = "25.00") -> dict[str, object]:
    return {"order_id": f"order-{uuid4()}", "total": total, "currency": "USD", "products": [RECORD]}


def test_an_order_becomes_one_mail_with_its_ledger_row_and_its_decision(deployed: Deployed) -> None:
    ana = deployed.someone()

    deployed.publish("order_completed", ana, order())
    [mail] = wait_for(lambda: deployed.mails(ana))
    [decision] = wait_for(lambda: deployed.decisions(ana))
    wait_for(lambda: deployed.ledger(decision.id)["status"] == "sent")
    row = deployed.ledger(decision.id)

    assert decision.campaign == "second-order"
    assert row["provider_id"] == mail.message_id
    assert "Ana" in mail.text
    assert "Ana" in mail.html
    assert mail.subject


def test_a_snapshot_tells_the_tier_and_this_very_order_raises_it(deployed: Deployed) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ana = deployed.someone()
    rows = [f"{ana},h1,{(midnight - timedelta(days=9)).isoformat()},10.00,USD"]
    rows += [
        f"other-{each},o{each},{(midnight - timedelta(days=9)).isoformat()},{each}.00,USD" for each in range(10, 60)
    ]
    history = "\n".join(["customer_id,order_id,ordered_at,amount,currency", *rows])
    deployed.stack.client("s3").put_object(
        Bucket=deployed.outputs["BucketName"], Key="history/orders.csv", Body=history.encode()
    )
    built = deployed.stack.client("lambda", read_timeout=120).invoke(
        FunctionName=deployed.outputs["BuildProfilesFunctionName"],
        Payload=json.dumps({"history": "history/orders.csv"}),
    )
    said = json.loads(built["Payload"].read())
    assert "FunctionError" not in built, said
    wait_for(lambda: is_loaded(deployed, said["as_of"]))

    deployed.publish("order_completed", ana, order("250.00"))
    [decision] = wait_for(lambda: deployed.decisions(ana))

    assert decision.attributes["customer.basket_tier"] == "high"
    assert decision.attributes["customer.orders"] == 2
    assert decision.template == "post-purchase-high"


def is_loaded(deployed: Deployed, as_of: str) -> bool:
    """Whether all of a snapshot is in the table, and whoever it concerns has been told."""
    at = ProfileTable(deployed.stack.client("dynamodb"), deployed.outputs["ProfilesTableName"]).checkpoint(
        datetime.fromisoformat(as_of)
    )
    return at is not None and at.finished


def test_a_cart_left_behind_is_reminded_of_by_a_real_schedule(deployed: Deployed) -> None:
    ana = deployed.someone()
    scheduler = deployed.stack.client("scheduler")
    group = deployed.outputs["ScheduleGroupName"]
    held = {each["Name"] for each in scheduler.list_schedules(GroupName=group)["Schedules"]}

    deployed.publish("product_added", ana, {"cart_id": "c1", **RECORD})
    [name] = wait_for(lambda: {each["Name"] for each in scheduler.list_schedules(GroupName=group)["Schedules"]} - held)
    [mail] = wait_for(lambda: deployed.mails(ana), seconds=600)
    [decision] = wait_for(lambda: deployed.decisions(ana))

    assert decision.campaign == "cart-reminder"
    assert decision.cause.timer == "+cart/c1"
    assert decision.at >= decision.cause.occurred_at + timedelta(seconds=75)
    assert "Midnight Tramway" in mail.text
    link = "https://shop.example.com/cart/c1?utm_source=needle-and-groove&utm_medium=email&utm_campaign=cart-reminder"
    assert link in mail.text
    assert f'href="{link.replace("&", "&amp;")}' in mail.html
    assert 'src="https://shop.example.com/images/lp-midnight.png"' in mail.html
    names = [each["Name"] for each in scheduler.list_schedules(GroupName=group)["Schedules"]]
    assert name not in names


def test_one_event_ten_times_at_once_is_one_mail(deployed: Deployed) -> None:
    ana = deployed.someone()
    same = order()
    with ThreadPoolExecutor(10) as pool:
        for number in range(10):
            pool.submit(deployed.publish, "order_completed", ana, same, event_id=f"copy-{number}")

    wait_for(lambda: deployed.mails(ana))
    deployed.publish("order_completed", ana, order())  # everything before it is handled once its mail is there
    wait_for(lambda: len(deployed.mails(ana)) > 1)

    customer = deployed.customer(ana)
    assert customer is not None
    assert len(customer.orders) == 2
    assert len(deployed.mails(ana)) == 2


def test_a_phone_alone_gets_a_text(deployed: Deployed) -> None:
    number = f"+1555{uuid4().int % 10**7:07}"
    ana = deployed.someone(email=None, phone=number, consents={"sms": True})

    deployed.publish("order_completed", ana, order())
    [text] = wait_for(lambda: [each for each in deployed.stack.texts() if each.to == number])

    assert "Needle & Groove" in text.message


def test_without_consent_nothing_leaves_and_the_reason_is_kept(deployed: Deployed) -> None:
    ana = deployed.someone(consents={})

    deployed.publish("order_completed", ana, order())
    [decision] = wait_for(lambda: deployed.decisions(ana))

    assert {each.outcome for each in decision.candidates} == {Outcome.NO_CONSENT}
    assert deployed.mails(ana) == []


def test_a_bad_event_lies_unchanged_in_the_dead_letters_with_its_reason(deployed: Deployed) -> None:
    customer = f"customer-{uuid4()}"
    deployed.publish("order_completed", customer, order(), occurred_at="2026-11-20T12:00:00")
    sqs = deployed.stack.client("sqs")
    queue = deployed.outputs["EventsDlqUrl"]
    [letter] = wait_for(lambda: sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"]).get("Messages"))

    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes == {"reason": "no_time_zone", "field": "occurred_at"}
    assert json.loads(json.loads(letter["Body"])["Message"])["customer_id"] == customer
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])


def test_iam_is_enforced_here(deployed: Deployed) -> None:
    iam = deployed.stack.client("iam")
    name = f"nobody-{uuid4()}"
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    nobody = boto3.client(
        "dynamodb",
        endpoint_url=deployed.stack.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )

    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.get_item(TableName=deployed.outputs["CustomersTableName"], Key={"pk": {"S": "ada"}})
