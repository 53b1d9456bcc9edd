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
from itertools import count
from typing import Any

from jinja2 import Environment

from tandem.adapters.aws import PATIENT
from tandem.adapters.breakers import LiveBreakers
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_sending import MemoryContents, MemoryPace
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.provider_answer import ONCE
from tandem.adapters.ses import SesMail
from tandem.customer import Channel, Send, effect_document, pack_customer, read_send
from tandem.sending import Ports, Rules, SendMode, Sent, deliver
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
    bodies = [json.dumps(effect_document(_send(number))) for number in range(BATCH)]
    ours, plain = _ours(bodies, made), _plain(bodies)
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
    known = {each.customer_id: pack_customer(a_customer(each)) for each in sends}
    item = {"version": {"N": "3"}}
    live = [{"pk": {"S": "playbook"}, "number": {"N": "7"}}]
    answers: dict[str, Any] = {"TransactWriteItems": {}, "UpdateItem": {}, "BatchGetItem": {}}
    dynamodb = canned("dynamodb", answers)
    sesv2 = canned("sesv2", {"SendEmail": {"MessageId": "m-1"}}, ONCE)
    sns = canned("sns", {"Publish": PUBLISHED}, PATIENT)
    for client in (dynamodb, sesv2, sns):
        client.meta.events.register("before-call", lambda model, **_: made.update([model.name]))
    ports = Ports(
        ledger=LedgerTable(dynamodb, "ledger", "consents"),
        customers=CustomerReader(dynamodb, "customers", "playbooks", pause=lambda _: None),
        contents=MemoryContents({7: a_content()}),
        providers={Channel.EMAIL: SesMail(sesv2, SENDER)},
        news=NewsTopic(sns, TOPIC),
        pace=MemoryPace(),
        breakers=LiveBreakers(LiveTable(dynamodb, "playbooks", lambda: NOW)),
    )
    rules = Rules(SendMode.LIVE, SENDER)

    def work() -> None:
        for body in bodies:
            send = read_send(body)
            data = base64.b64encode(known[send.customer_id]).decode()
            customers = [{"pk": {"S": send.customer_id}, "data": {"B": data}, **item}]
            answers["BatchGetItem"] = {"Responses": {"customers": customers, "playbooks": live}}
            outcome = deliver(send, ports, rules, lambda: NOW)
            assert isinstance(outcome, Sent), outcome

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
