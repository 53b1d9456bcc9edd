"""Passing faults of single calls: what they touched comes back, and ends as if they had not been."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from tandem.adapters.playbook_files import playbook_key
from tandem.customer import Customer, SetConsent
from tandem.errors import Conflict, Unavailable
from tests.aws.killing import Killer
from tests.aws.shop_world import Shop, mails, taken
from tests.builders import DAY, HOUR, MINUTE, NOON, envelope

ORDER = {"total": "30.00", "currency": "USD", "products": []}
CART = {"cart_id": "c1", "product_id": "p1", "name": "A record", "price": "20.00"}


def person(customer: str) -> dict[str, Any]:
    traits = {"email": f"{customer}@example.com", "first_name": customer.title(), "consents": {"email": True}}
    return envelope("customer_identified", f"hello-{customer}", NOON - DAY, traits, customer)


def bought(customer: str, order_id: str) -> dict[str, Any]:
    return envelope("order_completed", f"event-{order_id}", NOON, {**ORDER, "order_id": order_id}, customer)


def once(client: Any, operation: str, answer: Callable[[], tuple[Any, Any] | None]) -> list[str]:
    """Answers the next call of an operation in place of AWS; returns the calls that were answered so."""
    answered: list[str] = []

    def intercept(model: Any, **_: Any) -> tuple[Any, Any] | None:
        if model.name != operation or answered:
            return None
        answered.append(operation)
        return answer()

    client.meta.events.register(f"before-call.*.{operation}", intercept)
    return answered


def unreachable() -> None:
    raise EndpointConnectionError(endpoint_url="https://aws")


def test_an_entry_that_sqs_did_not_take_fails_that_customers_messages_alone(shop: Shop) -> None:
    failed = {"Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": False}], "Successful": []}
    ok = SimpleNamespace(status_code=200)
    answered = once(shop.clients[1], "SendMessageBatch", lambda: (ok, failed))
    messages = [shop.message(bought(customer, f"o-{customer}")) for customer in ("ada", "bob", "cleo")]

    handled = shop.trigger(messages)
    again = shop.trigger([message for message in messages if message.message_id in handled.failed])

    assert answered
    assert handled.failed == {messages[1].message_id}
    assert again.failed == set()
    assert "bob" in {record.customer_id for record in shop.records()}


def test_a_send_waits_for_the_consent_that_could_not_be_written(shop: Shop) -> None:
    outbox: Any = shop.actor.outbox
    refusals = iter([True])

    def set_consent(effect: SetConsent) -> None:
        if next(refusals, False):
            raise Unavailable("dynamodb", "PutItem")
        outbox.consents.set_consent(effect)

    flaky = replace(outbox, consents=SimpleNamespace(set_consent=set_consent))
    flawed = replace(shop, actor=replace(shop.actor, outbox=flaky))
    batch = [shop.message(person("ada")), shop.message(bought("ada", "o1"))]

    assert flawed.trigger(batch).failed == {message.message_id for message in batch}
    assert shop.sends() == []
    assert flawed.trigger(batch).failed == set()
    assert shop.deliver(shop.sends()) == ["Sent"]
    assert len(mails()) == 1


def test_a_timer_that_fires_before_its_record_is_visible_is_not_lost(shop: Shop) -> None:
    shop.receive(person("ada"))
    table: Any = shop.actor.customers
    before = table.load(["ada"])
    shop.now = NOON + 20 * MINUTE
    shop.receive(envelope("product_added", "touch", NOON, CART, "ada"))
    armed_for = shop.customer().timers["+cart/c1"].armed_for
    assert armed_for
    timer = envelope("timer_fired", "t", armed_for, {"timer": "+cart/c1", "armed_for": armed_for.isoformat()}, "ada")
    late: Any = SimpleNamespace(load=lambda _: before, load_again=table.load_again, save=table.save)
    shop.now = armed_for

    message = replace(shop.message({}), body=json.dumps(timer))
    replace(shop.actor, customers=late, clock=lambda: shop.now).handle([message])

    assert [send.campaign for send in shop.sends() if send.cart_id] == ["cart-reminder"]


def test_a_save_that_always_loses_or_fails_brings_its_messages_back(shop: Shop) -> None:
    table: Any = shop.actor.customers
    for fault in (Conflict(), Unavailable("dynamodb", "PutItem")):

        def save(_: object, fault: Exception = fault) -> None:
            raise fault

        losing: Any = SimpleNamespace(load=table.load, load_again=table.load_again, save=save)
        message = shop.message(bought("ada", "o1"))
        handled = replace(shop.actor, customers=losing, clock=lambda: shop.now).handle([message])
        assert handled.failed == {message.message_id}
    assert shop.records() == []


def test_who_loses_a_save_carries_out_what_the_winner_owes(shop: Shop) -> None:
    shop.receive(person("ada"))
    table: Any = shop.actor.customers
    before = table.load(["ada"])
    shop.receive(bought("ada", "o1"))
    taken("sends"), taken("records")  # the winner died before its effects were seen
    late: Any = SimpleNamespace(load=lambda _: before, load_again=table.load_again, save=table.save)

    replace(shop.actor, customers=late, clock=lambda: shop.now).handle([shop.message(bought("ada", "o2"))])

    assert len({send.id for send in shop.sends()}) == 2


def test_a_dead_letter_that_could_not_be_put_comes_back(shop: Shop) -> None:
    once(shop.clients[1], "SendMessage", unreachable)
    client = shop.clients[1]
    client.meta.events.register("before-call.sqs.SendMessage", lambda **_: unreachable())
    bad = shop.message({"type": "nothing"})

    assert shop.trigger([bad]).failed == {bad.message_id}


def test_fifty_customers_are_read_in_two_calls_and_keys_left_over_are_read_again(shop: Shop) -> None:
    shop.receive(*(bought(f"c{number}", f"o{number}") for number in range(50)))
    killer = Killer([shop.clients[0]])
    shop.receive(*(bought(f"c{number}", f"p{number}") for number in range(50)))
    assert killer.calls.count("BatchGetItem") == 2

    left = {"customers": {"Keys": [{"pk": {"S": "c1"}}], "ConsistentRead": False}}
    ok = SimpleNamespace(status_code=200)
    answered = once(shop.clients[0], "BatchGetItem", lambda: (ok, {"Responses": {}, "UnprocessedKeys": left}))
    loaded = shop.actor.customers.load(["c1"])
    assert answered
    assert len(loaded.customers["c1"].orders) == 2


def test_the_second_read_is_strongly_consistent(shop: Shop) -> None:
    asked: list[Any] = []
    client = shop.clients[0]
    client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", lambda params, **_: asked.append(params))

    shop.receive(bought("ada", "o1"))
    asked.clear()
    shop.actor.customers.load(["ada"])
    shop.actor.customers.load_again("ada")

    first, second = ({table["ConsistentRead"] for table in each["RequestItems"].values()} for each in asked)
    assert (first, second) == ({False}, {True})


def test_two_workers_with_a_new_customer_make_one_record(shop: Shop) -> None:
    shop.receive(bought("ada", "o1"))
    table: Any = shop.actor.customers
    nobody = replace(table.load(["ada"]), customers={})
    late: Any = SimpleNamespace(load=lambda _: nobody, load_again=table.load_again, save=table.save)

    handled = replace(shop.actor, customers=late, clock=lambda: shop.now).handle([shop.message(bought("ada", "o2"))])

    assert handled.conflicts == 1
    assert len(shop.customer().orders) == 2


def test_records_leave_before_sends_and_only_timers_have_no_group(shop: Shop) -> None:
    sent: list[tuple[str, Iterable[bool]]] = []

    def note(params: Any, **_: Any) -> None:
        groups = {"MessageGroupId" in entry for entry in params["Entries"]}
        sent.append((params["QueueUrl"].rpartition("/")[2], groups))

    shop.clients[1].meta.events.register("provide-client-params.sqs.SendMessageBatch", note)
    shop.receive(person("ada"))
    shop.now = NOON + 20 * MINUTE
    shop.receive(bought("ada", "o1"), envelope("product_added", "t", NOON + HOUR / 60, CART, "bob"))

    assert sent == [("events", {False}), ("records", {True}), ("sends", {True})]


def test_a_worker_with_an_older_playbook_uses_the_customers_number(shop: Shop) -> None:
    s3 = boto3.client("s3")
    first = s3.get_object(Bucket="tandem-bucket", Key=playbook_key(1, "playbook.json"))["Body"].read()
    second = {**json.loads(first), "number": 2}
    s3.put_object(Bucket="tandem-bucket", Key=playbook_key(2, "playbook.json"), Body=json.dumps(second).encode())
    shop.receive(bought("ada", "o1"))
    shop.actor.customers.save(replace(shop.customer(), playbook=2))

    shop.receive(bought("ada", "o2"))

    assert [record.playbook for record in shop.records()][-1] == 2


@pytest.mark.parametrize("where", ["playbook", "campaign"])
def test_a_field_of_a_newer_release_in_a_published_playbook_is_ignored(shop: Shop, where: str) -> None:
    s3 = boto3.client("s3")
    key = playbook_key(1, "playbook.json")
    document = json.loads(s3.get_object(Bucket="tandem-bucket", Key=key)["Body"].read())
    (document if where == "playbook" else document["campaigns"][0])["patience"] = "1h"
    s3.put_object(Bucket="tandem-bucket", Key=key, Body=json.dumps(document).encode())

    assert shop.receive(bought("ada", "o1")).failed == set()


def test_a_cart_id_of_the_longest_kind_still_has_a_timer_that_is_understood(shop: Shop) -> None:
    shop.now = NOON + 20 * MINUTE
    shop.receive(person("ada"), envelope("product_added", "touch", NOON, {**CART, "cart_id": "c" * 256}, "ada"))
    [(key, timer)] = shop.customer().timers.items()
    assert timer.armed_for
    fired = envelope(
        "timer_fired", "t", timer.armed_for, {"timer": key, "armed_for": timer.armed_for.isoformat()}, "ada"
    )
    shop.now = timer.armed_for

    handled = shop.trigger([replace(shop.message({}), body=json.dumps(fired))])

    assert handled.refused == 0
    assert [send.campaign for send in shop.sends() if send.cart_id] == ["cart-reminder"]


def test_a_profile_that_cannot_be_read_the_second_time_does_not_pass_for_missing(shop: Shop) -> None:
    table: Any = shop.actor.customers
    table.save(Customer("ada", profile_as_of=NOON - DAY))
    item: Any = {"pk": {"S": "profile#ada"}, "as_of": {"N": "1"}, "data": {"B": b"damaged"}}
    stale = table.load(["ada"])  # the first read does not see the profile
    boto3.client("dynamodb").put_item(TableName="profiles", Item=item)
    late: Any = SimpleNamespace(load=lambda _: stale, load_again=table.load_again, save=table.save)
    message = shop.message(bought("ada", "o1"))

    handled = replace(shop.actor, customers=late, clock=lambda: shop.now).handle([message])

    assert handled.failed == {message.message_id}
    assert shop.records() == []
