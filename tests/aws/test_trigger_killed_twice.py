"""`trigger` killed at one of its calls, the next delivery at another; then its message comes ten times more.

A customer owes the effects of one order when the next one comes: every kind of effect before and after the save. One
world for all pairs, each a customer of their own. The workers have the playbook: all that one keeps from call to call,
and what takes long about a start; where it is read, one kill is enough (test_trigger_killed.py).
"""

from collections import Counter
from contextlib import suppress
from typing import Any

import boto3
import pytest

from tests.aws.killing import Killed, Killer, pairs
from tests.aws.shop_world import Shop, mails, taken
from tests.aws.test_trigger_killed import AGAIN, bought, person
from tests.builders import MINUTE, NOON

CALLS = [
    "BatchGetItem",
    "PutItem",  # what was owed: a consent, the timers of the order, its record and its send
    "CreateSchedule",
    "SendMessageBatch",
    "SendMessageBatch",
    "PutItem",  # the save
    "CreateSchedule",  # the next order's
    "SendMessageBatch",
    "SendMessageBatch",
]


def watched(shop: Shop) -> Killer:
    return Killer({id(client): client for client in shop.clients}.values())


def prepared(shop: Shop, name: str) -> Any:
    """Somebody who owes; the message of their next order."""
    shop.now = NOON
    shop.receive(person(name), bought(name, f"{name}-1", "20.00"))
    taken("sends"), taken("records")
    return shop.message(bought(name, f"{name}-2", "30.00"))


def forget(table: str) -> None:
    """moto copies whole tables for a transaction: they are kept small."""
    dynamodb = boto3.client("dynamodb")
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={"pk": item["pk"]})


def test_these_are_all_the_calls_there_are(shop: Shop) -> None:
    message = prepared(shop, "ada")
    killer = watched(shop)

    assert shop.trigger([message]).failed == set()

    assert killer.calls == CALLS


@pytest.mark.kill_points("trigger", "pairs")
def test_no_pair_of_kills_loses_an_order_or_makes_two_mails_of_one(shop: Shop) -> None:
    killer = watched(shop)
    for number, points in enumerate(pairs(CALLS)):
        name = f"c{number}"
        killer.disarm()
        message = prepared(shop, name)
        for point in points:
            killer.arm(*point)
            with suppress(Killed):
                shop.trigger([message])
        killer.disarm()
        for minute in range(2):
            shop.now = NOON + (1 + minute) * MINUTE
            assert shop.trigger([message] * (AGAIN // 2)).failed == set()

        assert sorted(fact.order_id for fact in shop.customer(name).orders) == [f"{name}-1", f"{name}-2"], points
        assert shop.customer(name).owed == (), points
        decided = {each.id for each in shop.records()}
        assert set(shop.deliver(shop.sends())) <= {"Sent", "AlreadyDone"}
        assert len(decided) == len(shop.customer(name).sends) == 2, points
        for table in ("customers", "consents", "ledger"):
            forget(table)
    sent = Counter(str(mail["To"]) for mail in mails())
    assert sent == {f"c{number}@example.com": 2 for number in range(len(pairs(CALLS)))}
