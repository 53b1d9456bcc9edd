import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.send.settings import SendSettings
from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.live_item import Stoppable
from tandem.adapters.outbox import group_of
from tandem.customer import read_send
from tandem.customer.consent import said_at_text
from tandem.errors import BadSettings
from tandem.events import MessageRefused, MessageSent, SendExpired
from tandem.events.identity import EVERYTHING
from tandem.events.times import to_text
from tests.aws.one_session import quick_aws
from tests.aws.send_faults import hooked
from tests.aws.send_world import ENVIRONMENT, World, delivered, mails, message_of, now_send, now_text, texts
from tests.unit.sending.builders import a_content, a_template, a_word


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        yield World.make()


def test_a_send_leaves_as_one_mail(world: World) -> None:
    send = now_send()
    world.decided(send)

    back = delivered(message_of(send))

    (mail,) = mails()
    assert back == []
    assert (mail["From"], mail["To"]) == ("Needle & Groove <hello@example.com>", "ana@example.com")
    assert (mail["Subject"], mail["X-Tandem-Decision"]) == ("Thank you, Ana", send.id)


def test_the_row_of_a_send_tells_what_became_of_it(world: World) -> None:
    send = now_send()
    world.decided(send)
    delivered(message_of(send))

    row = world.row(send)

    provider_id, reserved_at = row.pop("provider_id"), datetime.fromisoformat(row.pop("reserved_at"))
    assert provider_id
    assert datetime.fromisoformat(row.pop("sent_at")) >= reserved_at
    assert int(row.pop("expires_at")) == int((reserved_at + timedelta(days=400)).timestamp())
    assert len(row.pop("address_hash")) == 64
    assert row == {
        "pk": send.id,
        "status": "sent",
        "customer_id": "c-1",
        "campaign": "post-purchase",
        "channel": "email",
        "template": "thanks",
        "purpose": "marketing",
        "locale": "en",
        "delivery": "at_most_once",
        "attempts": "1",
        "not_after": said_at_text(send.not_after),
        "playbook": "7",
        "v": "1",
    }


def test_a_send_leaves_as_one_text_and_its_row_counts_the_segments(world: World) -> None:
    send = now_text()
    world.decided(send)

    delivered(message_of(send))

    assert texts() == [("+12025550123", "Hi Ana, thank you! https://shop.example.com/new")]
    assert (world.row(send)["status"], world.row(send)["segments"]) == ("sent", "1")


def test_a_message_delivered_ten_times_leaves_once(world: World) -> None:
    send = now_send()
    world.decided(send)

    assert delivered(*[message_of(send)] * 10) == []

    assert len(mails()) == 1


def test_the_customer_and_the_stops_are_read_at_once_and_strongly_consistent(world: World) -> None:
    send, asked = now_send(), []
    world.decided(send)

    with hooked("provide-client-params.dynamodb.BatchGetItem", lambda params, **_: asked.append(dict(params))):
        delivered(message_of(send))

    (tables,) = [params["RequestItems"] for params in asked]
    assert {name: table["ConsistentRead"] for name, table in tables.items()} == {"customers": True, "playbooks": True}


def test_what_dynamodb_left_unread_is_read_again(world: World) -> None:
    send, answers = now_send(), iter([True, False])
    world.decided(send)
    world.live().stop(Stoppable.EVERYTHING)

    def keep_back(parsed: dict[str, Any], **_: Any) -> None:
        if next(answers):
            del parsed["Responses"]["playbooks"]
            parsed["UnprocessedKeys"] = {"playbooks": {"Keys": [{"pk": {"S": "playbook"}}], "ConsistentRead": True}}

    with hooked("after-call.dynamodb.BatchGetItem", keep_back):
        delivered(message_of(send))

    assert world.row(send)["reason"] == "stopped"


@pytest.mark.parametrize(
    ("kind", "name", "detail"),
    [
        (Stoppable.EVERYTHING, "", "everything"),
        (Stoppable.CHANNEL, "email", "channel email"),
        (Stoppable.CAMPAIGN, "post-purchase", "campaign post-purchase"),
        (Stoppable.PAUSED, "welcome", "journey welcome"),
        (Stoppable.ENDED, "welcome", "journey welcome"),
    ],
)
def test_what_is_stopped_while_a_send_waits_in_its_queue_does_not_leave(
    world: World, kind: Stoppable, name: str, detail: str
) -> None:
    send = now_send()
    world.decided(send, journey="welcome/o-1")
    world.live().stop(kind, name)

    delivered(message_of(send))

    row = world.row(send)
    assert (row["status"], row["reason"], row["detail"]) == ("refused", "stopped", detail)
    assert mails() == []


def test_what_goes_on_again_leaves(world: World) -> None:
    send = now_send()
    world.decided(send)
    world.live().stop(Stoppable.EVERYTHING)
    world.live().resume(Stoppable.EVERYTHING)

    delivered(message_of(send))

    assert len(mails()) == 1


@pytest.mark.parametrize("mode", ["live", "shadow"])
def test_the_customer_hears_that_a_send_left_at_the_moment_its_row_says(
    world: World, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("SEND_MODE", mode)
    send = now_text()
    world.decided(send)

    delivered(message_of(send))

    row, (event,) = world.row(send), world.told()
    assert (event.customer_id, event.body) == ("c-1", MessageSent(send.id))
    assert to_text(event.occurred_at) == to_text(datetime.fromisoformat(row.get("sent_at") or row["shadow_at"]))
    assert event.properties.get("provider_id") == row.get("provider_id")
    assert (event.properties["shadow"], event.properties["segments"]) == (mode == "shadow", 1)


def test_the_customer_hears_that_a_send_was_refused_and_why(world: World) -> None:
    send = now_send()
    world.decided(send, withdrawn="ordered")

    delivered(message_of(send))

    (event,) = world.told()
    assert event.body == MessageRefused(send.id, "withdrawn")
    assert event.properties["detail"] == "ordered"


def test_the_customer_is_handed_a_send_whose_time_has_passed(world: World) -> None:
    send = now_send(not_after=datetime.now(UTC) - timedelta(seconds=1))
    world.decided(send)

    delivered(message_of(send))

    (event,) = world.told()
    assert isinstance(event.body, SendExpired)
    assert read_send(json.dumps(event.body.send)) == send


def test_news_keep_their_customers_turn(world: World) -> None:
    send, asked = now_send(), []
    world.decided(send)

    with hooked("provide-client-params.sns.Publish", lambda params, **_: asked.append(dict(params))):
        delivered(message_of(send))

    assert [params["MessageGroupId"] for params in asked] == [group_of("c-1")]


def test_a_message_delivered_again_tells_the_same_event(world: World) -> None:
    send = now_send()
    world.decided(send)

    delivered(*[message_of(send)] * 3)

    events = world.told()
    assert len(events) == 3
    assert len({(event.event_id, event.identity, event.occurred_at) for event in events}) == 1


def test_a_row_of_the_first_release_is_told_too(world: World) -> None:
    sent, shadow = now_send(), now_send(id="0f" * 16)
    rows = {sent: ("sent", "sent_at"), shadow: ("shadow", "reserved_at")}
    for send, (status, moment) in rows.items():
        item = {"pk": send.id, "status": status, moment: "2025-11-22T14:00:00.000000Z", "v": "1"}
        world.dynamodb.put_item(TableName="ledger", Item={name: {"S": value} for name, value in item.items()})
        world.decided(send)

    delivered(message_of(sent), message_of(shadow))

    at = datetime(2025, 11, 22, 14, tzinfo=UTC)
    assert [(event.body, event.occurred_at) for event in world.told()] == [
        (MessageSent(sent.id), at),
        (MessageSent(shadow.id), at),
    ]
    assert mails() == []


def test_an_address_that_said_no_to_everything_is_not_written_to(world: World) -> None:
    send = now_send()
    world.decided(send)
    ConsentTable(world.dynamodb, "consents").set_consent(a_word(replace(send, purpose=EVERYTHING), granted=False))

    delivered(message_of(send))

    assert (world.row(send)["status"], world.row(send)["reason"]) == ("refused", "suppressed")
    assert mails() == []


def test_a_withdrawn_send_is_refused(world: World) -> None:
    send = now_send()
    world.decided(send, withdrawn="ordered")

    delivered(message_of(send))

    row = world.row(send)
    assert (row["status"], row["reason"], row["detail"]) == ("refused", "withdrawn", "ordered")
    assert mails() == []


@pytest.mark.parametrize("granted", [False, None], ids=["opted out", "never asked"])
def test_a_send_without_consent_is_refused(world: World, granted: bool | None) -> None:
    send = now_send()
    world.decided(send, granted=granted)

    delivered(message_of(send))

    assert (world.row(send)["status"], world.row(send)["reason"]) == ("refused", "opted_out")
    assert mails() == []


def test_an_expired_send_is_refused(world: World) -> None:
    send = now_send(not_after=datetime.now(UTC) - timedelta(seconds=1))
    world.decided(send)

    delivered(message_of(send))

    assert (world.row(send)["status"], world.row(send)["reason"]) == ("refused", "expired")


def test_a_shadow_stack_sends_nothing_and_keeps_the_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_MODE", "shadow")
    send = now_send()
    world.decided(send)

    delivered(message_of(send))

    assert world.row(send)["status"] == "shadow"
    assert mails() == []


def test_an_allowlist_stack_sends_to_listed_addresses_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_MODE", "allowlist")
    monkeypatch.setenv("ALLOWLIST", "bo@example.com, ana@example.com")
    listed, other = now_send(), now_send(id="0f" * 16, customer_id="c-2", address="eve@example.com")
    world.decided(listed)
    world.decided(other)

    delivered(message_of(listed), message_of(other))

    assert [mail["To"] for mail in mails()] == ["ana@example.com"]
    assert world.row(other)["reason"] == "not_allowed"


@pytest.mark.parametrize(
    "name",
    ["Ana\r\nBcc: all@example.com", "\u202eAna\x00", "A" * 10_000, "=?utf-8?q?x?=", "نور 👩🏽‍🎤", "{{ shop.url }}<b>"],
)
def test_a_hostile_name_is_sent_with_whole_headers(world: World, name: str) -> None:
    send = now_send(first_name=name)
    world.decided(send)

    delivered(message_of(send))

    (mail,) = mails()
    own = ["X-Tandem-Decision", "Auto-Submitted"]
    own += ["List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Content-Language"]
    assert mail.keys() == ["From", "To", "Subject", "Date", *own, "MIME-Version", "Content-Type"]
    assert mail["To"] == "ana@example.com"
    assert mail["Subject"].startswith("Thank you, ")
    assert len(mail["Subject"]) < 60


def test_what_the_provider_refuses_is_recorded_and_not_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FROM_ADDRESS", "hello@nobody-verified.example")
    send = now_send()
    world.decided(send)

    back = delivered(message_of(send))

    assert back == []
    assert (world.row(send)["status"], world.row(send)["reason"]) == ("refused", "provider_rejected")
    assert world.row(send)["detail"].startswith("MessageRejected")


def test_words_that_cannot_be_put_together_refuse_the_send(world: World) -> None:
    world.publish(a_content(thanks=a_template(heading="{{ customer.nickname }}")))
    send = now_send()
    world.decided(send)

    delivered(message_of(send))

    assert world.row(send)["reason"] == "render_failed"
    assert world.row(send)["detail"] == "thanks: heading: customer.nickname is undefined"


def test_content_that_is_not_there_brings_the_message_back_without_a_row(world: World) -> None:
    send = now_send(playbook=8)
    world.decided(send)

    assert delivered(message_of(send)) == ["0"]

    assert world.row(send) == {}


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"kind": "send"}', "\ud800"])
def test_a_message_that_is_no_send_comes_back_alone(world: World, body: str) -> None:
    send = now_send()
    world.decided(send)

    assert delivered(body, message_of(send)) == ["0"]

    assert len(mails()) == 1


def test_the_sample_event_is_read_and_comes_back_for_want_of_its_playbook(world: World) -> None:
    event = json.loads(Path("infra/events/send.json").read_text())

    assert delivered(*[record["body"] for record in event["Records"]]) == ["0"]

    world.publish(a_content(**{"post-purchase-medium": a_template()}).model_copy(update={"number": 1}))
    assert delivered(*[record["body"] for record in event["Records"]]) == []


def test_settings_that_are_missing_are_named_all_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        SendSettings.from_env({"SEND_MODE": "loud", "BUCKET": "b"})

    assert caught.value.names == (
        "CONSENTS_TABLE",
        "CUSTOMERS_TABLE",
        "EVENTS_TOPIC_ARN",
        "FROM_ADDRESS",
        "LEDGER_TABLE",
        "PLAYBOOKS_TABLE",
        "SECRET_ARN",
        "SENDS_QUEUE_URL",
        "SEND_MODE",
        "SMS_PER_SECOND",
        "UNSUBSCRIBE_URL",
    )


def test_the_function_loads_without_an_environment_and_without_the_other_sides_packages() -> None:
    program = "import sys, functions.send.app; print('\\n'.join(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=PATHS)

    modules = set(loaded.stdout.split())
    assert "liquid" in modules
    assert not modules & {"duckdb", "ibis", "numpy", "pandas", "jinja2", "cel_expr_python", "tandem.actor", "yaml"}


PATHS = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
