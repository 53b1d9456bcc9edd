"""The stored form: what one release writes the next one reads, and what cannot be read says so."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tandem.adapters.customer_table import customer_item
from tandem.attributes import CartAction, CartFact, Entry, Live, OrderFact, Sold
from tandem.attributes.windows import to_ms
from tandem.customer import (
    GRANTED,
    Announce,
    Change,
    Channel,
    Customer,
    Effect,
    Origin,
    Record,
    Said,
    Send,
    SendEntry,
    SetConsent,
    SetTimer,
    Timer,
    Underway,
    pack_customer,
    unpack_customer,
)
from tandem.customer.packing import Form, pack, unpack
from tandem.errors import Unreadable
from tandem.events import EventType, Line
from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.customer.typical import RULES, life, lived

MS, US = timedelta(milliseconds=1), timedelta(microseconds=1)
CONSENT = SetConsent("c1", Channel.EMAIL, "ada@example.com", True, NOON, NOON + DAY)
TIMER = SetTimer("t1", "ada", "reminder/cart-1", NOON + HOUR, NOON + DAY)
RECORD = Record("d1", "ada", {"id": "d1", "attributes": {"customer.orders": 1}, "campaign": None}, NOON + DAY)
NEWS = Announce("n1", "ada", Change("basket_tier", None, "high"), NOON, NOON + DAY)
SEND = Send(
    id="d1",
    customer_id="ada",
    campaign="thanks",
    template="thanks-low",
    channel=Channel.SMS,
    address="+15550100",
    locale="en",
    playbook=3,
    tier="low",
    currency="USD",
    not_before=NOON,
    not_after=NOON + DAY,
    lines=(Line("record-1", 2, "Blue", 1999),),
    recommended=("brush-1",),
)
WHOLE = Customer(
    "ada",
    traits={"email": Said("ada@example.com", NOON, "i1")},
    consents={Channel.EMAIL: Said(GRANTED, NOON, "i1")},
    orders=(OrderFact("x1", "o1", NOON, NOON, "USD", 3000, ("record-1",)),),
    cart_facts=(CartFact("x2", CartAction.REMOVED, "cart-1", NOON, NOON, (Line("record-1", 1),)),),
    seen={NOON.date(): ("x3", "x4")},
    timers={"reminder/cart-1": Timer(armed_for=NOON + HOUR)},
    sends=(SendEntry("d1", "thanks", Channel.SMS, NOON, NOON + DAY, withdrawn="ordered"),),
    owed=(CONSENT, TIMER, RECORD, NEWS, SEND),
    announced={"basket_tier": "high", "last_products": ["record-1"]},
    live=Live(
        (Entry("x5", EventType.PRODUCT_VIEWED, to_ms(NOON), to_ms(NOON) + 3, 2, {107: 1}, {108: "too_long"}),),
        folded={3: {0: 4200}},
        left_out={3: {"other_currency": 2}},
        crowded_until=to_ms(NOON),
        full_until=to_ms(NOON) - 1,
    ),
    profile_as_of=NOON - DAY,
    playbook=3,
    crowded=True,
)


# A touch, an order with its entry, a word and a wait: what the form of columns is pinned by.
GOLDEN = Customer(
    "ada",
    traits={"email": Said("ada@example.com", NOON, "1ee3f4fcef24e107")},
    consents={Channel.EMAIL: Said(GRANTED, NOON, "1ee3f4fcef24e107")},
    live=Live(
        (
            Entry(
                "14bda27193321ce2",
                EventType.ORDER_COMPLETED,
                to_ms(NOON),
                to_ms(NOON) + 700,
                2,
                {1: 1, 3: 3000, 5: to_ms(NOON), 101: [to_ms(NOON), "14bda27193321ce2", "SPRING"]},
                {102: "too_long"},
                Sold(3000, "USD"),
            ),
        ),
        folded={1: {0: 2}, 104: {20_000: 5}},
    ),
    orders=(OrderFact("14bda27193321ce2", "o1", NOON, NOON + 700 * MS, "USD", 3000, ("record-1",), cart_id="cart-1"),),
    cart_facts=(
        CartFact(
            "5a065ee4ec3e5ba7", CartAction.ADDED, "cart-1", NOON, NOON, (Line("record-1", 2, "Blue", 1200),), "USD"
        ),
    ),
    seen={NOON.date(): ("1ee3f4fcef24e107",)},
    timers={"reminder/cart-1": Timer(NOON + HOUR, NOON)},
    sends=(SendEntry("898ea42be1cd901c", "thanks", Channel.EMAIL, NOON + 5 * US, NOON + DAY, withdrawn="ordered"),),
    announced={"basket_tier": "high"},
    profile_as_of=NOON - DAY,
    header_as_of=NOON - DAY,
    playbook=2,
)


def packed(document: object) -> bytes:
    return pack(json.dumps(document).encode())


def test_a_customer_who_owes_several_effects_is_read_back_equal() -> None:
    assert unpack_customer(pack_customer(WHOLE), 0) == WHOLE


@pytest.mark.parametrize(
    ("effect", "kind"),
    [(CONSENT, "set_consent"), (TIMER, "set_timer"), (RECORD, "record"), (NEWS, "announce"), (SEND, "send")],
    ids=["consent", "timer", "record", "announcement", "send"],
)
def test_every_effect_is_stored_with_its_kind_and_read_back_equal(effect: Effect, kind: str) -> None:
    data = pack_customer(Customer("ada", owed=(effect,)))

    assert [each["kind"] for each in json.loads(unpack(data)[1])["owed"]] == [kind]
    assert unpack_customer(data, 0).owed == (effect,)


def test_the_version_travels_beside_the_bytes() -> None:
    assert unpack_customer(pack_customer(Customer("ada", version=7)), 9).version == 9


def test_fields_of_a_newer_release_are_ignored_and_the_rest_is_read() -> None:
    at = to_ms(NOON)
    viewed = {"type": 1, "id": ["5a065ee4ec3e5ba7"], "at": [0], "late": [5], "mood": ["sunny"], "parts": {"107": [1]}}
    send = [
        "s1",
        "thanks",
        "email",
        0,
        60,
        "cart-1",
        None,
        "ordered",
        "cart/c1",
        "service",
        5,
        "",
        False,
        "news",
        "newer",
    ]
    timer = {"kind": "set_timer", "id": "t1", "customer_id": "ada", "timer": "reminder/cart-1", "colour": "blue"}
    document = {
        "customer_id": "ada",
        "base": at,
        "playbook": 3,
        "mood": {"value": "sunny"},
        "events": [viewed],
        "said": [[0, "i1", {"email": "ada@example.com"}, {"email": "granted"}, "newer"]],
        "timers": {"reminder/cart-1": [None, 0, "newer"]},
        "sends": [send],
        "owed": [{**timer, "moment": NOON.isoformat(), "not_after": NOON.isoformat()}],
    }

    assert unpack_customer(packed(document), 4) == Customer(
        "ada",
        version=4,
        playbook=3,
        traits={"email": Said("ada@example.com", NOON, "i1")},
        consents={Channel.EMAIL: Said(GRANTED, NOON, "i1")},
        live=Live((Entry("5a065ee4ec3e5ba7", EventType.PRODUCT_VIEWED, at, at + 5, 1, {107: 1}),)),
        timers={"reminder/cart-1": Timer(armed_for=NOON)},
        sends=(
            SendEntry(
                id="s1",
                campaign="thanks",
                channel=Channel.EMAIL,
                decided_at=NOON,
                not_after=NOON + MINUTE,
                cart_id="cart-1",
                withdrawn="ordered",
                journey="cart/c1",
                category="service",
                sent_at=NOON + 5 * MS,
                purpose="news",
            ),
        ),
        owed=(SetTimer("t1", "ada", "reminder/cart-1", NOON, NOON),),
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x07" + pack_customer(WHOLE)[1:],
        pack_customer(WHOLE)[:1] + bytes(reversed(pack_customer(WHOLE)[1:])),
        pack_customer(WHOLE)[:40] + b"\xff\xff" + pack_customer(WHOLE)[42:],
        pack_customer(WHOLE)[:-1],
        pack_customer(WHOLE)[:8],
        b"\x02\x00\x00\x00\x00",
    ],
    ids=["nothing", "an unknown first byte", "reversed", "damaged in the middle", "cut off", "cut short", "no rest"],
)
def test_bytes_that_this_release_did_not_pack_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack_customer(data, 1)


@pytest.mark.parametrize(
    "document",
    [
        {"playbook": 3},
        {"customer_id": 7},
        {"customer_id": "ada", "playbook": "many"},
        {"customer_id": "ada", "owed": [{"kind": "call", "id": "x"}]},
        {"customer_id": "ada", "events": [{"type": 999, "id": ["x"], "at": [0]}]},
        {"customer_id": "ada", "events": [{"type": 1, "id": ["x", "y"], "at": [0, 0], "late": [1, 2, 3]}]},
        {"customer_id": "ada", "said": [[0, "i1", ["email"]]]},
        {"customer_id": "ada", "sends": [["s1", "thanks", "pigeon", 0, 60]]},
        [],
        "ada",
        None,
    ],
    ids=str,
)
def test_a_document_that_makes_no_customer_is_unreadable(document: object) -> None:
    with pytest.raises(Unreadable):
        unpack_customer(packed(document), 1)


def test_a_text_that_looks_like_a_digest_is_still_a_text() -> None:
    name = Said("0123456789abcdef", NOON, "fedcba9876543210")
    customer = Customer("ada", traits={"first_name": name, "last_name": name, "0123456789abcdef": name})

    assert unpack_customer(pack_customer(customer), 0) == customer


# What the first release wrote: the dictionary is part of the format, so these bytes have to be readable for ever.
FIRST = bytes.fromhex(
    "0178f9afc41fc8ab460bfec4944458658251cb985b1898a718261a9b9ba61a25a5249aa2d63af986d84b4c43435d2383104323445986a500c5"
    "5484bf563236006530b4aa0992b680cdba58902f512b904c8c8406f129aca04634010c31da46988ec388704c2598ad29b49007001a727080"
)


def test_a_record_of_the_first_release_is_read() -> None:
    customer = unpack_customer(FIRST, 7)

    assert (customer.customer_id, customer.version, customer.playbook) == ("ada", 7, 1)
    assert [fact.total_minor for fact in customer.orders] == [3000]
    assert [effect.kind for effect in customer.owed] == ["set_timer"]


@pytest.mark.parametrize("damaged", [FIRST[:-1], FIRST[:20], FIRST[:1]])
def test_a_damaged_record_of_the_first_release_is_unreadable_and_nothing_else(damaged: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack_customer(damaged, 1)


def test_a_typical_customer_is_one_write_unit() -> None:
    customer = lived()
    item = customer_item(customer)
    named = sum(len(name) for name in item) + len(item["pk"]["S"]) + len(item["version"]["N"])

    assert len(RULES) + 6 == 15
    assert len(life()) == 20
    assert len(customer.live.entries) == 16  # of the others, whose rules are none, the identity or the cart is kept
    assert named + len(item["data"]["B"]) < 1024


# What this release writes: both dictionaries are part of their formats, so these bytes have to be readable for ever.
COLUMNS = bytes.fromhex(
    "024872748d00041ee3f4fcef24e10714bda27193321ce25a065ee4ec3e5ba7898ea42be1cd901c85973d0bc2301086ff4be70897c4b4ce2e"
    "e222a2a3642828080e0ebafadfbd0f9a5c626cb3a51f84def3f6de7b6b2d8dd751cb29d8a1075eba742e0b0b5858134a7cbb90500bf302d7"
    "892964a803b5e6c4d5036fe7d9ba165bdf4029fc72083b1f4ffbc3aea3c2168154e8aa985977035b94f9c9dba2d2325dd073aacfbbffad0f"
    "62eb84f98693ce30dd9632b0b138d719174918dabd4a77928ceb05347d9876da37ce2d8f97f241300115b9e9d1a979e10e55251930b96d34"
    "85a5afc1a039d1d5a5b0fcf9990d2e2b3667a17ebf8d1c071ab7eacceed2dfe758bf015be717"
)


def test_a_record_in_columns_is_read_as_it_was_written() -> None:
    assert unpack_customer(COLUMNS, 0) == GOLDEN


def test_a_customer_in_a_journey_is_packed_so_that_an_older_release_leaves_them_alone() -> None:
    origin = Origin("order_completed", "1bd010817dd681d8", NOON, order_id="o1")
    in_a_journey = Customer("ada", journeys=(Underway("welcome", "", 1, NOON, origin, "0", NOON),))

    packed = [pack_customer(Customer("ada")), pack_customer(in_a_journey)]

    assert [data[:1] for data in packed] == [Form.COLUMNS.value, Form.JOURNEYS.value]
    assert unpack_customer(packed[1], 0) == replace(in_a_journey, size=len(packed[1]))
