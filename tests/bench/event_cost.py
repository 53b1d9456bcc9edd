"""CPU of a warm event, ours beside the naive design: one event a message, three reads, rules one by one, three updates.

Every rule listens to the event, a few match it; ours also decides among those, records why and sends.

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
from tandem.actor import Actor, Message, Step, step
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
COUNTS = (10, 1_000)  # rules
STARTING = 5  # of them match, by either design
ARNS = "arn:aws:sqs:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/timers"


def run() -> list[Report]:
    """A batch of ten orders of ten customers, as one call of the function: few rules, many, and the starter playbook
    with its journeys."""
    starter = read_playbook(Path("infra/playbook"), published_at=NOON, number=1).playbook
    rules = len(starter.campaigns) + len(starter.journeys)
    return [
        *(_compared(f"{count:,} rules of which {STARTING} match", _with(starter, count), count) for count in COUNTS),
        _compared(f"the starter playbook, {rules} campaigns and journeys", starter, rules),
    ]


def _compared(title: str, playbook: Playbook, rules: int) -> Report:
    orders = [_order(number) for number in range(EVENTS)]
    messages = [Message(f"m{number}", by_door(each, NOON), NOON) for number, each in enumerate(orders)]
    known = [_known(f"customer-{number}", playbook) for number in range(EVENTS)]
    actor = _actor(playbook, known)
    parsed = [parse(message.body, message.sent_at) for message in messages]

    def steps() -> list[Step]:
        return [step(who, None, HEADER, [event], playbook, now=NOON) for who, event in zip(known, parsed, strict=True)]

    handled = actor.handle(messages)
    assert (handled.events, handled.sends, handled.failed, handled.broken) == (EVENTS, EVENTS, set(), []), handled
    works: dict[str, Callable[[], object]] = {
        "naive": _naive(orders, rules),
        "trigger": lambda: actor.handle(messages),
        "step alone": steps,
    }
    costs = turns(works, rounds=25)
    report = Report(f"warm event, {title}", ("CPU µs", "of naive"), "Budget: 0.20 of naive")
    for name, cost in costs.items():
        report.add(name, cost / EVENTS, cost / costs["naive"])
    return report


def _with(starter: Playbook, rules: int) -> Playbook:
    """So many campaigns that listen to orders, beside the starter playbook's attributes."""
    return starter.model_copy(update={"campaigns": tuple(map(_campaign, range(rules))), "journeys": ()})


def _campaign(number: int) -> Campaign:
    orders = 1 if number < STARTING else number + 100
    return Campaign.model_validate(
        {
            "id": f"rule-{number}",
            "value": str(number),
            "trigger": {"event": "order_completed", "when": f"customer.orders == {orders}"},
            "channels": ["email"],
            "content": "second-order",
        }
    )


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
    schedules = canned("scheduler", {"CreateSchedule": {"ScheduleArn": ARNS}})
    scheduler = SchedulerSchedules(lambda: schedules, "timers", ROLE, ARNS + "events", ARNS + "dlq")
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
    return Actor(
        customers=CustomerTable(dynamodb, "customers", "profiles", "playbooks", "tombstones", pause=lambda _: None),
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


def _naive(orders: list[dict[str, Any]], rules: int) -> Callable[[], object]:
    item = {"Item": {"pk": {"S": "ada"}, "orders": {"N": "3"}, "revenue": {"N": "12000"}}}
    dynamodb = canned("dynamodb", {"GetItem": item, "UpdateItem": {}}, Config())
    environment = cel.NewEnv(variables={"orders": cel.Type.INT})
    sources = (f"orders == {3 if number < STARTING else number + 100}" for number in range(rules))
    conditions = [environment.compile(source) for source in sources]
    key = {"pk": {"S": "ada"}}

    def handle(record: SQSRecord) -> None:
        json.loads(json.loads(record.body)["Message"])
        for table in ("profile", "cart", "history"):
            dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        for condition in conditions:
            condition.eval(data={"orders": 3}).value()
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
