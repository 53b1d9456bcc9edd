"""Whatever a customer may hold is read back equal, and no part of it is told twice."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.attributes import CartAction, CartFact, Entry, Live, OrderFact, Returned, Sold
from tandem.attributes.windows import to_ms
from tandem.customer import (
    Channel,
    Customer,
    Ended,
    Origin,
    Said,
    SendEntry,
    Timer,
    Underway,
    Waiting,
    Watch,
    pack_customer,
    unpack_customer,
)
from tandem.customer.columns import TYPES, Events, pack_events
from tandem.events import EventType, Line
from tests.builders import MINUTE, NOON

IDS = st.one_of(
    st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"),
    st.sampled_from(["", "o1", "0123456789ABCDEF", "\x7f", 'a "quoted" \\ id', "é", "\u2028"]),
)
NAMES = st.sampled_from(["", "a", "record-1", "Für Elise", "0123456789abcdef", "\x01\x02", "null", "5"])
MINOR = st.integers(0, 5000)
MOMENTS = st.integers(0, 10**9).map(lambda us: NOON + timedelta(microseconds=us))
MS = st.integers(0, 3_000)
ADDRESSES = st.sampled_from(["", "https://img.example.com/a.jpg", "https://img.example.com/0123456789abcdef"])
LINES = st.lists(
    st.builds(Line, NAMES, st.integers(1, 3), NAMES, st.none() | MINOR, ADDRESSES, ADDRESSES), max_size=2
).map(tuple)
VALUES = st.dictionaries(
    NAMES, st.one_of(st.none(), st.booleans(), MINOR, NAMES, st.lists(NAMES, max_size=2)), max_size=2
)
ORIGINS = st.builds(
    Origin,
    type=NAMES,
    identity=IDS,
    occurred_at=MOMENTS,
    event_id=IDS,
    due=st.none() | MOMENTS,
    journey=NAMES,
    cart_id=NAMES,
    cart_touched_at=st.none() | MOMENTS,
    order_id=NAMES,
    currency=st.sampled_from(["", "USD"]),
    total_minor=st.none() | MINOR,
    lines=LINES,
    attribute=NAMES,
    values=VALUES,
)
WAITING = st.builds(Waiting, IDS, NAMES, ORIGINS, MOMENTS, MOMENTS, st.sampled_from(["", "quiet_hours", "date"]))
UNDERWAY = st.builds(
    Underway,
    journey=NAMES,
    key=IDS,
    version=st.integers(0, 3),
    started_at=MOMENTS,
    origin=ORIGINS,
    step=NAMES,
    since=MOMENTS,
    said=VALUES,
    heard=st.dictionaries(NAMES, st.lists(st.tuples(MOMENTS, IDS), max_size=2).map(tuple), max_size=2),
    asked=st.booleans(),
)
ENDED = st.builds(Ended, NAMES, IDS, MOMENTS, MOMENTS, NAMES, NAMES)
SENDS = st.builds(
    SendEntry,
    id=IDS,
    campaign=NAMES,
    channel=st.sampled_from(Channel),
    decided_at=MOMENTS,
    not_after=MOMENTS,
    cart_id=NAMES,
    cart_touched_at=st.none() | MOMENTS,
    withdrawn=NAMES,
    journey=NAMES,
    category=NAMES,
    sent_at=st.none() | MOMENTS,
    refused=NAMES,
    is_free=st.booleans(),
    purpose=st.sampled_from(["marketing", "news", "all"]),
)
GOALS = st.builds(Watch, IDS, NAMES, MOMENTS, st.none() | MOMENTS)
TOUCHES = {
    EventType.PRODUCT_ADDED: CartAction.ADDED,
    EventType.PRODUCT_REMOVED: CartAction.REMOVED,
    EventType.CART_VIEWED: CartAction.VIEWED,
    EventType.CHECKOUT_STARTED: CartAction.CHECKOUT,
}


@st.composite
def parts(draw: st.DrawFn, at: int, identity: str, total: int) -> dict[int, object]:
    number = st.one_of(st.integers(-(10**15), 10**15), st.sampled_from([at, total, 0, 1]))
    scalar = st.one_of(number, NAMES, st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
    partial = st.one_of(
        scalar,
        st.tuples(st.just(at), st.just(identity), scalar).map(list),
        st.lists(number, min_size=2, max_size=2),
        st.lists(st.just("c315fffc9d6daa98"), min_size=1, max_size=1),
        st.dictionaries(NAMES, number, min_size=1, max_size=2),
        st.dictionaries(NAMES, st.just([at, identity]), min_size=1, max_size=2),
        st.lists(st.tuples(NAMES, st.integers(1, 3), st.dictionaries(NAMES, number, min_size=1)).map(list), min_size=1),
    )
    return draw(st.dictionaries(st.integers(1, 6), partial, max_size=4))


@st.composite
def entries(draw: st.DrawFn, identity: str, occurred: datetime, received: datetime) -> Entry:
    event_type = draw(st.sampled_from(TYPES))
    is_order = event_type is EventType.ORDER_COMPLETED
    sold = draw(st.none() | st.builds(Sold, MINOR, st.sampled_from(["USD", "EUR"]))) if is_order else None
    products = st.lists(st.tuples(NAMES, st.integers(1, 3)), max_size=2).map(tuple)
    back = st.none() | st.builds(
        Returned, IDS, st.booleans(), st.none() | MINOR, st.sampled_from(["", "USD"]), products
    )
    is_return = event_type in (EventType.ORDER_REFUNDED, EventType.ORDER_CANCELLED)
    return Entry(
        identity=identity,
        type=event_type,
        occurred=to_ms(occurred),
        received=to_ms(received),
        playbook=draw(st.integers(-1, 3)),
        parts=draw(parts(to_ms(occurred), identity, sold.total_minor if sold else -1)),
        left_out=draw(st.dictionaries(st.integers(7, 9), st.sampled_from(["value", "too_long"]), max_size=2)),
        sold=sold,
        returned=draw(back) if is_return else None,
    )


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    """Entries and facts of up to eight events: of some only one of both, and now and then two that disagree."""
    held: list[Entry] = []
    orders: list[OrderFact] = []
    touches: list[CartFact] = []
    for identity in draw(st.lists(IDS, max_size=8, unique=True)):
        occurred, late = draw(MOMENTS), draw(MS)
        received = occurred + timedelta(milliseconds=late)
        entry = draw(entries(identity, occurred, received))
        kept = draw(st.sampled_from(["both", "entry", "fact", "disagree"]))
        if kept != "fact":
            held.append(entry)
        if kept == "entry":
            continue
        if kept == "disagree":
            occurred += timedelta(milliseconds=5)
        if entry.type is EventType.ORDER_COMPLETED:
            sold = entry.sold or Sold(draw(MINOR), "USD")
            products = draw(st.lists(NAMES, max_size=2).map(tuple))
            ids = [draw(NAMES) for _ in range(3)]
            orders.append(
                OrderFact(
                    identity, ids[0], occurred, received, sold.currency, sold.total_minor, products, ids[1], ids[2]
                )
            )
        elif entry.type in TOUCHES:
            ids = [draw(NAMES) for _ in range(3)]
            touches.append(
                CartFact(
                    identity, TOUCHES[entry.type], ids[0], occurred, received, draw(LINES), draw(NAMES), ids[1], ids[2]
                )
            )
    words = st.dictionaries(NAMES, st.builds(Said, NAMES, MOMENTS, IDS), max_size=3)
    about = st.sampled_from(["email", "sms", "email/news", "sms/all"])
    consents = st.dictionaries(about, st.builds(Said, NAMES, MOMENTS, IDS), max_size=3)
    return Customer(
        customer_id=draw(NAMES) or "ada",
        traits=draw(words),
        consents=draw(consents),
        live=Live(
            tuple(sorted(held, key=lambda each: (each.occurred, each.identity))),
            crowded_until=draw(MS),
            full_until=draw(MS),
        ),
        orders=tuple(sorted(orders, key=lambda each: (each.occurred_at, each.identity))),
        cart_facts=tuple(sorted(touches, key=lambda each: (each.occurred_at, each.identity))),
        seen=draw(st.dictionaries(MOMENTS.map(datetime.date), st.lists(IDS, max_size=3).map(tuple), max_size=2)),
        timers=draw(st.dictionaries(NAMES, st.builds(Timer, st.none() | MOMENTS, st.none() | MOMENTS), max_size=2)),
        sends=tuple(draw(st.lists(SENDS, max_size=2))),
        waiting=tuple(draw(st.lists(WAITING, max_size=2))),
        journeys=tuple(draw(st.lists(UNDERWAY, max_size=2))),
        ended=tuple(draw(st.lists(ENDED, max_size=2))),
        goals=tuple(draw(st.lists(GOALS, max_size=2))),
        announced=draw(st.dictionaries(NAMES, st.none() | MINOR | NAMES, max_size=2)),
        profile_as_of=draw(st.none() | MOMENTS),
        header_as_of=draw(st.none() | MOMENTS),
        told_as_of=draw(st.none() | MOMENTS),
        playbook=draw(st.integers(0, 3)),
        crowded=draw(st.booleans()),
    )


def partials(customer: Customer) -> list[str]:
    return [json.dumps(entry.parts, sort_keys=True) for entry in customer.live.entries]


@settings(max_examples=150, deadline=None)
@given(customers())
def test_whatever_a_customer_holds_is_read_back_equal(customer: Customer) -> None:
    read = unpack_customer(pack_customer(customer), 0)

    assert read == customer
    assert partials(read) == partials(customer)  # true is not 1, and 1 is not 1.0


def test_what_an_order_adds_and_what_carts_need_of_it_are_told_once() -> None:
    at = to_ms(NOON)
    parts: dict[int, object] = {1: 1, 3: 3000, 5: at, 108: [at, "14bda27193321ce2", "record-1"]}
    entry = Entry("14bda27193321ce2", EventType.ORDER_COMPLETED, at, at, 1, parts, sold=Sold(3000, "USD"))
    fact = OrderFact("14bda27193321ce2", "o1", NOON, NOON, "USD", 3000)

    assert pack_events(Events((entry,), (fact,)), at) == [
        {
            "type": 0,
            "id": ["14bda27193321ce2"],
            "at": [0],
            "total": [3000],
            "currency": ["USD"],
            "parts": {"1": [1], "3": [{}], "5": [None], "108": [[None, [], "record-1"]]},
            "order": ["o1"],
        }
    ]


def test_every_type_of_event_has_the_code_it_always_had() -> None:
    first = ("order_completed", "product_viewed", "product_added", "product_removed", "cart_viewed", "checkout_started")

    assert tuple(str(each) for each in TYPES[:6]) == first
    assert len(TYPES) == len(set(TYPES)) == len(EventType)


@pytest.mark.parametrize("moment", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)])
def test_a_moment_of_any_year_is_read_back(moment: datetime) -> None:
    customer = Customer("ada", timers={"reminder/c": Timer(moment, NOON)}, profile_as_of=moment)

    assert unpack_customer(pack_customer(customer), 0) == customer


def test_every_field_of_a_customer_is_stored() -> None:
    stored = {"customer_id", "playbook", "crowded", "profile_as_of", "header_as_of", "owed", "announced", "timers"}
    stored |= {"sends", "seen", "cart_facts", "orders", "live", "traits", "consents", "dead"}
    stored |= {"waiting", "journeys", "ended", "told_as_of", "goals"}

    assert {each.name for each in fields(Customer)} == stored | {
        "version",
        "size",
    }  # one travels beside, one is what was read


WHOLE = Origin(
    type="cart_abandoned",
    identity="ab" * 8,
    occurred_at=NOON,
    event_id="e1",
    due=NOON + MINUTE,
    journey="cart/c1",
    cart_id="c1",
    cart_touched_at=NOON - MINUTE,
    order_id="o1",
    currency="USD",
    total_minor=0,
    lines=(Line("record-1", 2, "Blue", 1200, "https://img.example.com/1.jpg", "https://shop.example.com/1"),),
    attribute="birthday",
    values={"start.properties": {"gift": True}, "change.before": None},
)
ROWS: list[Any] = [
    WHOLE,
    Waiting("w1", "thanks", WHOLE, NOON, NOON + MINUTE, "date"),
    Underway(
        "cart", "c1", 3, NOON, WHOLE, "0.else.1", NOON, {"n": 1.5}, {"0": ((NOON, "1bd010817dd681d8"),)}, asked=True
    ),
    Ended("cart", "c1", NOON, NOON + MINUTE, "0", "order_completed"),
    SendEntry(
        id="s1",
        campaign="thanks",
        channel=Channel.SMS,
        decided_at=NOON,
        not_after=NOON + MINUTE,
        cart_id="c1",
        cart_touched_at=NOON,
        withdrawn="exited",
        journey="cart/c1",
        category="service",
        sent_at=NOON,
        refused="bounced",
        is_free=True,
        purpose="news",
    ),
    Watch("ab" * 8, "thanks", NOON, NOON + MINUTE),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_a_row_in_which_nothing_is_at_its_default_is_read_back_equal(row: Any) -> None:
    kept: dict[type, dict[str, Any]] = {
        Origin: {"waiting": (Waiting("w", "c", row, NOON, NOON),)},
        Waiting: {"waiting": (row,)},
        Underway: {"journeys": (row,)},
        Ended: {"ended": (row,)},
        SendEntry: {"sends": (row,)},
        Watch: {"goals": (row,)},
    }
    customer = Customer("ada", **kept[type(row)])

    assert not [each.name for each in fields(row) if getattr(row, each.name) == each.default]
    assert unpack_customer(pack_customer(customer), 0) == customer


def test_a_text_that_is_the_events_own_identity_is_kept() -> None:
    at = to_ms(NOON)
    seen = Entry("ab" * 8, EventType.PRODUCT_VIEWED, at, at, 1, {101: "ab" * 8})
    customer = Customer("ada", live=Live((seen, Entry("cd" * 8, EventType.PRODUCT_VIEWED, at, at, 1))))

    assert unpack_customer(pack_customer(customer), 0) == customer
