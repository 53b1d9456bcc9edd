"""The link of a mail that left the deployed stack, followed to the next mail, which is refused.

The local stack keeps of a mail its subject and bodies, not its headers: the link is the footer's, which is the same one
(`tests/aws/test_unsubscribe.py` takes it from the header).
"""

import json
import re
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from tandem.customer import Channel, Send, effect_document
from tandem.customer.consent import consent_key
from tests.stack.deployed import Deployed, wait_for
from tests.unit.sending.builders import a_send

RECORD = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def fetched(
    deployed: Deployed, link: str, fields: Mapping[str, Any] | None = None
) -> tuple[int, Mapping[str, str], str]:
    """What the function URL answers, by the local stack's own way to it: status, headers and page."""
    parts = urlsplit(link)
    url = f"{deployed.stack.endpoint}/_aws/lambda-url/{(parts.hostname or '').partition('.')[0]}{parts.path}"
    request = urllib.request.Request(url, urlencode(fields, doseq=True).encode() if fields is not None else None)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, lowered(answer.headers), answer.read().decode()
    except HTTPError as error:
        return error.code, lowered(error.headers), error.read().decode()


def lowered(headers: Message) -> Mapping[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def order() -> dict[str, object]:
    return {"order_id": f"order-{uuid4()}", "total": "25.00", "currency": "USD", "products": [RECORD]}


def word(deployed: Deployed, ana: str) -> str:
    """The consent item of a customer made by `someone`."""
    item = deployed.stack.client("dynamodb").get_item(
        TableName=deployed.outputs["ConsentsTableName"],
        Key={"pk": {"S": consent_key(Channel.EMAIL, f"{ana}@example.com")}},
        ConsistentRead=True,
    )["Item"]
    return str(item["status"]["S"])


def test_a_click_on_the_link_of_a_mail_stops_the_next_one_and_fetching_it_does_not(deployed: Deployed) -> None:
    ana = deployed.someone()
    deployed.publish("order_completed", ana, order())
    [mail] = wait_for(lambda: deployed.mails(ana))
    [link] = re.findall(rf"{re.escape(deployed.outputs['UnsubscribeUrl'])}\S+", mail.text)
    assert f'href="{link}"' in mail.html

    status, headers, page = fetched(deployed, link)
    assert (status, headers["cache-control"], word(deployed, ana)) == (200, "no-store", "granted")
    assert "Unsubscribe?" in page

    status, _, page = fetched(deployed, link, ONE_CLICK)
    assert (status, word(deployed, ana)) == (200, "denied")
    assert "You are unsubscribed" in page

    wait_for(lambda: denied(deployed, ana))
    queued = already_in_the_queue(deployed, ana)
    row = wait_for(lambda: deployed.row(queued.id))
    assert row is not None
    assert (row["status"], row["reason"]) == ("refused", "opted_out")
    assert len(deployed.mails(ana)) == 1


def already_in_the_queue(deployed: Deployed, ana: str) -> Send:
    """A message that was decided before the click, and is taken from the queue after it."""
    now = datetime.now(UTC)
    send = a_send(
        id=uuid4().hex,
        customer_id=ana,
        address=f"{ana}@example.com",
        template="post-purchase-medium",
        playbook=1,
        not_before=now - timedelta(minutes=1),
        not_after=now + timedelta(hours=1),
    )
    deployed.stack.client("sqs").send_message(
        QueueUrl=deployed.outputs["SendsQueueUrl"], MessageBody=json.dumps(effect_document(send))
    )
    return send


def denied(deployed: Deployed, ana: str) -> bool:
    """Whether the record has heard it."""
    customer = deployed.customer(ana)
    return customer is not None and customer.word(Channel.EMAIL) == "denied"


def test_a_link_that_was_changed_opens_nothing(deployed: Deployed) -> None:
    status, _, page = fetched(deployed, deployed.outputs["UnsubscribeUrl"] + "AAAA" * 40, ONE_CLICK)

    assert status == 400
    assert "This link does not work" in page
