"""An endpoint of which SNS says that there is no phone any more."""

import json
from typing import Any

import pytest

from tandem.customer import Channel, Send
from tandem.decisions import Outcome
from tandem.events import parse_envelope
from tandem.sending import AlreadyDone, Reason, Refused, Rejected, Status
from tandem.sending.news import dead_end
from tests.builders import DAY, HOUR, NOON, identified, order
from tests.unit.actor.life import Life, book, reasons, said, says
from tests.unit.sending.builders import NOW, a_send, a_word
from tests.unit.sending.test_flow import World

OLD = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"
NEW = OLD.replace("5e3e", "0f0f")
DEAD = Rejected(Reason.ENDPOINT_DEAD, "EndpointDisabled: because")


def a_push(**changes: Any) -> Send:
    return a_send(**{"channel": Channel.PUSH, "address": OLD, **changes})


def refused_by_sns(send: Send) -> World:
    world = World(send, DEAD)
    world.deliver(send)
    return world


def test_a_dead_endpoint_refuses_the_push_and_is_told_of_as_a_lasting_bounce() -> None:
    world = refused_by_sns(a_push())

    assert world.ledger.rows[a_push().id].result == Refused(Reason.ENDPOINT_DEAD, DEAD.detail)
    assert world.told() == ["message_bounced", "message_refused"]


def test_nothing_is_reserved_for_a_dead_endpoint_any_more_and_all_for_another() -> None:
    world, new = refused_by_sns(a_push()), a_push(address=NEW)
    world.consents.set_consent(a_word(new))

    assert world.ledger.reserve(a_push(id="0f" * 16), NOW) == Refused(Reason.SUPPRESSED)
    assert world.ledger.reserve(a_push(id="0e" * 16, address=NEW), NOW) is None


def test_killed_before_it_was_told_the_copy_tells_the_same() -> None:
    world = World(a_push())
    world.ledger.reserve(a_push(), NOW)
    world.ledger.finish(a_push(), Refused(Reason.ENDPOINT_DEAD), NOW)

    outcomes = [world.deliver(a_push()) for _ in range(2)]

    assert outcomes == [AlreadyDone(Status.REFUSED)] * 2
    assert world.consents.refused(a_push()) == Refused(Reason.SUPPRESSED)
    assert len({each["event_id"] for each in world.news.told}) == 2
    assert world.told() == ["message_bounced", "message_refused"] * 2


@pytest.mark.parametrize("reason", [each for each in Reason if each is not Reason.ENDPOINT_DEAD])
def test_no_other_refusal_says_anything_of_the_address(reason: Reason) -> None:
    world = World(a_push(), Rejected(reason, "no"))
    world.deliver(a_push())

    assert world.consents.refused(a_push()) is None
    assert "message_bounced" not in world.told()


def test_who_is_known_by_a_dead_endpoint_is_reached_again_by_a_new_one() -> None:
    ada = Life(book(says(channels=["push"], trigger={"event": "order_completed"})))
    ada.at(NOON, identified("app", NOON, push_endpoint=OLD, consents={"push": True}))
    ada.at(NOON + HOUR, order("o1", NOON + HOUR))
    bounced = dead_end(ada.sends[0], Refused(Reason.ENDPOINT_DEAD), NOON + 2 * HOUR)
    ada.at(NOON + 2 * HOUR, parse_envelope(json.loads(json.dumps(bounced)), NOON + 2 * HOUR))

    dead = ada.at(NOON + DAY, order("o2", NOON + DAY))
    ada.at(NOON + 2 * DAY, identified("app2", NOON + 2 * DAY, push_endpoint=NEW))
    alive = ada.at(NOON + 3 * DAY, order("o3", NOON + 3 * DAY))

    assert reasons(dead) == [("thanks", Outcome.SUPPRESSED)]
    assert said(alive) == ["thanks"]
    assert ada.sends[-1].address == NEW
