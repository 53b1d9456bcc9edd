"""Events of our own: what became of a message, a date that comes, and consents by purpose."""

from typing import Any

import pytest

from tandem.errors import BadEvent
from tandem.events import CustomerIdentified, DateReached, Event, MessageRefused, MessageSent, SendExpired, parse
from tests.builders import MINUTE, NOON, by_door, envelope

DOCUMENT: Any = {"v": 1, "id": "d1", "lines": [{"product_id": "p1", "quantity": 1}]}


def received(kind: str, event_id: str = "e1", **properties: Any) -> Event:
    return parse(by_door(envelope(kind, event_id, NOON, properties), NOON), NOON)


def consents(words: Any) -> dict[str, bool]:
    body = received("customer_identified", consents=words).body
    assert isinstance(body, CustomerIdentified)
    return dict(body.consents)


@pytest.mark.parametrize(
    ("event", "body"),
    [
        (received("message_sent", send_id="d1", campaign="thanks"), MessageSent("d1")),
        (received("message_refused", send_id="d1", reason="bounced"), MessageRefused("d1", "bounced")),
        (received("send_expired", send_id="d1", send=DOCUMENT), SendExpired("d1", DOCUMENT)),
        (received("date_reached", attribute="birthday", date="2026-11-20"), DateReached("birthday", NOON.date())),
    ],
    ids=["sent", "refused", "expired", "date"],
)
def test_each_is_read_with_what_it_tells(event: Event, body: object) -> None:
    assert event.body == body


@pytest.mark.parametrize(
    ("kind", "more"), [("message_sent", {}), ("message_refused", {"reason": "x"}), ("send_expired", {"send": {}})]
)
def test_news_of_one_message_are_one_event_whoever_tells_it(kind: str, more: dict[str, Any]) -> None:
    one, again = received(kind, "e1", send_id="d1", **more), received(kind, "e2", send_id="d1", **more)
    other = received(kind, "e1", send_id="d2", **more)

    assert one.identity == again.identity != other.identity


def test_that_it_left_and_that_it_was_refused_are_two_events() -> None:
    sent, refused = received("message_sent", send_id="d1"), received("message_refused", send_id="d1", reason="x")

    assert sent.identity != refused.identity


@pytest.mark.parametrize(
    ("kind", "properties", "field"),
    [
        ("message_sent", {}, "properties.send_id"),
        ("message_refused", {"send_id": "d1"}, "properties.reason"),
        ("send_expired", {"send_id": "d1"}, "properties.send"),
        ("send_expired", {"send_id": "d1", "send": "text"}, "properties.send"),
        ("date_reached", {"attribute": "birthday"}, "properties.date"),
        ("date_reached", {"attribute": "birthday", "date": "2026-02-30"}, "properties.date"),
        ("date_reached", {"attribute": "Birth day", "date": "2026-02-28"}, "properties.attribute"),
    ],
)
def test_what_lacks_something_is_refused_with_its_field(kind: str, properties: dict[str, Any], field: str) -> None:
    with pytest.raises(BadEvent) as refused:
        received(kind, **properties)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"email": True}, {"email": True}),
        ({"email": {"marketing": True}}, {"email": True}),
        ({"email": {"news": False, "all": True}, "sms": False}, {"email/news": False, "email/all": True, "sms": False}),
        ({}, {}),
        ({"email": {}}, {}),
    ],
)
def test_a_consent_is_about_a_channel_and_a_purpose(words: dict[str, Any], told: dict[str, bool]) -> None:
    assert consents(words) == told


@pytest.mark.parametrize("words", [{"news": "yes"}, {"": True}, {"a/b": True}, "yes", 1])
def test_a_consent_that_is_neither_yes_nor_no_of_a_purpose_is_refused(words: Any) -> None:
    with pytest.raises(BadEvent) as refused:
        consents({"email": words})

    assert str(refused.value.field).startswith("properties.consents.email")


def test_a_consent_to_a_channel_that_we_do_not_have_is_not_about_us() -> None:
    assert consents({"fax": True}) == {}


def test_a_message_that_left_has_the_time_at_which_it_did() -> None:
    raw = by_door(envelope("message_sent", "e1", NOON - MINUTE, {"send_id": "d1"}), NOON)

    assert parse(raw, NOON).occurred_at == NOON - MINUTE
