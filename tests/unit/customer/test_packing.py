"""The stored form: what one release writes the next one reads, and what cannot be read says so."""

import json
from datetime import UTC, datetime

import pytest

from tandem.attributes import CartAction, CartFact, OrderFact
from tandem.customer import (
    GRANTED,
    Channel,
    Customer,
    Effect,
    Record,
    Said,
    Send,
    SendEntry,
    SetConsent,
    SetTimer,
    Timer,
    pack_customer,
    unpack_customer,
)
from tandem.customer.packing import pack, unpack
from tandem.errors import Unreadable
from tandem.events import Line
from tests.builders import DAY, HOUR, NOON

CONSENT = SetConsent("c1", Channel.EMAIL, "ada@example.com", True, NOON, NOON + DAY)
TIMER = SetTimer("t1", "ada", "reminder/cart-1", NOON + HOUR, NOON + DAY)
RECORD = Record("d1", "ada", {"id": "d1", "attributes": {"customer.orders": 1}, "campaign": None}, NOON + DAY)
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
    owed=(CONSENT, TIMER, RECORD, SEND),
    profile_as_of=NOON - DAY,
    playbook=3,
    crowded=True,
)


def packed(document: object) -> bytes:
    return pack(json.dumps(document).encode())


def test_a_customer_who_owes_several_effects_is_read_back_equal() -> None:
    assert unpack_customer(pack_customer(WHOLE), 0) == WHOLE


@pytest.mark.parametrize(
    ("effect", "kind"),
    [(CONSENT, "set_consent"), (TIMER, "set_timer"), (RECORD, "record"), (SEND, "send")],
    ids=["consent", "timer", "record", "send"],
)
def test_every_effect_is_stored_with_its_kind_and_read_back_equal(effect: Effect, kind: str) -> None:
    data = pack_customer(Customer("ada", owed=(effect,)))

    assert [each["kind"] for each in json.loads(unpack(data))["owed"]] == [kind]
    assert unpack_customer(data, 0).owed == (effect,)


def test_the_version_travels_beside_the_bytes() -> None:
    assert unpack_customer(pack_customer(Customer("ada", version=7)), 9).version == 9


def test_fields_of_a_newer_release_are_ignored_and_the_rest_is_read() -> None:
    moment = "2026-11-20T12:00:00Z"
    data = packed(
        {
            "customer_id": "ada",
            "playbook": 3,
            "mood": {"value": "sunny"},
            "traits": {"email": {"value": "ada@example.com", "at": moment, "identity": "i1", "source": "web"}},
            "timers": {"reminder/cart-1": {"armed_for": moment, "tries": 2}},
            "owed": [
                {
                    "kind": "set_timer",
                    "id": "t1",
                    "customer_id": "ada",
                    "timer": "reminder/cart-1",
                    "moment": moment,
                    "not_after": moment,
                    "colour": "blue",
                }
            ],
        }
    )

    customer = unpack_customer(data, 4)

    assert customer == Customer(
        "ada",
        version=4,
        playbook=3,
        traits={"email": Said("ada@example.com", datetime(2026, 11, 20, 12, tzinfo=UTC), "i1")},
        timers={"reminder/cart-1": Timer(armed_for=datetime(2026, 11, 20, 12, tzinfo=UTC))},
        owed=(
            SetTimer(
                "t1",
                "ada",
                "reminder/cart-1",
                datetime(2026, 11, 20, 12, tzinfo=UTC),
                datetime(2026, 11, 20, 12, tzinfo=UTC),
            ),
        ),
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x02" + pack_customer(WHOLE)[1:],
        pack_customer(WHOLE)[:1] + bytes(reversed(pack_customer(WHOLE)[1:])),
        pack_customer(WHOLE)[:40] + b"\xff\xff" + pack_customer(WHOLE)[42:],
        pack_customer(WHOLE)[:-1] + b"\x00",
    ],
    ids=["nothing", "an unknown first byte", "no deflate", "damaged in the middle", "a wrong checksum"],
)
def test_bytes_that_this_release_did_not_pack_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack_customer(data, 1)


@pytest.mark.parametrize(
    "document",
    [
        {"playbook": 3},
        {"customer_id": "ada", "playbook": "many"},
        {"customer_id": "ada", "owed": [{"kind": "call", "id": "x"}]},
    ],
    ids=["no customer", "a wrong type", "an unknown effect"],
)
def test_a_document_that_makes_no_customer_is_unreadable(document: object) -> None:
    with pytest.raises(Unreadable):
        unpack_customer(packed(document), 1)


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


@pytest.mark.parametrize("damaged", [FIRST[:-1], FIRST[:20], b"", pack(b"[]"), pack(b"{"), pack(b"null")])
def test_a_damaged_record_is_unreadable_and_nothing_else(damaged: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack_customer(damaged, 1)
