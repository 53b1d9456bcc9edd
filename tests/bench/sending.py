"""Messages a second that one worker sends, beside a plain loop: parse the message, render it, SendEmail, nothing else.

The loop sends twice what is delivered twice, forgets opt-outs, and knows nothing of what it did. Both call AWS through
boto3 with the network taken out, so what is compared is CPU; each AWS call beyond is a wait of some milliseconds: they
are counted.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count, cycle
from typing import Any

from jinja2 import Environment

from functions.send.app import Desk, logger
from functions.send.app import run as run_send
from tandem.adapters.aws import PATIENT
from tandem.adapters.breakers import LiveBreakers
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_sending import MemoryContents
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.pace_table import PaceTable
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.provider_answer import ONCE
from tandem.adapters.returns import MemoryReturns
from tandem.adapters.ses import SesMail
from tandem.customer import Channel, Send, effect_document, pack_customer, read_send
from tandem.sending import Ports, Rules, SendMode
from tandem.sending.pace import FixedAccount, SharedPace
from tandem.sending.pacing import micros
from tandem.unsubscribing import Links
from tests.bench.canned import canned
from tests.bench.report import Report
from tests.bench.timing import turns
from tests.unit.sending.builders import NOW, SENDER, a_content, a_customer, a_send

BATCH = 5  # messages that one call of the function takes
TOPIC = "arn:aws:sns:us-east-1:123456789012:door"
PUBLISHED = (
    "<PublishResponse><PublishResult><MessageId>m-2</MessageId></PublishResult>"
    "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
)
PLAIN = """<html><body><h1>Thank you, {{ first_name }}</h1><p>We are packing.</p>
<table>{% for line in lines %}<tr><td>{{ line.name }}</td><td>{{ line.quantity }}</td></tr>{% endfor %}</table>
<p>Total {{ total }}</p><a href="https://shop.example.com/new">See more</a></body></html>"""


def run() -> list[Report]:
    """A batch of five mails, as one call of the function takes them."""
    made: Counter[str] = Counter()
    logger.setLevel("ERROR")  # both say nothing
    bodies = [json.dumps(effect_document(_send(number))) for number in range(BATCH)]
    ours, plain = _ours(bodies, made), _plain(bodies)
    ours()  # a worker's first call reads what it keeps
    made.clear()
    ours()
    calls = {name: amount / BATCH for name, amount in made.items()}
    costs = turns({"a plain loop": plain, "send": ours}, rounds=15)
    speed = Report("messages a worker", ("CPU µs a message", "a second of CPU", "of the plain loop"))
    for name, cost in costs.items():
        speed.add(name, cost / BATCH, 1e6 * BATCH / cost, cost / costs["a plain loop"])
    asked = Report("AWS calls a message", ("a plain loop", "send"), "What each is for: docs/sending.md")
    for name in sorted({*calls, "SendEmail"}):
        asked.add(name, float(name == "SendEmail"), calls.get(name, 0.0))
    asked.add("all", 1.0, sum(calls.values()))
    return [speed, asked]


def _send(number: int) -> Send:
    return replace(a_send(), id=f"{number:032x}", customer_id=f"c-{number}", address=f"c{number}@example.com")


def _ours(bodies: list[str], made: Counter[str]) -> Callable[[], None]:
    sends = [read_send(body) for body in bodies]
    items = [
        {
            "pk": {"S": each.customer_id},
            "version": {"N": "3"},
            "data": {"B": base64.b64encode(pack_customer(a_customer(each))).decode()},
        }
        for each in sends
    ]
    live = [{"pk": {"S": "playbook"}, "number": {"N": "7"}}]
    now = micros(NOW)
    bucket = {"next_free": now, "gap": 1, "marketing": 10**6, "transactional": 10**6, "read_at": now, "asked_at": now}
    attributes = {name: {"N": str(number)} for name, number in bucket.items()}
    answers: dict[str, Any] = {"TransactWriteItems": {}, "UpdateItem": {"Attributes": attributes}}
    answers["GetItem"] = {"Item": attributes}
    dynamodb = canned("dynamodb", answers)
    sesv2 = canned("sesv2", {"SendEmail": {"MessageId": "m-1"}}, ONCE)
    sns = canned("sns", {"Publish": PUBLISHED}, PATIENT)
    for client in (dynamodb, sesv2, sns):
        client.meta.events.register("before-call", lambda model, **_: made.update([model.name]))
    # Whoever is looked at is the one whose message it is.
    asked = iter(cycle(items))
    dynamodb.meta.events.register(
        "before-call.dynamodb.BatchGetItem",
        lambda **_: answers.update(BatchGetItem={"Responses": {"customers": [next(asked)], "playbooks": live}}),
    )
    pace = SharedPace(PaceTable(dynamodb, "ledger"), {Channel.EMAIL: FixedAccount(1e6)}, lambda: NOW, lambda _: None)
    ports = Ports(
        ledger=LedgerTable(dynamodb, "ledger", "consents"),
        customers=CustomerReader(dynamodb, "customers", "playbooks", pause=lambda _: None),
        contents=MemoryContents({7: a_content()}),
        providers={Channel.EMAIL: SesMail(sesv2, SENDER, "events")},
        news=NewsTopic(sns, TOPIC),
        pace=pace,
        breakers=LiveBreakers(LiveTable(dynamodb, "playbooks", lambda: NOW)),
    )
    links = Links("https://shop.example.com/u", b"k" * 32)
    desk = Desk(ports, Rules(SendMode.LIVE, SENDER, links=links), lambda: NOW, MemoryReturns(), lambda: 0.5)
    records = [
        {"messageId": str(at), "receiptHandle": "r", "body": body, "attributes": {}} for at, body in enumerate(bodies)
    ]

    def work() -> None:
        assert run_send({"Records": records}, desk) == {"batchItemFailures": []}

    return work


def _plain(bodies: list[str]) -> Callable[[], None]:
    sesv2 = canned("sesv2", {"SendEmail": {"MessageId": "m-1"}})
    template = Environment(autoescape=True).from_string(PLAIN)
    numbers = count()

    def work() -> None:
        for body in bodies:
            send = json.loads(body)
            message = EmailMessage()
            message["From"], message["To"] = SENDER, send["address"]
            message["Subject"] = f"Thank you, {send['first_name']}"
            message["Date"] = datetime.now(UTC) + timedelta(seconds=next(numbers))
            message.set_content(f"Thank you, {send['first_name']}")
            message.add_alternative(template.render(send, total=send["total_minor"] / 100), subtype="html")
            sesv2.send_email(
                FromEmailAddress=SENDER,
                Destination={"ToAddresses": [send["address"]]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )

    return work
