"""The stored forms of profiles and headers: read back equal, equal ones equal bytes, newer fields ignored."""

import json
import zlib
from dataclasses import replace

import pytest

from tandem.attributes import CutPoints, Function, Money, Profile, Ruleset, SnapshotHeader, Span, Window
from tandem.attributes.stored import (
    pack_header,
    pack_live,
    pack_profile,
    profile_document,
    unpack_header,
    unpack_live,
    unpack_profile,
)
from tandem.errors import Unreadable
from tandem.events import EventType
from tandem.expressions import Kind
from tandem.profiles.advance import State, advance
from tests.builders import DAY, HEADER, HOUR, NOON, event, live, order, rule

ORDER = EventType.ORDER_COMPLETED
RULES = Ruleset(
    (
        rule(Function.SUM, ORDER, attribute="sum", code=1, money=Money("total", "USD"), subtracts=True),
        rule(Function.COUNT, attribute="views", code=2, window=Window(Span.ROLLING, 7 * DAY)),
        rule(
            Function.TOP,
            ORDER,
            attribute="top",
            code=3,
            by_line=True,
            value="line.product_id",
            kind=Kind.STRING,
            subtracts=True,
        ),
        rule(Function.LAST, ORDER, attribute="coupon", code=9, value="event.properties.coupon", kind=Kind.STRING),
    ),
    number=3,
)
EVENTS = (
    order("o1", NOON - 3 * DAY, "12.34", coupon="SPRING"),
    order("o2", NOON - DAY, "7.00", currency="EUR"),
    event("order_refunded", "r1", NOON - 20 * HOUR, order_id="o1", products=[{"product_id": "record-1"}]),
    event("order_cancelled", "c1", NOON - 19 * HOUR, order_id="elsewhere"),
    event("product_viewed", "v1", NOON - 5 * DAY, product_id="p"),
)


def known() -> Profile:
    advanced = advance("ada", State(), EVENTS, RULES, as_of=NOON)
    assert advanced
    return replace(advanced.profile, figures={"frequency": 2, "last_order_at": "2026-11-19T12:00:00+00:00"})


def test_a_profile_is_read_back_equal() -> None:
    assert unpack_profile("ada", pack_profile(known())) == known()


def test_what_a_customer_keeps_of_events_is_read_back_equal() -> None:
    kept = replace(live(EVENTS, RULES), folded={1: {0: 5}, 2: {20_000: 1, 20_003: 2}}, left_out={9: {"value": 2}})

    assert unpack_live(json.loads(json.dumps(pack_live(kept)))) == kept


def test_a_profile_of_nothing_is_read_back_equal() -> None:
    assert unpack_profile("ada", pack_profile(Profile("ada", NOON))) == Profile("ada", NOON)


def test_equal_profiles_are_equal_bytes() -> None:
    turned = replace(known(), parts=dict(reversed(list(known().parts.items()))))

    assert pack_profile(turned) == pack_profile(known())


def test_fields_of_a_newer_release_are_ignored() -> None:
    document = {**profile_document(known()), "mood": "sunny"}

    assert unpack_profile("ada", zlib.compress(json.dumps(document).encode())) == known()
    assert unpack_header({**pack_header(HEADER), "mood": "sunny"}) == HEADER


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no deflate",
        pack_profile(Profile("ada", NOON))[:-5],
        zlib.compress(b"{"),
        zlib.compress(b"[]"),
        zlib.compress(b"null"),
        zlib.compress(b"{}"),
        zlib.compress(b'{"v": 3, "as_of": "2026-11-20T00:00:00Z"}'),
        zlib.compress(b'{"v": 2, "as_of": "yesterday"}'),
        zlib.compress(b'{"v": 2, "as_of": "2026-11-20T00:00:00Z", "codes": [1, 2], "parts": [0]}'),
        zlib.compress(b'{"v": 1, "as_of": "2026-11-20T00:00:00Z"}'),
    ],
    ids=range(11),
)
def test_what_makes_no_profile_is_unreadable_and_nothing_else(data: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack_profile("ada", data)


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        SnapshotHeader(NOON, None, 0),
        SnapshotHeader(NOON, CutPoints("USD", 1, 2), 5, frozenset({1, 2, 3, 101, 9})),
    ],
)
def test_a_header_is_read_back_equal(header: SnapshotHeader) -> None:
    assert unpack_header(json.loads(json.dumps(pack_header(header)))) == header
