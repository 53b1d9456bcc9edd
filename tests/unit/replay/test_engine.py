"""Replay: the same actor in memory."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.replay import Arrival, Replayed, replay
from tandem.attributes import Function, Rule
from tandem.decisions import Outcome
from tandem.events import EventType
from tandem.playbook import Cap
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, envelope, playbook, profile


def arrival(
    kind: str, at: datetime, customer: str = "ada", *, received: datetime | None = None, **properties: Any
) -> Arrival:
    event_id = f"{kind}-{customer}-{at:%d%H%M%S}"
    return Arrival(json.dumps(envelope(kind, event_id, at, properties, customer)), received or at)


def known(at: datetime = NOON - DAY, customer: str = "ada") -> Arrival:
    return arrival("customer_identified", at, customer, email=f"{customer}@example.com", consents={"email": True})


def bought(at: datetime, customer: str = "ada") -> Arrival:
    return arrival("order_completed", at, customer, order_id=f"{customer}-{at:%d%H%M%S}", total="30.00", currency="USD")


def filled(at: datetime, customer: str = "ada") -> Arrival:
    return arrival("product_added", at, customer, product_id="record-1", price="12.00", cart_id="c-1")


def campaigns(result: Replayed) -> list[str]:
    return [send.campaign for send in result.sends]


def test_a_wait_ends_on_the_simulated_clock() -> None:
    result = replay([known(), filled(NOON)], playbook())

    assert campaigns(result) == ["reminder"]
    assert result.decisions[0].at == NOON + 30 * MINUTE
    assert result.waiting == 0


def test_until_stops_the_clock_before_the_wait_ends() -> None:
    result = replay([known(), filled(NOON), bought(NOON + HOUR)], playbook(), until=NOON + MINUTE)

    assert campaigns(result) == []
    assert (result.waiting, result.left_out) == (1, 1)


def test_events_are_taken_in_the_order_they_were_received() -> None:
    late = arrival("product_added", NOON - MINUTE, product_id="record-1", cart_id="c-1", received=NOON + MINUTE)
    result = replay([late, bought(NOON), known()], playbook())

    assert campaigns(result) == ["second"]
    assert [each.outcome for each in result.decisions[-1].candidates] == [Outcome.CART_CLOSED]


def test_an_event_that_is_there_twice_counts_once() -> None:
    result = replay([known(), bought(NOON), bought(NOON)], playbook())

    assert (result.events, result.again, len(result.sends)) == (2, 1, 1)


def test_what_cannot_be_handled_is_counted_and_the_rest_goes_on() -> None:
    result = replay([Arrival("{oops", NOON), known(), bought(NOON)], playbook())

    assert (result.refused, result.events) == (1, 2)


def test_profiles_and_cut_points_give_the_tier() -> None:
    result = replay([known(), bought(NOON)], playbook(), {"ada": profile(2, 9000)}, HEADER)

    assert [send.template for send in result.sends] == ["thanks-medium"]
    assert result.decisions[0].attributes["customer.orders"] == 3


def test_a_lower_cap_drops_exactly_those_beyond_it() -> None:
    days = {"ada": 4, "ben": 2, "cleo": 1}
    events = [
        event
        for name, many in days.items()
        for event in (known(customer=name), *(bought(NOON + d * DAY, name) for d in range(many)))
    ]
    three, one = (replay(events, playbook(caps=(Cap(messages=most, within=timedelta(days=7)),))) for most in (3, 1))

    dropped = {send.id for send in three.sends} - {send.id for send in one.sends}
    first = {send.customer_id: send.id for send in reversed(three.sends)}
    assert dropped == {send.id for send in three.sends} - set(first.values())
    capped = {each.id for each in one.decisions if any(c.outcome is Outcome.CAP for c in each.candidates)}
    assert dropped <= capped
    assert {send.customer_id for send in one.sends} == set(days)


KINDS: dict[str, Callable[[datetime, str], Arrival]] = {"known": known, "bought": bought, "filled": filled}
EVENTS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["ada", "ben"]), st.integers(0, 7 * 24 * 60)), max_size=12
)


def arrivals(drawn: Iterable[tuple[str, str, int]]) -> list[Arrival]:
    return [KINDS[kind](NOON + minute * MINUTE, customer) for kind, customer, minute in drawn]


@settings(max_examples=40, deadline=None)
@given(EVENTS)
def test_replaying_the_same_events_again_gives_the_same_result(drawn: list[tuple[str, str, int]]) -> None:
    events = arrivals(drawn)

    assert replay(events, playbook()) == replay(events, playbook())


@settings(max_examples=40, deadline=None)
@given(EVENTS)
def test_nobody_ever_gets_more_than_the_cap(drawn: list[tuple[str, str, int]]) -> None:
    result = replay(arrivals(drawn), playbook(caps=(Cap(messages=2, within=timedelta(days=3)),)))

    for send in result.sends:
        near = [other for other in result.sends if other.customer_id == send.customer_id]
        assert sum(send.not_before <= other.not_before < send.not_before + 3 * DAY for other in near) <= 2


def test_changes_of_published_attributes_are_told_in_their_order() -> None:
    counted = Rule("orders_ever", 101, (EventType.ORDER_COMPLETED,), Function.COUNT, publish=True)
    result = replay([known(), bought(NOON), bought(NOON + HOUR)], playbook(rules=(counted,)))

    assert [(each.change.before, each.change.after) for each in result.announced] == [(None, 0), (0, 1), (1, 2)]
