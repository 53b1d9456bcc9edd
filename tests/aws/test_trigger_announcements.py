"""Announcements on moto: what listeners hear, partial and passing faults, and kills. One change has one id."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tandem.actor import Message
from tandem.adapters.event_bus import EventBus
from tandem.adapters.playbook_files import playbook_key
from tandem.attributes import Function, Money
from tandem.customer import Announce, Change
from tandem.events import EventType
from tests.aws.killing import Killed, Killer, When
from tests.aws.shop_world import Shop, announcements, open_bus
from tests.builders import DAY, HOUR, MINUTE, NOON, envelope, playbook, rule

SPENT = rule(
    Function.SUM, EventType.ORDER_COMPLETED, attribute="spent", version=1, money=Money("total", "USD"), publish=True
)
REFERENCE_CALLS = [
    "BatchGetItem",
    "PutItem",  # the commit: from here on the change is owed
    "SendMessageBatch",  # the record
    "PutEvents",
    "SendMessageBatch",  # the send
]


def put_playbook(**changes: Any) -> None:
    """In the place of the starter one."""
    body = playbook(rules=(SPENT,), **changes).model_dump_json().encode()
    boto3.client("s3").put_object(Bucket="tandem-bucket", Key=playbook_key(1, "playbook.json"), Body=body)


def person(customer: str) -> dict[str, Any]:
    traits = {"email": f"{customer}@example.com", "consents": {"email": True}}
    return envelope("customer_identified", f"hello-{customer}", NOON - DAY, traits, customer)


def bought(customer: str, order_id: str) -> dict[str, Any]:
    properties = {"order_id": order_id, "total": "30.00", "currency": "USD", "products": []}
    return envelope("order_completed", f"event-{order_id}", NOON, properties, customer)


def prepared(shop: Shop) -> list[Message]:
    """Ada is known and nothing is owed; the batch is her first order."""
    put_playbook()
    shop.receive(person("ada"))
    shop.receive(person("ada"))
    assert [each["detail"]["to"] for each in announcements()] == [0, 0]  # the same one, twice
    return [shop.message(bought("ada", "o1"))]


def watch(shop: Shop) -> Killer:
    return Killer({id(client): client for client in shop.clients}.values())


def test_listeners_hear_what_changed_from_what_to_what_of_whom_and_when(shop: Shop) -> None:
    shop.trigger(prepared(shop))

    [heard] = announcements()
    detail = {name: part for name, part in heard["detail"].items() if name != "id"}
    assert (heard["source"], heard["detail-type"], heard["time"]) == (
        "tandem",
        "attribute_changed",
        "2026-11-20T12:00:00Z",
    )
    assert detail == {
        "v": 1,
        "customer_id": "ada",
        "attribute": "spent",
        "from": 0,
        "to": 3000,
        "at": "2026-11-20T12:00:00Z",
    }


def test_where_nothing_is_announced_no_call_is_made_and_no_client(shop: Shop) -> None:
    made: list[str] = []
    outbox: Any = shop.actor.outbox
    unused = EventBus(lambda: made.append("a client"), "shop")  # type: ignore[arg-type, return-value]
    quiet = replace(shop.actor, outbox=replace(outbox, bus=unused), clock=lambda: shop.now)
    killer = watch(shop)

    assert quiet.handle([shop.message(bought("ada", "o1"))]).failed == set()

    assert "PutEvents" not in killer.calls
    assert made == []


def test_ten_changes_cost_one_call(shop: Shop) -> None:
    put_playbook()
    killer = watch(shop)

    shop.receive(*(bought(f"customer-{each}", f"o-{each}") for each in range(10)))

    assert Counter(killer.calls)["PutEvents"] == 1
    assert len(announcements()) == 10


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(len(REFERENCE_CALLS)))
def test_killed_anywhere_and_delivered_again_ten_times_a_change_is_announced_under_one_id(
    shop: Shop, call: int, when: When
) -> None:
    batch = prepared(shop)
    killer = watch(shop)

    killer.arm(call, when)
    with pytest.raises(Killed):
        shop.trigger(batch)
    assert killer.calls == REFERENCE_CALLS[: call + 1]
    killer.disarm()
    for minute in range(10):
        shop.now = NOON + (1 + minute) * MINUTE
        assert shop.trigger(batch).failed == set()

    heard = [each["detail"] for each in announcements()]
    assert heard
    assert {(each["from"], each["to"]) for each in heard} == {(0, 3000)}
    assert len({each["id"] for each in heard}) == 1
    assert not any(isinstance(effect, Announce) for effect in shop.customer().owed)
    assert len({send.id for send in shop.sends()}) == 1


def test_an_announcement_that_the_bus_did_not_take_is_owed_until_it_does(shop: Shop) -> None:
    batch = prepared(shop)
    client = shop.clients[3]
    refuse = lambda **_: (SimpleNamespace(status_code=200), refused(1))  # noqa: E731
    client.meta.events.register("before-call.*.PutEvents", refuse)
    failed = shop.trigger(batch).failed
    client.meta.events.unregister("before-call.*.PutEvents", refuse)
    shop.now += MINUTE

    again = shop.trigger(batch)

    assert failed == {batch[0].message_id}
    assert again.failed == set()
    assert [each["detail"]["to"] for each in announcements()] == [3000]


# The adapter alone.


def announce(number: int) -> Announce:
    return Announce(f"{number:016x}", f"customer-{number}", Change("spent", None, number), NOON, NOON + HOUR)


def refused(*numbers: int, of: int = 1) -> dict[str, Any]:
    """EventBridge's answer: an entry each, in order."""
    entries = [{"ErrorCode": "ThrottlingException"} if each + 1 in numbers else {"EventId": "e"} for each in range(of)]
    return {"FailedEntryCount": len(numbers), "Entries": entries}


def throttled() -> None:
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "PutEvents")


def unreachable() -> None:
    raise EndpointConnectionError(endpoint_url="https://events")


def bus() -> tuple[EventBus, Any]:
    client = boto3.client("events")
    open_bus()
    return EventBus(lambda: client, "shop"), client


def test_twenty_five_changes_are_three_calls_and_all_are_heard_in_order(aws: None) -> None:
    port, client = bus()
    killer = Killer([client])

    undone = port.announce([announce(number) for number in range(25)])

    assert undone == set()
    assert killer.calls == ["PutEvents"] * 3
    assert [each["detail"]["to"] for each in announcements()] == list(range(25))


def test_of_a_call_that_was_taken_in_part_only_the_rest_is_undone(aws: None) -> None:
    port, client = bus()
    client.meta.events.register(
        "before-call.*.PutEvents", lambda **_: (SimpleNamespace(status_code=200), refused(2, of=3))
    )

    assert port.announce([announce(number) for number in range(3)]) == {f"{1:016x}"}


@pytest.mark.parametrize("fault", [throttled, unreachable])
def test_a_call_that_failed_leaves_its_ten_undone_and_the_next_ten_go_out(aws: None, fault: Callable[[], None]) -> None:
    port, client = bus()
    failed: list[str] = []

    def first(**_: Any) -> None:
        if not failed:
            failed.append("once")
            fault()

    client.meta.events.register("before-call.*.PutEvents", first)

    undone = port.announce([announce(number) for number in range(20)])

    assert undone == {f"{number:016x}" for number in range(10)}
    assert [each["detail"]["to"] for each in announcements()] == list(range(10, 20))


def test_changes_that_are_too_large_for_one_call_are_put_in_several(aws: None) -> None:
    port, client = bus()
    killer = Killer([client])
    names = [f"{number:0199}" for number in range(100)]
    change = Change("seen", names, names)

    assert port.announce([replace(announce(number), change=change) for number in range(10)]) == set()
    assert killer.calls == ["PutEvents"] * 2
