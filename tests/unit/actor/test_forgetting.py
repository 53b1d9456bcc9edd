"""Forgetting: what is too old changes nothing, what is needed no more goes, and nothing is counted twice for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tandem.actor import attributes_of, step
from tandem.attributes import Function, Live, Profile, Ruleset
from tandem.attributes.windows import to_ms
from tandem.customer import DENIED, GRANTED, Absorbed, Channel, Customer, SendEntry, absorb, pack_customer
from tandem.events import Event, EventType, digest
from tandem.events.identity import EVERYTHING
from tandem.expressions import Kind
from tests.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    RULES,
    added,
    event,
    identified,
    live,
    order,
    playbook,
    profile,
    rule,
)

ADA = Customer("ada")


def take(events: Sequence[Event], now: datetime, customer: Customer = ADA, known: Profile | None = None) -> Absorbed:
    return absorb(customer, events, known, RULES, now=now)


def orders_of(customer: Customer, now: datetime, known: Profile | None = None) -> tuple[int, int]:
    """The number of orders, and what they came to."""
    attributes = attributes_of(customer, known, None, playbook(), now=now)
    return attributes["orders"], attributes["revenue_minor"]


def full() -> Customer:
    """A customer whose cart was touched 500 times in the last 500 minutes."""
    return take([added(f"a{number}", NOON - number * MINUTE) for number in range(500)], NOON).customer


def test_an_order_handled_46_days_late_changes_no_attribute_and_starts_nothing() -> None:
    made = step(ADA, None, None, [order("o1", NOON - 46 * DAY)], playbook(), now=NOON)

    assert orders_of(made.customer, NOON) == (0, 0)
    assert made.fresh == 0
    assert made.decisions == ()
    assert not made.changed


def test_an_opt_out_handled_46_days_late_still_counts() -> None:
    yes = take([identified("yes", NOON - 50 * DAY)], NOON - 50 * DAY).customer

    heard = take([identified("no", NOON - 46 * DAY, consents={"email": False})], NOON, yes)

    assert heard.customer.word(Channel.EMAIL) == DENIED
    assert heard.fresh == ()


@pytest.mark.parametrize("days", [31, 38, 44])
def test_a_copy_of_a_touch_whose_fact_was_forgotten_is_known(days: int) -> None:
    touch = added("a1", NOON)
    forgotten = take([], NOON + 31 * DAY, take([touch], NOON).customer).customer

    again = take([touch], NOON + days * DAY, forgotten)

    assert forgotten.cart_facts == ()
    assert again.fresh == ()
    assert again.customer.cart_facts == ()


def test_an_order_that_no_profile_covers_keeps_its_worth_and_is_no_cart_s_any_more_after_30_days() -> None:
    bought = take([order("o1", NOON, cart_id="cart-1", checkout_id="k1")], NOON).customer

    (whole,) = take([], NOON + 30 * DAY, bought).customer.orders
    customer = take([], NOON + 31 * DAY, bought).customer

    assert whole.product_ids == ("record-1",)
    assert customer.orders == ()
    assert orders_of(customer, NOON + 31 * DAY) == (1, 3000)


@pytest.mark.parametrize("days", [166, 400])
def test_an_order_too_old_to_be_refunded_is_folded_and_keeps_its_worth(days: int) -> None:
    bought = take([order("o1", NOON)], NOON).customer

    customer = take([], NOON + days * DAY, bought).customer

    assert customer.live.entries == ()
    assert orders_of(customer, NOON + days * DAY) == (1, 3000)


def test_an_order_that_the_profile_covers_is_dropped_after_30_days_and_its_copy_is_not_counted() -> None:
    known = profile(1, 3000, as_of=NOON + 10 * DAY, listed=("o1",))
    bought = take([order("o1", NOON)], NOON).customer

    held = take([], NOON + 30 * DAY, bought, known).customer
    dropped = take([], NOON + 31 * DAY, bought, known).customer
    again = take([order("o1", NOON, received=NOON + 32 * DAY)], NOON + 32 * DAY, dropped, known)

    assert len(held.orders) == 1
    assert dropped.orders == ()
    assert again.fresh == ()
    assert orders_of(again.customer, NOON + 32 * DAY, known) == (1, 3000)


def test_an_identity_is_known_for_45_days_and_forgotten_after_46() -> None:
    hello = identified("hello", NOON)
    customer = take([hello], NOON).customer

    assert take([hello], NOON + 45 * DAY, customer).fresh == ()
    assert len(take([], NOON + 46 * DAY, customer).customer.seen) == 1
    assert take([], NOON + 47 * DAY, customer).customer.seen == {}


@pytest.mark.parametrize(
    "seen",
    [
        event("order_refunded", "r1", NOON, order_id="o1"),
        event("order_cancelled", "c1", NOON, order_id="o1"),
        event("product_viewed", "p1", NOON, product_id="record-1"),
    ],
    ids=lambda each: each.type,
)
def test_what_is_only_seen_is_handled_once(seen: Event) -> None:
    first = take([seen, seen], NOON)

    assert first.fresh == (seen,)
    assert take([seen], NOON + 45 * DAY, first.customer).fresh == ()
    assert take([seen], NOON + 46 * DAY) == Absorbed(ADA, (), frozenset())


def test_news_of_a_profile_changes_nothing_is_not_remembered_and_is_fresh() -> None:
    refreshed = event("profile_refreshed", "r1", NOON, as_of=NOON.isoformat())
    crowded = take([added("one-more", NOON)], NOON, full()).customer

    assert take([refreshed, refreshed], NOON) == Absorbed(ADA, (refreshed,), frozenset())
    assert take([refreshed], NOON, crowded) == Absorbed(crowded, (refreshed,), frozenset())


def busy() -> Customer:
    """A customer of whom as many events are remembered as are ever remembered."""
    return replace(ADA, seen={NOON.date(): tuple(f"{number:016x}" for number in range(10_000))})


@pytest.mark.parametrize("much", [busy(), replace(ADA, size=64 * 1024)], ids=["10,000 remembered", "64 KB"])
def test_a_customer_of_whom_much_is_remembered_takes_in_no_more_and_is_marked(much: Customer) -> None:
    crowded = take([event("product_viewed", "one-more", NOON, product_id="record-1")], NOON, much)

    assert crowded.fresh == ()
    assert crowded.customer.crowded
    assert crowded.customer.live == Live(crowded_until=to_ms(NOON))


@pytest.mark.parametrize("kind", ["order_completed", "order_refunded", "order_cancelled"])
def test_a_crowded_customer_still_takes_in_orders_and_what_becomes_of_them(kind: str) -> None:
    bought = event(kind, "one-more", NOON, order_id="o1", total="1.00", currency="USD")

    taken = take([bought], NOON, busy())

    assert taken.fresh == (bought,)
    assert not taken.customer.crowded


def test_orders_beyond_256_kilobytes_are_only_archived_and_what_orders_say_is_not_trusted() -> None:
    held = live([order("o1", NOON - DAY)], RULES)

    full = take([order("one-more", NOON)], NOON, replace(ADA, live=held, size=256 * 1024)).customer

    value = attributes_of(full, None, None, playbook(), now=NOON).value("orders")
    assert (value.value, value.incomplete) == (1, "crowded")


def test_the_501st_touch_of_a_cart_is_dropped_and_the_customer_is_marked() -> None:
    crowded = take([added("one-more", NOON)], NOON, full())

    assert not full().crowded
    assert crowded.customer.crowded
    assert len(crowded.customer.cart_facts) == 500
    assert crowded.fresh == ()


def test_orders_and_opt_outs_of_a_crowded_customer_still_count() -> None:
    crowded = take([added("one-more", NOON), identified("yes", NOON)], NOON, full()).customer

    after = take(
        [order("o1", NOON), identified("no", NOON + MINUTE, consents={"email": False})], NOON + MINUTE, crowded
    )

    assert [each.event_id for each in after.fresh] == ["e-o1"]
    assert orders_of(after.customer, NOON) == (1, 3000)
    assert crowded.word(Channel.EMAIL) == GRANTED
    assert after.customer.word(Channel.EMAIL) == DENIED


def test_who_complained_in_a_crowd_and_what_left_in_it_is_known_afterwards() -> None:
    sent = SendEntry("5e" * 16, "thanks", Channel.EMAIL, NOON, NOON + DAY)
    told: dict[str, Any] = {"send_id": sent.id, "channel": "email"}
    crowded = replace(take([added("one-more", NOON)], NOON, full()).customer, sends=(sent,))

    after = take(
        [
            event("message_sent", "m1", NOON + MINUTE, **told, shadow=False),
            event("message_complained", "m2", NOON + HOUR, **told),
        ],
        NOON + HOUR,
        crowded,
    )

    assert after.fresh == ()
    assert after.customer.word(Channel.EMAIL, EVERYTHING) == DENIED
    assert [each.sent_at for each in after.customer.sends] == [NOON + MINUTE]


def test_the_mark_goes_when_the_touches_are_forgotten() -> None:
    crowded = take([added("one-more", NOON)], NOON, full()).customer

    assert take([], NOON + 29 * DAY, crowded).customer.crowded
    assert not take([], NOON + 31 * DAY, crowded).customer.crowded


def test_a_repeated_yes_whose_clock_runs_ahead_does_not_lift_the_no_said_in_between() -> None:
    ahead = NOON + 5 * HOUR  # never later than received: a repetition seems to be said later than the first
    yes = identified("yes", ahead, received=NOON)
    no = identified("no", NOON + 10 * MINUTE, consents={"email": False})
    repeated = identified("yes", ahead, received=NOON + 20 * MINUTE)

    one_by_one = ADA
    for each in (yes, no, repeated):
        one_by_one = take([each], each.received_at, one_by_one).customer
    together = take([repeated, no, yes], NOON + 20 * MINUTE).customer

    assert one_by_one.word(Channel.EMAIL) == DENIED
    assert together.word(Channel.EMAIL) == DENIED


def test_a_step_holds_the_highest_as_of_and_playbook_ever_used() -> None:
    newer, older = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)
    first = step(ADA, profile(as_of=newer), None, [order("o1", NOON)], playbook(number=7), now=NOON).customer

    behind = step(first, profile(as_of=older), None, [order("o2", NOON)], playbook(number=5), now=NOON).customer
    without = step(first, None, None, [order("o3", NOON)], playbook(number=5), now=NOON).customer
    ahead = step(first, profile(as_of=NOON), None, [order("o4", NOON)], playbook(number=8), now=NOON).customer

    assert (behind.profile_as_of, behind.playbook) == (newer, 7)
    assert (without.profile_as_of, without.playbook) == (newer, 7)
    assert (ahead.profile_as_of, ahead.playbook) == (NOON, 8)


def test_an_order_of_which_only_its_worth_is_kept_closes_no_cart() -> None:
    bought = take([order("o1", NOON)], NOON).customer
    customer = take([], NOON + 31 * DAY, bought).customer
    viewed = event("cart_viewed", "v1", NOON + 31 * DAY, cart_id="c", products=[{"product_id": "record-1"}])

    after = take([viewed], NOON + 31 * DAY, replace(customer, owed=())).customer

    assert set(attributes_of(after, None, None, playbook(), now=NOON + 31 * DAY).carts.open) == {"c"}


def test_a_copy_of_an_order_that_a_profile_covered_and_we_forgot_counts_nothing() -> None:
    known = profile(1, 3000, as_of=NOON + 20 * DAY)  # it covers the order by its reception alone
    held = take([order("o1", NOON)], NOON, known=None).customer
    forgotten = take([], NOON + 31 * DAY, held, known).customer

    again = take([order("o1", NOON, received=NOON + 32 * DAY)], NOON + 32 * DAY, forgotten, known)

    assert forgotten.orders == ()
    assert again.fresh == ()
    assert orders_of(again.customer, NOON + 32 * DAY, known) == (1, 3000)


def test_a_batch_of_large_orders_is_taken_as_far_as_there_is_room() -> None:
    """Ten of 500 lines, of which five rules remember each: half a megabyte."""
    parts = {"by_line": True, "kind": Kind.STRING, "value": "line.name", "subtracts": True}
    rules = Ruleset(
        tuple(rule(Function.TOP, EventType.ORDER_COMPLETED, attribute=f"r{n}", code=101 + n, **parts) for n in range(5))
    )
    orders = [
        order(
            f"o{n}",
            NOON,
            products=[{"product_id": digest(str(n), str(at)), "name": digest(str(at), str(n))} for at in range(500)],
        )
        for n in range(10)
    ]
    customer = absorb(ADA, orders, None, rules, now=NOON).customer

    assert 2 <= len(customer.live.entries) < 10
    assert customer.live.full_until == to_ms(NOON)
    assert len(pack_customer(customer)) < 300 * 1024
