"""Whatever is heard of a message, in whatever order and however often: one row, the same items, the same events."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.hearing import Heard, Kind, Row
from tandem.sending import Sent, Status
from tests.unit.hearing.told import LEFT, MESSAGE, SEND, heard
from tests.unit.hearing.world import HASH, World
from tests.unit.sending.builders import a_send

ALL = tuple(
    heard(name)
    for name in (
        "send",
        "delivery",
        "delivery-delay",
        "bounce-transient",
        "bounce-permanent",
        "complaint",
        "open",
        "open-privacy-proxy",
        "click",
        "reject",
    )
)
MOMENTS = st.integers(0, 3).map(lambda minutes: LEFT + timedelta(minutes=minutes))
TOLD = st.builds(
    Heard,
    kind=st.sampled_from(Kind),
    send_id=st.just(SEND),
    provider_id=st.sampled_from([MESSAGE, "second attempt"]),
    left_at=MOMENTS,
    at=MOMENTS,
    recipients=st.sampled_from([("ana@example.com",), ("elsewhere@example.net",)]),
    lasting=st.booleans(),
    machine=st.booleans(),
    link=st.sampled_from(["", "https://shop.example.com/a", "https://shop.example.com/b"]),
    detail=st.sampled_from(["", "a reason", "another"]),
).map(
    lambda told: replace(
        told,
        lasting=told.lasting and told.kind is Kind.BOUNCED,
        machine=told.machine and told.kind in {Kind.OPENED, Kind.CLICKED},
    )
)


def end(*told: Heard) -> tuple[Any, ...]:
    """What is left of it: the row without the count of its changes, the items, and the ids of the events told."""
    world = World()
    world.hears(*told)
    row = world.rows.find(SEND)
    assert row is not None
    said = {key: (word.granted, word.said_at) for key, word in world.consents.items.items()}
    counts = {key: (held.soft, held.delivered_at) for key, held in world.addresses.counts.items()}
    why = {(key, at): why for (key, at), why in world.addresses.whys.items() if said[key] == (False, at)}
    events = {(event["type"], name) for name, event in world.told().items()}
    return (
        row.status,
        row.sent_at,
        row.provider_id,
        row.settled_by,
        dict(row.marks),
        dict(row.details),
        (row.lasting),
        dict(row.told),
        said,
        counts,
        why,
        events,
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(TOLD, min_size=1, max_size=4))
def test_every_order_and_repetition_ends_the_same(told: list[Heard]) -> None:
    first = end(*told)

    assert all(end(*order) == first for order in permutations(told))
    assert all(end(*order, *order) == first for order in permutations(told))


@pytest.mark.parametrize("seed", range(40))
def test_all_that_ses_tells_of_one_message_ends_the_same_in_any_order(seed: int) -> None:
    random, copies = Random(seed), [*ALL, *ALL, *ALL]
    random.shuffle(copies)

    assert end(*copies) == end(*ALL)


def test_what_is_told_is_marked_with_the_earliest_moment_and_its_reason() -> None:
    world = World()
    later = heard("bounce-transient", timestamp="2026-11-24T05:00:04.000Z", bounceSubType="General")

    world.hears(later, heard("bounce-transient"), heard("open"), heard("open-privacy-proxy"))
    row = world.rows.find(SEND)

    assert row is not None
    assert row.marks == {
        "bounced_at": heard("bounce-transient").at,
        "opened_at": heard("open").at,
        "machine_opened_at": heard("open-privacy-proxy").at,
    }
    assert row.details == {"bounce": "Transient/MailboxFull 5.2.2 smtp; 452 4.2.2 mailbox full"}
    assert not row.lasting


@pytest.mark.parametrize("told", ALL, ids=lambda each: each.kind)
@pytest.mark.parametrize("status", [Status.RESERVED, Status.UNKNOWN, Status.AGAIN])
def test_an_unknown_send_is_settled_by_whatever_the_provider_tells_of_it(told: Heard, status: Status) -> None:
    world = World()
    if status is Status.UNKNOWN:
        world.ledger.doubt(a_send(), "timed out", LEFT)
    if status is Status.AGAIN:
        world.ledger.reopen(a_send(), world.ledger.rows[SEND].at)

    world.hears(told)
    row = world.ledger.rows[SEND]

    assert (row.status, row.result, row.finished_at) == (Status.SENT, Sent(MESSAGE), LEFT)
    assert "message_sent" in world.kinds()


def test_a_send_that_is_known_to_have_left_is_not_told_to_have_left_again() -> None:
    world = World()
    world.ledger.finish(a_send(), Sent(MESSAGE), LEFT)

    world.hears(*ALL)

    assert "message_sent" not in world.kinds()


def test_one_event_a_kind_and_message_and_of_clicks_one_a_link() -> None:
    world = World()
    world.ledger.finish(a_send(), Sent(MESSAGE), LEFT)
    later = {"timestamp": "2026-11-23T09:00:00.000Z"}

    world.hears(heard("open"), heard("open", **later), heard("open-privacy-proxy"))
    world.hears(heard("click"), heard("click", **later), heard("click", link="https://shop.example.com/b", **later))

    assert world.kinds() == ["message_opened", "message_opened", "message_clicked", "message_clicked"]
    assert len(world.told()) == 4


def test_what_comes_again_is_told_again_as_the_same_event() -> None:
    world = World()

    world.hears(heard("click"), heard("click"))

    assert world.kinds() == ["message_sent", "message_clicked"] * 2
    assert len(world.told()) == 2


def test_an_event_says_what_its_customer_and_marketer_need() -> None:
    world = World()
    world.hears(heard("bounce-permanent"))

    [bounced] = [event for event in world.news.told if event["type"] == "message_bounced"]
    assert bounced["customer_id"] == "c-1"
    assert bounced["occurred_at"] == "2026-11-22T15:00:04.500Z"
    assert bounced["properties"] == {
        "send_id": SEND,
        "campaign": "post-purchase",
        "channel": "email",
        "left_at": "2026-11-22T15:00:00.123Z",
        "address_hash": HASH,
        "lasting": True,
        "detail": "Permanent/General 5.1.1 smtp; 550 5.1.1 <<address>>: user unknown",
    }


def test_of_an_erased_customers_message_nobody_is_told() -> None:
    world = World(a_send(customer_id=""))

    world.hears(*ALL)

    assert world.news.told == []
    assert isinstance(row := world.rows.find(SEND), Row)
    assert row.status is Status.SENT
    assert row.lasting
