"""What SES would tell, posted to its topic on the deployed local stack, IAM enforced."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tandem.customer import Channel
from tandem.customer.consent import address_hash, consent_key
from tandem.decisions import Decision, Outcome
from tandem.events.identity import EVERYTHING
from tandem.events.times import to_text
from tests.stack.deployed import Deployed, wait_for
from tests.unit.hearing.told import sample

RECORD = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}


def order() -> dict[str, object]:
    return {"order_id": f"order-{uuid4()}", "total": "25.00", "currency": "USD", "products": [RECORD]}


def second(decisions: list[Decision]) -> list[Decision]:
    """Once there are two."""
    return decisions if len(decisions) > 1 else []


def tell(deployed: Deployed, name: str, send_id: str, address: str, **part: Any) -> None:
    """As SES publishes it, about a mail that left just now."""
    now = datetime.now(UTC)
    mail = {"timestamp": to_text(now), "destination": [address], "tags": {"decision": [send_id]}}
    event = sample(name, mail=mail, timestamp=to_text(now + timedelta(seconds=10)), **part)
    deployed.stack.client("sns").publish(TopicArn=deployed.outputs["ProviderEventsTopicArn"], Message=json.dumps(event))


def test_a_delivery_a_click_and_a_bounce_reach_the_ledger_the_address_and_the_customer(deployed: Deployed) -> None:
    ana = deployed.someone()
    address = f"{ana}@example.com"
    deployed.publish("order_completed", ana, order())
    wait_for(lambda: deployed.mails(ana))
    [decision] = wait_for(lambda: deployed.decisions(ana))
    wait_for(lambda: deployed.ledger(decision.id)["status"] == "sent")

    tell(deployed, "delivery", decision.id, address, recipients=[address])
    tell(deployed, "click", decision.id, address)
    tell(deployed, "bounce-permanent", decision.id, address, bouncedRecipients=[{"emailAddress": address}])
    wait_for(lambda: {"delivered_at", "clicked_at", "bounced_at"} <= deployed.ledger(decision.id).keys())
    customer = wait_for(lambda: found if (found := deployed.customer(ana)) and found.dead else None)
    denied = deployed.stack.client("dynamodb").get_item(
        TableName=deployed.outputs["ConsentsTableName"],
        Key={"pk": {"S": consent_key(Channel.EMAIL, address, EVERYTHING)}},
    )["Item"]

    assert customer is not None
    assert customer.dead["email"].value == address_hash(Channel.EMAIL, address)
    assert (denied["status"], denied["why"]) == ({"S": "denied"}, {"S": "bounced: Permanent/General"})
    deployed.publish("order_completed", ana, order())
    latest = max(wait_for(lambda: second(deployed.decisions(ana))), key=lambda each: each.at)
    assert latest.campaign is None
    assert Outcome.SUPPRESSED in {each.outcome for each in latest.candidates}
    assert len(deployed.mails(ana)) == 1


def test_what_is_no_event_of_ses_lies_in_the_dead_letters_with_its_reason(deployed: Deployed) -> None:
    topic = deployed.outputs["ProviderEventsTopicArn"]
    deployed.stack.client("sns").publish(TopicArn=topic, Message='{"eventType":"?"}')
    sqs, queue = deployed.stack.client("sqs"), deployed.outputs["FeedbackDlqUrl"]

    [letter] = wait_for(lambda: sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"]).get("Messages"))
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])

    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes == {"reason": "unknown_type", "field": "eventType"}
