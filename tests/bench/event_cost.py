"""CPU of a warm event, ours beside the naive design: one event a message, three reads, rules one by one, three updates.

Both call AWS through boto3 with the network taken out: a canned answer comes back where the request would leave.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config
from cel_expr_python import cel

from infra.publish.playbook import read_playbook
from tandem.actor import Actor, Message, step
from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.customer_table import CustomerTable, customer_item
from tandem.adapters.dead_letters import DeadLetterQueue
from tandem.adapters.event_bus import EventBus
from tandem.adapters.memory import MemoryPlaybooks
from tandem.adapters.outbox import Outbox
from tandem.adapters.schedules import SchedulerSchedules
from tandem.customer import Customer
from tandem.events import parse
from tandem.playbook import Campaign, Playbook
from tests.bench.canned import canned
from tests.bench.report import Report
from tests.bench.timing import turns
from tests.builders import DAY, HEADER, NOON, by_door, envelope, identified

EVENTS = 10
RULES = 10
ARNS = "arn:aws:sqs:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/timers"


def run() -> list[Report]:
    """A batch of ten orders of ten customers, as one call of the function."""
    playbook = _playbook()
    orders = [_order(number) for number in range(EVENTS)]
    messages = [Message(f"m{number}", by_door(each, NOON), NOON) for number, each in enumerate(orders)]
    known = [_known(f"customer-{number}", playbook) for number in range(EVENTS)]
    actor = _actor(playbook, known)
    parsed = [parse(message.body, message.sent_at) for message in messages]
    works: dict[str, Callable[[], object]] = {
        "naive": _naive(orders),
        "trigger": lambda: actor.handle(messages),
        "step alone": lambda: [
            step(who, None, HEADER, [event], playbook, now=NOON) for who, event in zip(known, parsed, strict=True)
        ],
    }
    costs = turns(works, rounds=25)
    report = Report(f"warm event, {RULES} rules", ("CPU µs", "of naive"), "Budget: 0.20 of naive")
    for name, cost in costs.items():
        report.add(name, cost / EVENTS, cost / costs["naive"])
    return [report]


def _playbook() -> Playbook:
    starter = read_playbook(Path("infra/playbook"), published_at=NOON, number=1).playbook
    more = [
        Campaign.model_validate(
            {
                "id": f"rule-{number}",
                "priority": number,
                "trigger": {"event": "order_completed"},
                "when": f"customer.orders == {number + 100}",
                "channels": ["email"],
                "content": "second-order",
            }
        )
        for number in range(RULES - len(starter.campaigns))
    ]
    return starter.model_copy(update={"campaigns": (*starter.campaigns, *more)})


def _order(number: int) -> dict[str, Any]:
    lines = [{"product_id": f"p{each}", "name": "A record", "price": "19.99", "quantity": 1} for each in range(4)]
    properties = {"order_id": f"o{number}", "total": "79.96", "currency": "USD", "products": lines}
    return envelope("order_completed", f"e{number}", NOON, properties, f"customer-{number}")


def _known(customer_id: str, playbook: Playbook) -> Customer:
    event = replace(identified("hello", NOON - DAY), customer_id=customer_id)
    made = step(Customer(customer_id), None, HEADER, [event], playbook, now=NOON - DAY).customer
    return replace(made, owed=(), version=1)


def _wire(item: dict[str, Any]) -> dict[str, Any]:
    """An item as JSON: binary in base64."""
    return {
        name: {kind: base64.b64encode(value).decode() if kind == "B" else value for kind, value in typed.items()}
        for name, typed in item.items()
    }


def _actor(playbook: Playbook, known: list[Customer]) -> Actor:
    items = [_wire(customer_item(replace(each, version=0))) for each in known]
    responses = {"customers": items, "profiles": [], "playbooks": [{"pk": {"S": "playbook"}, "number": {"N": "1"}}]}
    dynamodb = canned("dynamodb", {"BatchGetItem": {"Responses": responses}, "PutItem": {}})
    sqs = canned("sqs", {"SendMessageBatch": {"Successful": []}})
    scheduler = SchedulerSchedules(lambda: canned("scheduler", {}), "timers", ROLE, ARNS + "events", ARNS + "dlq")
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
    return Actor(
        customers=CustomerTable(dynamodb, "customers", "profiles", "playbooks", pause=lambda _: None),
        playbooks=MemoryPlaybooks({1: playbook}),
        outbox=Outbox(
            sqs,
            ConsentTable(dynamodb, "consents"),
            scheduler,
            EventBus(lambda: canned("events", {}), "bus"),
            queue,
            queue,
            queue,
            timedelta(minutes=15),
        ),
        dead_letters=DeadLetterQueue(sqs, queue),
        clock=lambda: NOON,
    )


def _naive(orders: list[dict[str, Any]]) -> Callable[[], object]:
    item = {"Item": {"pk": {"S": "ada"}, "orders": {"N": "3"}, "revenue": {"N": "12000"}}}
    dynamodb = canned("dynamodb", {"GetItem": item, "UpdateItem": {}}, Config())
    environment = cel.NewEnv(variables={"orders": cel.Type.INT})
    rules = [environment.compile(f"orders == {number}") for number in range(RULES)]
    key = {"pk": {"S": "ada"}}

    def handle(record: SQSRecord) -> None:
        json.loads(json.loads(record.body)["Message"])
        for table in ("profile", "cart", "history"):
            dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        for rule in rules:
            rule.eval(data={"orders": 3}).value()
        for table in ("profile", "cart", "history"):
            dynamodb.update_item(
                TableName=table,
                Key=key,
                UpdateExpression="ADD orders :one, revenue :total",
                ExpressionAttributeValues={":one": {"N": "1"}, ":total": {"N": "7996"}},
            )

    records = [
        {"messageId": str(number), "body": by_door(order, NOON), "eventSource": "aws:sqs", "receiptHandle": "r"}
        for number, order in enumerate(orders)
    ]
    processor = BatchProcessor(event_type=EventType.SQS)
    return lambda: process_partial_response({"Records": records}, handle, processor, None)
