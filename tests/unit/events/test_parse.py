"""What comes from outside is understood, or refused with its reason and field."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tandem.errors import BadEvent
from tandem.events import (
    CustomerIdentified,
    Event,
    EventType,
    Line,
    Observed,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    TimerFired,
    digest,
    parse,
)
from tandem.events.shapes import shape_of
from tests.builders import DAY, MINUTE, NOON, by_door, envelope

ORDER = {"order_id": "o1", "total": 39.95, "currency": "USD", "products": [{"product_id": "p1"}]}
TOPIC = "arn:aws:sns:us-east-1:123456789012:tandem-events"
REFUND = {"order_id": "o1", "total": "12.50", "currency": "USD"}
OBSERVED = [
    "products_searched",
    "product_list_viewed",
    "product_clicked",
    "product_viewed",
    "product_shared",
    "product_reviewed",
    "product_added_to_wishlist",
    "product_removed_from_wishlist",
    "wishlist_product_added_to_cart",
    "cart_shared",
    "checkout_step_viewed",
    "checkout_step_completed",
    "payment_info_entered",
    "coupon_entered",
    "coupon_applied",
    "coupon_denied",
    "coupon_removed",
    "promotion_viewed",
    "promotion_clicked",
    "order_updated",
    "order_delivered",
]


def received(kind: str = "order_completed", properties: Mapping[str, Any] = ORDER, **changes: Any) -> Event:
    return parse(by_door({**envelope(kind, "e1", NOON, {}), "properties": properties, **changes}, NOON), NOON)


def order_of(**changes: Any) -> OrderCompleted:
    body = received(properties={**ORDER, **changes}).body
    assert isinstance(body, OrderCompleted)
    return body


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"occurred_at": 1763640000}, "not_iso_8601", "occurred_at"),
        ({"occurred_at": 1763640000000}, "not_iso_8601", "occurred_at"),
        ({"occurred_at": "yesterday"}, "not_iso_8601", "occurred_at"),
        ({"occurred_at": "2026-11-20T12:00:00"}, "no_time_zone", "occurred_at"),
        ({"occurred_at": "1970-01-01T00:00:00Z"}, "too_old", "occurred_at"),
        ({"occurred_at": "2100-01-01T00:00:00Z"}, "in_the_future", "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "not_iso_8601", "occurred_at"),
        ({"customer_id": ""}, "invalid", "customer_id"),
        ({"customer_id": None}, "wrong_type", "customer_id"),
        ({"customer_id": "a\nb"}, "invalid", "customer_id"),
        ({"event_id": "x" * 257}, "too_large", "event_id"),
        ({"type": "order_complete"}, "unknown_type", "type"),
        ({"type": "timer_fired", "properties": {"timer": "a", "armed_for": "2026-11-20T12:00:00Z"}}, "wrong_door", "type"),  # noqa: E501
        ({"properties": []}, "wrong_type", "properties"),
        ({"v": 2}, "unknown_version", "v"),
        ({"properties": {**ORDER, "order_id": ""}}, "invalid", "properties.order_id"),
        ({"properties": {**ORDER, "currency": "dollars"}}, "invalid", "properties.currency"),
        ({"properties": {**ORDER, "total": -1}}, "invalid", "properties.total"),
        ({"properties": {**ORDER, "total": "NaN"}}, "invalid", "properties.total"),
        ({"properties": {**ORDER, "total": True}}, "wrong_type", "properties.total"),
        ({"properties": {**ORDER, "total": 10**15}}, "number_too_large", "properties.total"),
        ({"properties": {"order_id": "o1", "currency": "USD"}}, "missing", "properties.total"),
        ({"properties": {**ORDER, "products": [{"quantity": 1}]}}, "missing", "properties.products.0.product_id"),
        ({"properties": {**ORDER, "products": [{"product_id": "p", "quantity": 0}]}}, "invalid", "properties.products.0.quantity"),  # noqa: E501
        ({"properties": {**ORDER, "products": [{"product_id": "p"}] * 501}}, "too_large", "properties.products"),
        ({"type": "profile_refreshed", "properties": {"as_of": "2026-11-20T12:00:00Z"}}, "wrong_door", "type"),
        ({"type": "order_refunded", "properties": {}}, "missing", "properties.order_id"),
        ({"type": "order_refunded", "properties": {"order_id": "o1", "total": 5}}, "missing", "properties.currency"),
        ({"type": "order_refunded", "properties": {**REFUND, "currency": ""}}, "missing", "properties.currency"),
        ({"type": "order_refunded", "properties": {**REFUND, "currency": "dollars"}}, "invalid", "properties.currency"),
        ({"type": "order_refunded", "properties": {**REFUND, "total": -1}}, "invalid", "properties.total"),
        ({"type": "order_refunded", "properties": {**REFUND, "refund_id": ""}}, "invalid", "properties.refund_id"),
        ({"type": "order_refunded", "properties": {**REFUND, "products": [{}]}}, "missing", "properties.products.0.product_id"),  # noqa: E501
        ({"type": "order_cancelled", "properties": {}}, "missing", "properties.order_id"),
        ({"type": "order_cancelled", "properties": {"order_id": "a\nb"}}, "invalid", "properties.order_id"),
        ({"type": "product_viewed", "properties": None}, "wrong_type", "properties"),
        ({"type": "product_list_filtered"}, "unknown_type", "type"),
        ({"type": "customer_identified", "properties": {"email": "not an address"}}, "invalid", "properties.email"),
        ({"type": "customer_identified", "properties": {"email": "a@b\r\nBcc: c@d"}}, "invalid", "properties.email"),
        ({"type": "customer_identified", "properties": {"phone": "0555"}}, "invalid", "properties.phone"),
        ({"type": "customer_identified", "properties": {"push_endpoint": TOPIC}}, "invalid", "properties.push_endpoint"),  # noqa: E501
        ({"type": "customer_identified", "properties": {"consents": {"email": "yes"}}}, "wrong_type", "properties.consents.email"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_bad_event_is_refused_with_its_reason_and_field(changes: dict[str, Any], reason: str, field: str) -> None:
    with pytest.raises(BadEvent) as refused:
        received(**changes)

    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "not_json"),
        ("", "not_json"),
        ("[]", "not_an_object"),
        ('{"a": NaN}', "not_finite"),
        ('{"a": -Infinity}', "not_finite"),
        ('{"a": 1e999}', "number_too_large"),
        ('{"a": 1e9999999999999999999}', "number_too_large"),
        ('{"a": -1e-9999999999999999999}', "number_too_large"),
        ('{"a": ' + "9" * 5000 + "}", "number_too_large"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "too_deep"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
        ('{"a": "' + "x" * 300_000 + '"}', "too_large"),
    ],
)
def test_poison_is_refused_with_its_reason(message: str, reason: str) -> None:
    enveloped = json.dumps({"Type": "Notification", "Message": message, "Timestamp": "2026-11-20T12:00:00Z"})
    for body in (message, enveloped):
        with pytest.raises(BadEvent) as refused:
            parse(body, NOON)
        assert refused.value.reason == reason


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,25})?", fullmatch=True))
def test_no_number_makes_the_parser_fail_in_another_way(number: str) -> None:
    body = json.dumps({"Type": "Notification", "Message": f'{{"x": {number}}}', "Timestamp": "2026-11-20T12:00:00Z"})

    with pytest.raises(BadEvent):
        parse(body, NOON)


@pytest.mark.parametrize("total", ["1_000", "٣", "0x10", "1e3", " 5"])
def test_text_is_an_amount_only_as_plain_digits(total: str) -> None:
    with pytest.raises(BadEvent):
        order_of(total=total)


@given(st.text())
def test_no_text_makes_the_parser_fail_in_another_way(text: str) -> None:
    for body in (text, by_door({"x": text}, NOON), json.dumps({"Type": "Notification", "Message": text})):
        with pytest.raises(BadEvent):
            parse(body, NOON)


def test_an_outside_event_does_not_come_straight_to_the_queue() -> None:
    with pytest.raises(BadEvent, match="wrong_door"):
        parse(json.dumps(envelope("order_completed", "e1", NOON, ORDER)), NOON)


def test_a_timer_comes_straight_to_the_queue() -> None:
    properties = {"timer": "reminder/c1", "armed_for": NOON.isoformat()}

    fired = parse(json.dumps(envelope("timer_fired", "t1", NOON, properties)), NOON)

    assert fired.body == TimerFired("reminder/c1", NOON)


def test_news_of_a_profile_comes_straight_to_the_queue() -> None:
    refreshed = parse(json.dumps(envelope("profile_refreshed", "r1", NOON, {"as_of": "2026-11-20T05:00:00Z"})), NOON)

    assert refreshed.body == ProfileRefreshed(datetime(2026, 11, 20, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "missing"),
        ({"as_of": None}, "missing"),
        ({"as_of": "2026-11-20T05:00:00"}, "no_time_zone"),
        ({"as_of": "today"}, "not_iso_8601"),
        ({"as_of": "2" * 41}, "too_large"),
    ],
)
def test_news_of_a_profile_without_its_moment_is_refused(properties: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadEvent) as refused:
        parse(json.dumps(envelope("profile_refreshed", "r1", NOON, properties)), NOON)

    assert (refused.value.reason, refused.value.field) == (reason, "properties.as_of")


def test_received_is_the_envelopes_timestamp_whenever_it_is_handled() -> None:
    event = parse(by_door(envelope("order_completed", "e1", NOON, ORDER), NOON + MINUTE), NOON + 3 * DAY)

    assert event.received_at == NOON + MINUTE


def test_a_clock_a_little_ahead_is_set_back_to_the_moment_of_receipt() -> None:
    assert received(occurred_at=(NOON + timedelta(hours=2)).isoformat()).occurred_at == NOON


def test_times_are_kept_in_utc() -> None:
    assert received(occurred_at="2026-11-20T12:30:00+05:45").occurred_at == datetime(2026, 11, 20, 6, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "currency", "minor"),
    [("39.95", "USD", 3995), (39.95, "USD", 3995), (0.1 + 0.2, "USD", 30), (500, "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_money_is_exact_in_its_currencys_minor_unit(total: object, currency: str, minor: int) -> None:
    assert order_of(total=total, currency=currency).total_minor == minor


def test_the_same_order_from_two_sources_has_one_identity() -> None:
    assert received(event_id="a").identity == received(event_id="b").identity


@pytest.mark.parametrize("properties", [{}, {"total": None, "products": None}, {"currency": "USD", "products": []}])
def test_a_refund_without_total_and_products_is_of_the_whole_order(properties: dict[str, Any]) -> None:
    body = received("order_refunded", {"order_id": "o1", **properties}).body

    assert body == OrderRefunded("o1", None, properties.get("currency", ""), ())


def test_a_refund_of_a_part_says_how_much_and_of_what() -> None:
    lines = [{"product_id": "p1", "price": 12.5, "quantity": 2}]

    assert received("order_refunded", REFUND).body == OrderRefunded("o1", 1250, "USD", ())
    assert received("order_refunded", {**REFUND, "total": 0}).body == OrderRefunded("o1", 0, "USD", ())
    assert received("order_refunded", {**REFUND, "total": None, "products": lines}).body == OrderRefunded(
        "o1", None, "USD", (Line("p1", 2, price_minor=1250),)
    )


def test_no_price_is_read_of_refunded_products_without_a_currency() -> None:
    body = received("order_refunded", {"order_id": "o1", "products": [{"sku": "s1", "price": 500}]}).body

    assert body == OrderRefunded("o1", None, "", (Line("s1", 1, price_minor=None),))


def test_the_same_refund_from_two_sources_has_one_identity() -> None:
    one = received("order_refunded", {**REFUND, "refund_id": "7"}, event_id="a")
    other = received("order_refunded", {**REFUND, "refund_id": 7}, event_id="b")

    assert one.identity == other.identity == digest("order_refunded", "7")


def test_refunds_without_an_id_are_told_apart_by_their_events() -> None:
    one, copy = received("order_refunded", REFUND), received("order_refunded", REFUND)
    other = received("order_refunded", {**REFUND, "refund_id": None}, event_id="e2")

    assert one.identity == copy.identity == digest("order_refunded", "e1")
    assert other.identity == digest("order_refunded", "e2")


def test_an_order_is_cancelled_once_whoever_says_so() -> None:
    one = received("order_cancelled", ORDER, event_id="a")
    other = received("order_cancelled", {"order_id": "o1"}, event_id="b")

    assert one.body == other.body == OrderCancelled("o1")
    assert one.identity == other.identity == digest("order_cancelled", "o1") != received().identity


@pytest.mark.parametrize("kind", OBSERVED)
def test_what_is_only_observed_keeps_all_its_properties(kind: str) -> None:
    properties = {"product_id": "", "price": "much", "products": [{"quantity": -1}], "coupon": None}

    event = received(kind, properties)

    assert event.body == Observed()
    assert event.properties == properties
    assert event.identity == digest(kind, "e1")


@pytest.mark.parametrize("kind", EventType)
def test_every_type_is_understood_or_named_as_observed(kind: EventType) -> None:
    try:
        body = shape_of(kind)({}).body()
    except ValidationError:
        body = None  # it wants properties, so it is understood

    assert isinstance(body, Observed) == (kind in OBSERVED)


def test_null_counts_as_absent() -> None:
    assert order_of(checkout_id=None, revenue=None).checkout_id == ""


def test_a_lone_surrogate_in_a_name_is_replaced() -> None:
    body = received("customer_identified", {"first_name": "A\ud800da"}).body

    assert isinstance(body, CustomerIdentified)
    assert body.traits["first_name"] == "A\ufffdda"


def test_a_name_of_ten_kilobytes_is_cut() -> None:
    body = received("customer_identified", {"first_name": "A" * 10_000}).body

    assert isinstance(body, CustomerIdentified)
    assert len(body.traits["first_name"]) == 200


def test_where_an_app_is_and_what_was_said_of_every_channel_is_understood() -> None:
    endpoint = "arn:aws:sns:eu-west-1:123456789012:endpoint/APNS_SANDBOX/shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"
    said = {"push_endpoint": endpoint, "consents": {"push": True, "webhook": {"news": False}}}

    body = received("customer_identified", said).body

    assert body == CustomerIdentified({"push_endpoint": endpoint}, {"push": True, "webhook/news": False})
