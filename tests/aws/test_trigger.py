"""`trigger` on moto: the budget of AWS calls, bad events beside good ones, conflicts, faults that pass."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from tandem.actor import Message
from tandem.adapters.customer_table import customer_item
from tandem.attributes import Profile
from tandem.attributes.stored import pack_profile
from tandem.customer import Customer, SetTimer
from tests.aws.killing import Killer
from tests.aws.shop_world import Shop, mails, schedules, taken
from tests.builders import DAY, HOUR, MINUTE, NOON, by_door, envelope, profile

TOTAL = "properties.total"
ORDER = {"total": "30.00", "currency": "USD", "products": []}


def person(customer: str) -> dict[str, Any]:
    traits = {"email": f"{customer}@example.com", "first_name": customer.title(), "consents": {"email": True}}
    return envelope("customer_identified", f"hello-{customer}", NOON - DAY, traits, customer)


def bought(customer: str, order_id: str) -> dict[str, Any]:
    return envelope("order_completed", f"event-{order_id}", NOON, {**ORDER, "order_id": order_id}, customer)


def put_in_cart(customer: str, number: int) -> dict[str, Any]:
    cart = {"cart_id": "c1", "product_id": f"p{number}", "name": "A record", "price": "20.00"}
    return envelope("product_added", f"add-{customer}-{number}", NOON + number * MINUTE, cart, customer)


def calls_of(shop: Shop, *events: dict[str, Any]) -> Counter[str]:
    killer = Killer({id(client): client for client in shop.clients}.values())
    assert shop.receive(*events).failed == set()
    return Counter(killer.calls)


JOURNEYS = {"CreateSchedule": 10}  # each order waits for its delivery, and each customer has one timer for that


def test_ten_new_customers_cost_two_reads_one_write_each_and_one_batch_a_queue(shop: Shop) -> None:
    calls = calls_of(shop, *(bought(f"customer-{each}", f"order-{each}") for each in range(10)))

    assert calls == {"GetObject": 1, "BatchGetItem": 2, "PutItem": 10, "SendMessageBatch": 1, **JOURNEYS}  # no consent


def test_ten_orders_that_send_cost_one_more_batch_and_of_customers_who_are_known_one_read(shop: Shop) -> None:
    people = [person(f"customer-{each}") for each in range(10)]
    shop.receive(*people)
    shop.receive(*people)  # clears what was owed
    calls = calls_of(shop, *(bought(f"customer-{each}", f"order-{each}") for each in range(10)))

    assert calls == {"BatchGetItem": 1, "PutItem": 10, "SendMessageBatch": 2, **JOURNEYS}
    assert len(shop.sends()) == len(shop.records()) == 10


def test_a_repeated_event_costs_one_read_and_no_write(shop: Shop) -> None:
    shop.receive(bought("ada", "o1"))
    shop.receive(bought("ada", "o1"))

    assert calls_of(shop, bought("ada", "o1")) == {"BatchGetItem": 1}


def test_activity_moves_a_timer_without_another_schedule(shop: Shop) -> None:
    first = calls_of(shop, put_in_cart("ada", 0))
    shop.receive(put_in_cart("ada", 0))  # clears what was owed
    shop.now += 5 * MINUTE
    second = calls_of(shop, put_in_cart("ada", 5))

    assert first["CreateSchedule"] == 1
    assert "CreateSchedule" not in second
    assert len(schedules()) == 1


def test_a_timer_within_fifteen_minutes_is_a_delayed_message(shop: Shop) -> None:
    shop.now = NOON + 20 * MINUTE
    shop.receive(put_in_cart("ada", 0))

    assert schedules() == []
    attributes = queue_attributes("events")
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def queue_attributes(queue: str) -> Mapping[str, str]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"].items())


@pytest.mark.parametrize(
    ("event", "reason", "field"),
    [
        ({**bought("ada", "bad"), "occurred_at": 1763640000000}, "not_iso_8601", "occurred_at"),
        ({**bought("ada", "bad"), "occurred_at": "2026-11-20T12:00:00"}, "no_time_zone", "occurred_at"),
        ({**bought("ada", "bad"), "properties": {**ORDER}}, "missing", "properties.order_id"),
        ({**bought("ada", "bad"), "type": "order_completd"}, "unknown_type", "type"),
        ({**bought("ada", "b"), "properties": {**ORDER, "order_id": "b", "total": 10**15}}, "number_too_large", TOTAL),
    ],
)  # fmt: skip
def test_a_bad_event_goes_unchanged_to_the_dead_letters_and_the_others_go_on(
    shop: Shop, event: dict[str, Any], reason: str, field: str
) -> None:
    bad = shop.message(event)
    handled = shop.trigger([shop.message(bought("bob", "good-1")), bad, shop.message(bought("cleo", "good-2"))])

    [letter] = taken("events-dlq")
    assert letter["Body"] == bad.body
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes == {"reason": reason, "field": field}
    assert handled.failed == set()
    assert handled.refused == 1
    assert shop.customer("bob").orders
    assert shop.customer("cleo").orders


def test_a_message_of_200_kilobytes_of_names_is_kept_small(shop: Shop) -> None:
    products = [{"product_id": f"p{each}", "name": "x" * 380} for each in range(500)]
    big = envelope("cart_viewed", "big", NOON, {"products": products}, "ada")

    assert shop.receive(big).failed == set()
    assert len(shop.customer().cart_facts) == 1


def test_ten_enormous_orders_are_handled_in_one_batch(shop: Shop) -> None:
    products = [{"product_id": f"p{each}" * 30, "name": "x" * 200} for each in range(480)]
    shop.receive(*(person(f"c{each}") for each in range(10)))
    huge = [
        envelope("order_completed", f"e{n}", NOON, {**ORDER, "order_id": f"o{n}", "products": products}, f"c{n}")
        for n in range(10)
    ]

    assert shop.receive(*huge).failed == set()
    assert len({send.customer_id for send in shop.sends()}) == 10


def test_a_customer_with_ever_larger_carts_stays_storable_and_her_orders_exact(shop: Shop) -> None:
    for number in range(40):
        products = [{"product_id": f"{number}-{each}", "name": f"{number}-{each}" * 20} for each in range(300)]
        view = envelope("cart_viewed", f"v{number}", NOON, {"products": products, "cart_id": f"c{number}"}, "ada")
        assert shop.receive(view, bought("ada", f"o{number}")).failed == set()

    ada = shop.customer()
    assert ada.crowded
    assert len(ada.orders) == 40
    assert len(customer_item(ada)["data"]["B"]) < 64 * 1024


def test_two_workers_with_the_same_order_make_one_decision(shop: Shop) -> None:
    shop.receive(person("ada"))
    loaded = shop.actor.customers.load(["ada"])

    class Stale:
        """The second worker read before the first one wrote."""

        def __init__(self) -> None:
            self.load_again = shop.actor.customers.load_again
            self.save = shop.actor.customers.save

        def load(self, customer_ids: object) -> object:
            return loaded

    shop.receive(bought("ada", "o1"))
    second = replace(shop.actor, customers=Stale(), clock=lambda: shop.now)  # type: ignore[arg-type]
    handled = second.handle([shop.message(bought("ada", "o1"))])

    assert handled.conflicts == 1
    assert handled.failed == set()
    assert len({send.id for send in shop.sends()}) == 1
    assert len(shop.customer().orders) == 1


def test_a_table_that_does_not_answer_fails_the_messages_and_loses_none(shop: Shop) -> None:
    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    client = shop.clients[0]
    client.meta.events.register("before-call", unreachable)
    failed = shop.receive(bought("ada", "o1"), bought("bob", "o2")).failed
    client.meta.events.unregister("before-call", unreachable)

    assert len(failed) == 2
    assert shop.receive(bought("ada", "o1"), bought("bob", "o2")).events == 2


def test_without_a_playbook_events_wait_in_their_queue(shop: Shop) -> None:
    boto3.client("dynamodb").delete_item(TableName="playbooks", Key={"pk": {"S": "playbook"}})

    assert len(shop.receive(bought("ada", "o1")).failed) == 1


def test_a_redrive_three_days_later_counts_the_order_and_sends_nothing(shop: Shop) -> None:
    shop.receive(person("ada"))
    late = shop.message(bought("ada", "o1"), received_at=NOON)
    shop.now = NOON + 3 * DAY
    shop.trigger([late])

    assert len(shop.customer().orders) == 1
    assert shop.sends() == []


def test_an_unknown_zone_is_the_shops_and_is_counted(shop: Shop) -> None:
    hello = person("ada")
    lost = {**hello, "properties": {**hello["properties"], "time_zone": "Mars/Olympus"}}

    counted = shop.receive(lost).left_out
    shop.receive(bought("ada", "o1"))

    assert counted == {"unknown_zone": 1}
    assert len(shop.sends()) == 1


def test_a_reminder_owed_when_the_order_arrives_is_withdrawn_and_not_sent(shop: Shop) -> None:
    shop.receive(person("ada"), put_in_cart("ada", 0))
    shop.now = NOON + HOUR
    shop.receive(person("ada"))  # anything wakes her; the wait is over
    reminders = [each for each in shop.sends() if each.cart_id]
    order = envelope("order_completed", "order", NOON + HOUR, {**ORDER, "order_id": "o1"}, "ada")
    shop.receive(order)

    assert [each.campaign for each in reminders] == ["cart-reminder"]
    assert shop.deliver(reminders) == ["Refused"]
    assert mails() == []
    assert reminders[0].id not in {each.id for each in shop.sends()}


def test_a_customer_who_comes_back_after_120_days_is_sent_nothing_old(shop: Shop) -> None:
    shop.receive(person("ada"), put_in_cart("ada", 0), bought("ada", "o1"))
    assert [each.campaign for each in shop.sends()] == ["second-order"]  # and it is still owed
    shop.now = NOON + 120 * DAY
    shop.receive(envelope("cart_viewed", "back", shop.now, {"products": []}, "ada"))

    assert shop.sends() == []
    assert not any(isinstance(effect, SetTimer) for effect in shop.customer().owed)


def test_a_stale_read_of_a_profile_is_read_again(shop: Shop) -> None:
    table: Any = shop.actor.customers
    known = profile(orders=2, revenue_minor=5000)
    put_profile(known)
    shop.actor.customers.save(Customer("ada", profile_as_of=known.as_of))
    stale = replace(table.load(["ada"]), profiles={})
    late: Any = SimpleNamespace(load=lambda _: stale, load_again=table.load_again, save=table.save)

    replace(shop.actor, customers=late, clock=lambda: shop.now).handle([shop.message(bought("ada", "o1"))])

    assert shop.records()[-1].attributes["customer.orders"] == 3


def put_profile(known: Profile) -> None:
    item: Any = {"pk": {"S": f"profile#{known.customer_id}"}, "data": {"B": pack_profile(known)}}
    boto3.client("dynamodb").put_item(TableName="profiles", Item={**item, "as_of": {"N": "1"}})


def test_a_record_that_cannot_be_read_fails_its_own_messages_alone(shop: Shop) -> None:
    broken: Any = {"pk": {"S": "bob"}, "version": {"N": "1"}, "data": {"B": b"\x7fsomething newer"}}
    boto3.client("dynamodb").put_item(TableName="customers", Item=broken)
    bobs = shop.message(bought("bob", "o2"))

    handled = shop.trigger([shop.message(bought("ada", "o1")), bobs, shop.message(bought("cleo", "o3"))])

    assert handled.failed == {bobs.message_id}
    assert [customer for customer, _ in handled.broken] == ["bob"]
    assert shop.customer("ada").orders
    assert shop.customer("cleo").orders


def test_a_field_name_of_the_sender_is_made_fit_for_an_attribute(shop: Shop) -> None:
    name = "a\x7f" + "b" * 5000
    inner = f'{{"{name}": 1, "{name}": 2}}'
    body = json.dumps({"Type": "Notification", "Message": inner, "Timestamp": "2026-11-20T12:00:00Z"})
    shop.trigger([Message("m", body, NOON)])

    [letter] = taken("events-dlq")
    field = letter["MessageAttributes"]["field"]["StringValue"]
    assert len(field) == 200
    assert field.isprintable()


def test_a_hot_customer_leaves_the_others_alone(shop: Shop) -> None:
    for start in range(0, 600, 100):
        batch = [shop.message(put_in_cart("bot", 0) | {"event_id": f"bot-{start + each}"}) for each in range(100)]
        shop.trigger([*batch, shop.message(bought("ada", f"o{start}"))])

    bot = shop.customer("bot")
    assert bot.crowded
    assert len(bot.cart_facts) == 500
    assert len(shop.customer("ada").orders) == 6


def test_a_message_that_is_no_event_at_all_is_a_dead_letter_too(shop: Shop) -> None:
    handled = shop.trigger([Message("m", by_door({"hello": 1}, NOON), NOON)])

    assert handled.refused == 1
    assert len(taken("events-dlq")) == 1
