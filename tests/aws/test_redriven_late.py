"""Dead letters that go back three days later: attributes are right, and nothing stale leaves."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3

from tandem.actor import Message
from tandem.adapters.letters import DeadLetters, ReturnedLetters
from tandem.customer import effect_document
from tandem.dead_letters import is_due, redrive
from tests.aws.shop_world import Shop, taken
from tests.aws.test_trigger import bought, person, put_in_cart
from tests.builders import DAY, HOUR, NOON, by_door, envelope


def lost_for_three_days(shop: Shop, *bodies: str, queue: str = "events") -> list[str]:
    """They lie in the dead letters, and go back as `settle` sends them; what then waits in the queue."""
    sqs = boto3.client("sqs")
    dead, home = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in (f"{queue}-dlq", queue))
    taken(queue)  # what lay there is another matter
    for body in bodies:
        sqs.send_message(QueueUrl=dead, MessageBody=body)
    letters = ReturnedLetters(DeadLetters(sqs, dead), home, counted=True)
    assert redrive(letters, lambda each: is_due(each, datetime.now(UTC) + 3 * DAY)).moved == len(bodies)
    shop.now = NOON + 3 * DAY
    return [message["Body"] for message in taken(queue)]


def handle(shop: Shop, bodies: list[str]) -> None:
    """A message of the actor's own was received when it was sent back, three days late."""
    handled = shop.trigger([Message(f"late-{number}", body, shop.now) for number, body in enumerate(bodies)])
    assert (handled.failed, handled.refused) == (set(), 0)


def timers(shop: Shop) -> list[str]:
    """The messages of the timers that wait."""
    return [
        json.dumps(envelope("timer_fired", key, due, {"timer": key, "armed_for": due.isoformat()}, "ada"))
        for key, timer in shop.customer().timers.items()
        if (due := timer.armed_for)
    ]


def counted(shop: Shop) -> dict[str, Any]:
    customer = shop.customer()
    return {"orders": len(customer.orders), "timers": set(customer.timers)}


def test_an_order_counts_and_its_thanks_are_not_sent(shop: Shop) -> None:
    shop.receive(person("ada"))

    handle(shop, lost_for_three_days(shop, by_door(bought("ada", "o1"), NOON)))

    assert len(shop.customer().orders) == 1
    assert shop.sends() == []


def test_a_timer_does_what_is_still_to_be_done_and_reminds_nobody(shop: Shop) -> None:
    shop.receive(person("ada"), put_in_cart("ada", 0))
    fired = timers(shop)

    handle(shop, lost_for_three_days(shop, *fired))

    assert fired
    assert shop.sends() == []
    assert [each.candidates[0].outcome for each in shop.records() if each.cause.timer] != []


def test_news_of_a_profile_changes_nothing_by_coming_late(shop: Shop) -> None:
    shop.receive(person("ada"), bought("ada", "o1"))
    shop.sends()
    before = counted(shop)
    news = envelope("profile_refreshed", "p1", NOON, {"as_of": (NOON - DAY).isoformat()}, "ada")

    handle(shop, lost_for_three_days(shop, json.dumps(news)))

    assert len(shop.customer().orders) == before["orders"]
    assert [send for send in shop.sends() if send.order_id == "o1" and send.campaign.startswith("post")] == []


def test_a_send_whose_window_is_over_is_decided_anew_and_does_not_leave(shop: Shop) -> None:
    shop.receive(person("ada"), bought("ada", "o1"))
    [send] = [each for each in shop.sends() if each.not_after < NOON + 3 * DAY - HOUR][:1]

    [body] = lost_for_three_days(shop, json.dumps(effect_document(send)), queue="sends")

    assert json.loads(body)["id"] == send.id
    assert shop.deliver([send]) == ["Refused"]
