"""The function on moto: from a mail that send has sent to the next one, which it refuses."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import boto3
import pytest

from functions.unsubscribe.app import desk, handler
from functions.unsubscribe.settings import UnsubscribeSettings
from tandem.adapters.memory_sending import MemoryConsents, MemoryLedger
from tandem.adapters.memory_unsubscribing import MemoryCustomerItems, MemoryRecipients
from tandem.adapters.recipients import CustomerItems, LedgerRecipients
from tandem.customer import Customer, Said, Send
from tandem.customer.consent import consent_key
from tandem.errors import BadSettings
from tandem.unsubscribing.ports import Customers, Recipient, Sends
from tests.aws.killing import Killed, Killer, pairs
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT, World, delivered, mails, message_of, now_send
from tests.unit.sending.builders import NOW, a_customer, a_send, a_word
from tests.unit.unsubscribing.requests import BASE, ONE_CLICK, event_of

OTHER = "0e" * 16
LINKS = "https://u.example.com/"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        desk.cache_clear()
        yield World.make()


def mailed(world: World) -> tuple[Send, str]:
    """A mail that left, and the link that its header offers to mail programs."""
    send = now_send()
    world.decided(send)
    reachable(world, send)
    assert delivered(message_of(send)) == []
    [mail] = mails()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return send, str(mail["List-Unsubscribe"]).removeprefix("<").removesuffix(">")


def reachable(world: World, send: Send) -> None:
    """The record knows the address, as the actor's does."""
    world.save(replace(a_customer(send), traits={"email": Said(send.address, NOW, "e1")}))


def asked(link: str, fields: object = None, **more: Any) -> dict[str, Any]:
    """What the function answers."""
    event = event_of(BASE + link.removeprefix(LINKS), fields, **more)
    answer: dict[str, Any] = handler(event, None)
    json.dumps(answer)
    return answer


def item(send: Send) -> str:
    """The consent item of what the send was for."""
    key = {"pk": {"S": consent_key(send.channel, send.address, send.purpose)}}
    found = boto3.client("dynamodb").get_item(TableName="consents", Key=key)["Item"]
    return str(found["status"]["S"])


def test_one_click_on_the_header_of_a_mail_stops_the_next_mail(world: World) -> None:
    send, link = mailed(world)
    world.told()

    answer = asked(link, ONE_CLICK)
    again = replace(send, id=OTHER)
    world.save(a_customer(again))
    delivered(message_of(again))
    [event, *_] = world.told()

    assert (answer["statusCode"], item(send)) == (200, "denied")
    assert (world.row(again)["status"], world.row(again)["reason"]) == ("refused", "opted_out")
    assert len(mails()) == 1
    assert (event.customer_id, event.body.consents) == (send.customer_id, {"email": False})  # type: ignore[union-attr]


def test_fetching_the_link_changes_nothing(world: World) -> None:
    send, link = mailed(world)
    world.told()

    answers = [asked(link), asked(link, method="HEAD")]

    assert [each["statusCode"] for each in answers] == [200, 200]
    assert (item(send), world.told()) == ("granted", [])


def test_the_page_changes_what_is_ticked_and_shows_it(world: World) -> None:
    send, link = mailed(world)

    asked(link, {"do": "everything"})
    lifted = asked(link, {"do": "save", "shown": ["email"], "on": ["email"], "lifts": "yes"})

    assert 'value="email" checked' in lifted["body"]
    assert delivered(message_of(replace(send, id=OTHER))) == []
    assert world.row(replace(send, id=OTHER))["reason"] == "withdrawn"  # not opted out: nothing decided it


def test_a_link_of_another_stack_opens_nothing(world: World) -> None:
    _, link = mailed(world)
    boto3.client("secretsmanager").put_secret_value(SecretId="tandem", SecretString="t" * 64)
    desk.cache_clear()

    assert asked(link, ONE_CLICK)["statusCode"] == 400


def test_without_its_secret_a_click_is_to_be_tried_again(world: World) -> None:
    _, link = mailed(world)
    boto3.client("secretsmanager").delete_secret(SecretId="tandem", ForceDeleteWithoutRecovery=True)

    answer = asked(link, ONE_CLICK, **{"accept-language": "es"})

    assert (answer["statusCode"], answer["headers"]["Cache-Control"]) == (503, "no-store")
    assert "No ha funcionado" in answer["body"]


@pytest.mark.kill_points("unsubscribe", "single")
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_it_has_not_answered_or_the_no_is_stored(world: World, when: Any) -> None:
    send, link = mailed(world)
    killer, consents = watched()
    killer.arm(99, "before")
    asked(link, ONE_CLICK)
    calls = list(killer.calls)

    assert calls[0] == "PutItem"
    for at in range(len(calls)):
        consents.set_consent(a_word(send, said_at=datetime.now(UTC)))
        assert item(send) == "granted"
        killer.arm(at, when)
        with pytest.raises(Killed):
            asked(link, ONE_CLICK)
        killer.disarm()
        assert item(send) == ("granted" if (at, when) == (0, "before") else "denied")
        asked(link, ONE_CLICK)  # mail programs try again
        assert item(send) == "denied"


def watched() -> tuple[Killer, Any]:
    """At the calls of the function; and where it stores consents."""
    ports = desk().ports
    clients: list[Any] = [cast("Any", port).client for port in (ports.consents, ports.sends, ports.news)]
    return Killer({id(each): each for each in clients}.values()), ports.consents


@pytest.mark.kill_points("unsubscribe", "pairs")
def test_killed_when_it_is_tried_again_too_the_no_is_stored_and_told_by_the_next_try(world: World) -> None:
    """No queue brings a request back: whoever clicked, or their mail program, tries again; maybe ten times."""
    send, link = mailed(world)
    killer, consents = watched()
    killer.arm(99, "before")
    asked(link, ONE_CLICK)
    calls = list(killer.calls)

    for points in pairs(calls):
        killer.disarm()
        consents.set_consent(a_word(send, said_at=datetime.now(UTC)))
        world.told()
        for point in points:
            killer.arm(*point)
            with pytest.raises(Killed):
                asked(link, ONE_CLICK)
        assert item(send) == ("granted" if points == ((0, "before"),) * 2 else "denied"), points
        killer.disarm()
        for _ in range(10):
            assert asked(link, ONE_CLICK)["statusCode"] == 200

        assert item(send) == "denied"
        assert {each.body.consents["email"] for each in world.told()} == {False}, points  # type: ignore[union-attr]


def test_settings_that_are_missing_are_named_all_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        UnsubscribeSettings.from_env({})

    assert set(caught.value.names) == {
        "CONSENTS_TABLE",
        "CUSTOMERS_TABLE",
        "EVENTS_TOPIC_ARN",
        "FROM_ADDRESS",
        "LEDGER_TABLE",
        "SECRET_ARN",
    }


@pytest.fixture(params=["memory", "aws"])
def whose(request: pytest.FixtureRequest) -> tuple[Sends, Customers]:
    """Both ports, over a ledger with the row of a send, and its customer."""
    if request.param == "memory":
        consents = MemoryConsents()
        ledger = MemoryLedger(consents)
        consents.set_consent(a_word(a_send()))
        ledger.reserve(a_send(), NOW)
        people: dict[str, Customer] = {"c-1": a_customer(a_send())}
        return MemoryRecipients(ledger), MemoryCustomerItems(people)
    world: World = request.getfixturevalue("world")
    world.decided(now_send(id=a_send().id))
    world.save(a_customer(a_send()))
    delivered(message_of(now_send(id=a_send().id)))
    return LedgerRecipients(world.dynamodb, "ledger"), CustomerItems(world.dynamodb, "customers")


def test_whose_a_send_was_is_told_by_its_row(whose: tuple[Sends, Customers]) -> None:
    sends, customers = whose

    assert sends.recipient(a_send().id) == Recipient("c-1", "en")
    assert customers.get("c-1") == a_customer(a_send())
    assert (sends.recipient("f" * 32), customers.get("nobody")) == (None, None)


def test_a_row_without_its_customer_and_an_item_without_a_record_tell_nobody(world: World) -> None:
    for table in ("ledger", "customers"):
        world.dynamodb.put_item(TableName=table, Item={"pk": {"S": "x"}, "status": {"S": "sent"}})

    assert LedgerRecipients(world.dynamodb, "ledger").recipient("x") == Recipient("", "")
    assert CustomerItems(world.dynamodb, "customers").get("x") is None
