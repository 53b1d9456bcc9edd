"""`feedback` in moto: what SES tells comes from the queue, and ends in the items, the ledger, and at the door."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product
from typing import Any, Literal

import boto3
import pytest

from functions.feedback import app
from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.hearing_tables import HeardRows
from tandem.adapters.ledger_table import LedgerTable
from tandem.customer import Send
from tandem.customer.consent import consent_key
from tandem.events.identity import EVERYTHING
from tandem.hearing.ses import GREETING
from tests.aws.killing import Killed, Killer
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT, World
from tests.unit.hearing.told import MESSAGE, enveloped, sample
from tests.unit.sending.builders import NOW, a_send, a_word

BOUNCED = ("PutItem", "GetItem", "UpdateItem", "Publish", "Publish")
WHEN: tuple[Literal["before"], Literal["after"]] = ("before", "after")
POINTS = tuple(product(range(len(BOUNCED)), WHEN))
# Killed after a call is killed before the next one: of pairs these are all.
PLACES = ((0, "before"), *((number, "after") for number in range(len(BOUNCED))))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        url = boto3.client("sqs").create_queue(QueueName="feedback-dlq")["QueueUrl"]
        monkeypatch.setenv("FEEDBACK_DLQ_URL", url)
        app.ear.cache_clear()
        yield World.make()
        app.ear.cache_clear()


def reserve(world: World, send: Send) -> None:
    """As far as `send` got before its answer was lost."""
    ConsentTable(world.dynamodb, "consents").set_consent(a_word(send))
    assert LedgerTable(world.dynamodb, "ledger", "consents").reserve(send, NOW) is None


def told(name: str, send: Send | None = None, **part: Any) -> str:
    """A sample about a send, as the queue holds it."""
    about = send or a_send()
    mail = {"tags": {"decision": [about.id]}, "destination": [about.address]}
    named = {"bouncedRecipients": [{"emailAddress": about.address}]} if name.startswith("bounce") else {}
    return enveloped(sample(name, mail=mail, **named, **part))


def handed(*bodies: str) -> list[str]:
    """The queue hands these to the function; the numbers of those that come back."""
    records = [
        {"messageId": str(number), "body": body, "attributes": {"SentTimestamp": "1795359700000"}}
        for number, body in enumerate(bodies)
    ]
    answer = app.handler({"Records": records}, None)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def item(world: World, send: Send, purpose: str = EVERYTHING) -> dict[str, Any]:
    key = consent_key(send.channel, send.address, purpose)
    found = world.dynamodb.get_item(TableName="consents", Key={"pk": {"S": key}}).get("Item", {})
    return {name: next(iter(value.values())) for name, value in found.items()}


def dead_letters() -> list[dict[str, Any]]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="feedback-dlq")["QueueUrl"]
    return sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10).get("Messages", [])  # type: ignore[return-value]


def test_a_bounce_suppresses_marks_settles_and_is_told(world: World) -> None:
    send = a_send()
    reserve(world, send)
    assert world.row(send)["unsettled"] == "5"

    assert handed(told("delivery"), told("click"), told("bounce-permanent")) == []
    row, denied = world.row(send), item(world, send)

    assert (row["status"], row["provider_id"], row["sent_at"]) == ("sent", MESSAGE, "2026-11-22T15:00:00.123000Z")
    assert not {"unsettled", "unsettled_at", "send"} & row.keys()
    assert row["delivered_at"] == "2026-11-22T15:00:03.456000Z"
    assert row["clicked_at"] == "2026-11-22T17:20:45.000000Z"
    assert (row["bounced_at"], row["bounce"], row["lasting"]) == (
        "2026-11-22T15:00:04.500000Z",
        "Permanent/General",
        "True",
    )
    assert (denied["status"], denied["why"]) == ("denied", "bounced: Permanent/General")
    assert {event.type.value for event in world.told()} == {
        "message_sent",
        "message_delivered",
        "message_clicked",
        "message_bounced",
    }


def test_what_cannot_be_read_lies_unchanged_in_the_dead_letters_with_its_reason(world: World) -> None:
    body = told("click", timestamp="yesterday")

    assert handed(body, enveloped(GREETING)) == []

    [letter] = dead_letters()
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert letter["Body"] == body
    assert attributes == {"reason": "not_iso_8601", "field": "click.timestamp"}


def test_of_a_message_that_nobody_knows_only_the_address_is_kept(world: World) -> None:
    assert handed(told("complaint", a_send(id="months ago"))) == []

    assert item(world, a_send())["status"] == "denied"
    assert world.told() == []
    assert world.row(a_send(id="months ago")) == {}


def test_one_that_fails_comes_back_alone(world: World) -> None:
    reserve(world, a_send())
    world.dynamodb.delete_table(TableName="consents")

    assert handed(told("click"), told("complaint"), told("open")) == ["1"]

    assert {"clicked_at", "opened_at"} <= world.row(a_send()).keys()


def interrupted(world: World, send: Send, killer: Killer, points: Sequence[Any], again: int) -> None:
    """A bounce is handed over and killed at each point in turn, then handed over so often again."""
    reserve(world, send)
    for at, when in points:
        killer.arm(at, when)
        with suppress(Killed):
            handed(told("bounce-permanent", send))
    killer.disarm()
    for _ in range(again):
        assert handed(told("bounce-permanent", send)) == []


def listened() -> Killer:
    """Kills at the calls of the function."""
    ports: Any = app.ear().ports
    return Killer((ports.addresses.client, ports.news.client))  # one client of DynamoDB serves both tables


@pytest.mark.kill_points("feedback", "single", "pairs")
def test_wherever_it_is_killed_once_or_twice_it_ends_as_if_it_had_not_been(world: World) -> None:
    killer, rows = listened(), HeardRows(world.dynamodb, "ledger")
    cases: list[tuple[Sequence[Any], int]] = [((point,), 10) for point in POINTS]
    cases += [(pair, 2) for pair in product(PLACES, PLACES)]
    ends = set()
    for number, (points, again) in enumerate(cases):
        send = a_send(id=f"{number:032x}", address=f"ana{number}@example.com")
        interrupted(world, send, killer, points, again)
        row, denied = rows.find(send.id), item(world, send)
        assert row is not None
        ends.add((row.status, row.sent_at, tuple(row.marks.items()), row.lasting, denied["said_at"], len(row.told)))
        kinds = sorted(kind for kind, _ in {(event.type.value, event.event_id) for event in world.told()})
        assert kinds == ["message_bounced", "message_sent"], points

    assert len(ends) == 1


def test_a_bounce_makes_these_calls(world: World) -> None:
    reserve(world, a_send())
    killer = listened()

    handed(told("bounce-permanent"))

    assert tuple(killer.calls) == BOUNCED
