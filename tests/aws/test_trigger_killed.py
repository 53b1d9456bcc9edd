"""`trigger` killed before or after each of its AWS calls, then everything delivered again ten times.

The batch touches every kind of call: a customer whose last step's effects are still owed, an order, a cart whose
wait is a schedule, one whose wait is a delayed message, a new consent, and a message that can never be handled. The
worker is cold: it has no playbook yet.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tandem.actor import Message
from tandem.adapters.playbook_files import PlaybookFiles
from tests.aws.killing import Killed, Killer, When
from tests.aws.shop_world import Shop, mails, schedules, taken, waiting
from tests.builders import HOUR, MINUTE, NOON, envelope

AGAIN = 10
REFERENCE_CALLS = [
    "SendMessage",  # the bad message, to the dead-letter queue
    "BatchGetItem",
    "BatchGetItem",  # cleo and dora have no record: were they erased?
    "GetObject",  # a cold worker's first playbook
    "PutItem",  # what was owed: ada's and bob's consents, the timers of her order and his welcome, her record, her send
    "PutItem",
    "CreateSchedule",
    "CreateSchedule",
    "SendMessageBatch",
    "SendMessageBatch",
    "PutItem",  # four customers
    "PutItem",
    "PutItem",
    "PutItem",
    "PutItem",  # cleo's consent
    "CreateSchedule",  # ada's second order, bob's cart, cleo's welcome
    "CreateSchedule",
    "CreateSchedule",
    "SendMessageBatch",  # dora's, within fifteen minutes
    "SendMessageBatch",  # records
    "SendMessageBatch",  # sends
]

SCHEDULES = 5  # those of the reference

LOSERS_CALLS = [
    "PutItem",  # what the stale read shows as owed: the consent
    "PutItem",  # the save that is lost
    "BatchGetItem",
    "CreateSchedule",  # what the winner owes: its timer, its record and its send
    "SendMessageBatch",
    "SendMessageBatch",
    "PutItem",
    "CreateSchedule",  # its own
    "SendMessageBatch",
    "SendMessageBatch",
]


def person(customer: str) -> dict[str, Any]:
    traits = {"email": f"{customer}@example.com", "first_name": customer.title(), "consents": {"email": True}}
    return envelope("customer_identified", f"hello-{customer}", NOON - HOUR, traits, customer)


def bought(customer: str, order_id: str, total: str) -> dict[str, Any]:
    properties = {"order_id": order_id, "total": total, "currency": "USD", "products": []}
    return envelope("order_completed", f"event-{order_id}", NOON, properties, customer)


def prepare(shop: Shop) -> list[Message]:
    """Ada owes the effects of her first order; the batch is what comes next, of four customers."""
    shop.receive(person("ada"), person("bob"), bought("ada", "first", "20.00"))
    taken("sends"), taken("records")
    cool(shop)
    cart = {"cart_id": "c1", "product_id": "p1", "name": "A record", "price": "20.00"}
    return [
        Message("bad", '{"Type": "Notification", "Message": "{", "Timestamp": "2026-11-20T12:00:00Z"}', NOON),
        shop.message(bought("ada", "second", "30.00")),
        shop.message(envelope("product_added", "touch", NOON, cart, "bob")),
        shop.message(person("cleo")),
        shop.message(envelope("product_added", "earlier", NOON - 16 * MINUTE, cart, "dora")),
    ]


def cool(shop: Shop) -> None:
    """What a new worker has: no playbook."""
    playbooks: Any = shop.actor.playbooks
    shop.actor = replace(shop.actor, playbooks=PlaybookFiles(playbooks.client, playbooks.bucket))


def outcome(shop: Shop) -> Mapping[str, Any]:
    """All that can be told from outside, with repetitions taken out where readers take them out."""
    customers = [shop.customer(each) for each in ("ada", "bob", "cleo")]
    sends = shop.sends()
    assert set(shop.deliver(sends)) <= {"Sent", "AlreadyDone"}
    return {
        "orders": [sorted(fact.order_id for fact in customer.orders) for customer in customers],
        "carts": [len(customer.cart_facts) for customer in customers],
        "history": [len(customer.sends) for customer in customers],
        "decisions": sorted({decision.id for decision in shop.records()}),
        "sends": sorted({send.id for send in sends}),
        "mails": sorted(str(mail["To"]) for mail in mails()),
        "schedules": schedules(),
    }


def reference(shop: Shop) -> Mapping[str, Any]:
    batch = prepare(shop)
    killer = Killer({id(client): client for client in shop.clients}.values())
    assert shop.trigger(batch).failed == set()
    assert killer.calls == REFERENCE_CALLS
    return outcome(shop)


def test_undisturbed_the_batch_sends_what_was_owed_and_what_is_new(shop: Shop) -> None:
    found = reference(shop)

    assert found["mails"] == ["ada@example.com", "ada@example.com"]
    assert len(found["decisions"]) == 2
    assert len(found["schedules"]) == SCHEDULES
    [bad] = taken("events-dlq")
    assert bad["MessageAttributes"]["reason"]["StringValue"] == "not_json"


@pytest.mark.kill_points("trigger", "single")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(len(REFERENCE_CALLS)))
def test_killed_anywhere_and_delivered_again_ten_times_it_ends_as_if_it_had_not_been(
    shop: Shop, call: int, when: When
) -> None:
    batch = prepare(shop)
    killer = Killer({id(client): client for client in shop.clients}.values())

    killer.arm(call, when)
    with pytest.raises(Killed):
        shop.trigger(batch)
    killer.disarm()
    for minute in range(AGAIN):
        shop.now = NOON + (1 + minute) * MINUTE
        assert shop.trigger(batch).failed == set()

    found = outcome(shop)
    assert found["orders"] == [["first", "second"], [], []]
    assert found["carts"] == [0, 1, 0]
    assert found["mails"] == ["ada@example.com", "ada@example.com"]
    assert len(found["sends"]) == len(found["decisions"]) == found["history"][0] == 2
    assert len(found["schedules"]) == SCHEDULES
    assert len(waiting("events-dlq")) >= AGAIN


def test_killed_at_one_call_after_another_it_is_healed_by_the_next_delivery(shop: Shop) -> None:
    batch = prepare(shop)
    killer = Killer({id(client): client for client in shop.clients}.values())
    for call, _ in enumerate(REFERENCE_CALLS):
        killer.arm(call, "after")
        with suppress(Killed):
            shop.trigger(batch)
    killer.disarm()
    shop.now += timedelta(minutes=1)
    shop.trigger(batch)

    assert outcome(shop)["mails"] == ["ada@example.com", "ada@example.com"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(len(LOSERS_CALLS)))
def test_killed_anywhere_after_losing_a_save_it_ends_as_if_it_had_not_been(shop: Shop, call: int, when: When) -> None:
    shop.receive(person("ada"))
    table: Any = shop.actor.customers
    before = table.load(["ada"])
    shop.receive(bought("ada", "first", "20.00"))
    batch = [shop.message(bought("ada", "second", "30.00"))]
    late: Any = SimpleNamespace(load=lambda _: before, load_again=table.load_again, save=table.save)
    loser = replace(shop.actor, customers=late, clock=lambda: shop.now)
    killer = Killer({id(client): client for client in shop.clients}.values())

    killer.arm(call, when)
    with pytest.raises(Killed):
        loser.handle(batch)
    assert killer.calls == LOSERS_CALLS[: call + 1]
    killer.disarm()
    for _ in range(AGAIN):
        assert shop.trigger(batch).failed == set()

    assert sorted(fact.order_id for fact in shop.customer().orders) == ["first", "second"]
    assert set(shop.deliver(shop.sends())) <= {"Sent", "AlreadyDone"}
    assert [str(mail["To"]) for mail in mails()] == ["ada@example.com"] * 2
