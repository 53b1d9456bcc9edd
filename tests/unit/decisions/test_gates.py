"""The gates: what counts against the cap and until when, which channel is left, and what a gate says it saw."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tandem.actor import Step, step
from tandem.attributes import Derived, Function
from tandem.customer import Channel, Customer, Send, SendEntry
from tandem.decisions import Candidate, Outcome
from tandem.events import Event, EventType
from tandem.playbook import Campaign, Cap
from tests.builders import DAY, MINUTE, NOON, added, identified, order, playbook, rule

WEEK_AGO = datetime(2026, 11, 13, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def thanks(**changes: Any) -> Campaign:
    fields = {"id": "thanks", "priority": 100, "trigger": {"event": "order_completed"}, "content": "thanks"}
    return Campaign.model_validate({**fields, "channels": ["email", "sms"], **changes})


def sent(*decided_at: datetime, withdrawn: str = "") -> tuple[SendEntry, ...]:
    return tuple(
        SendEntry(f"s{number}", "thanks", Channel.EMAIL, at, at + DAY, withdrawn=withdrawn)
        for number, at in enumerate(decided_at)
    )


def known(*sends: SendEntry, **traits: Any) -> Customer:
    hello = identified("i1", NOON - 20 * DAY, **traits)
    made = step(Customer("ada"), None, None, [hello], playbook(), now=NOON - 20 * DAY)
    return replace(made.customer, sends=sends)


def run(customer: Customer, events: Sequence[Event], *campaigns: Campaign, messages: int = 3) -> Step:
    cap = Cap(messages=messages, within=timedelta(days=7))
    return step(customer, None, None, events, playbook(cap=cap, campaigns=campaigns), now=NOON)


def only(made: Step) -> Candidate:
    """The one candidate of the one decision."""
    ((candidate,),) = (decision.candidates for decision in made.decisions)
    return candidate


def test_a_withdrawn_message_counts_against_the_cap() -> None:
    customer = known(*sent(NOON - DAY, NOON - 2 * DAY, NOON - 3 * DAY, withdrawn="ordered"))

    assert only(run(customer, [order("o1", NOON)], thanks())).outcome is Outcome.CAP


@pytest.mark.parametrize(
    ("decided_at", "outcome"),
    [(WEEK_AGO - MICROSECOND, Outcome.CHOSEN), (WEEK_AGO, Outcome.CHOSEN), (WEEK_AGO + MICROSECOND, Outcome.CAP)],
)
def test_a_message_frees_its_slot_exactly_at_the_end_of_the_window(decided_at: datetime, outcome: Outcome) -> None:
    customer = known(*sent(decided_at))

    assert only(run(customer, [order("o1", NOON)], thanks(), messages=1)).outcome is outcome


def test_the_cap_says_how_many_it_counted_and_when_a_slot_is_free() -> None:
    customer = known(*sent(WEEK_AGO - DAY, WEEK_AGO + DAY, WEEK_AGO + 2 * DAY, WEEK_AGO + 3 * DAY))

    candidate = only(run(customer, [order("o1", NOON)], thanks(), messages=2))

    assert candidate.saw == {
        "messages": 3,
        "limit": 2,
        "days": 7.0,
        "free_at": datetime(2026, 11, 22, 12, tzinfo=UTC),
    }


def test_two_carts_due_in_one_step_with_one_slot_left_send_one_message() -> None:
    reminder = thanks(id="reminder", trigger={"cart_abandoned": "30m"})
    carts = [
        added("a1", NOON - 50 * MINUTE, cart="one"),
        added("a2", NOON - 40 * MINUTE, "brush-1", cart="two"),
    ]

    made = run(known(*sent(NOON - DAY)), carts, reminder, messages=2)

    assert [each.cart_id for each in made.effects if isinstance(each, Send)] == ["one"]
    assert [decision.candidates[0].outcome for decision in made.decisions] == [Outcome.CHOSEN, Outcome.CAP]


def test_a_cap_of_nothing_sends_nothing() -> None:
    candidate = only(run(known(), [order("o1", NOON)], thanks(), messages=0))

    assert candidate.outcome is Outcome.CAP
    assert "free_at" not in candidate.saw


@pytest.mark.parametrize("email", [{"email": False, "sms": True}, {"sms": True}], ids=["refused", "unknown"])
def test_a_text_message_leaves_where_email_has_no_consent(email: dict[str, bool]) -> None:
    customer = known(phone="+15550100", consents=email)

    (send,) = (each for each in run(customer, [order("o1", NOON)], thanks()).effects if isinstance(each, Send))

    assert (send.channel, send.address) == (Channel.SMS, "+15550100")


def test_a_campaign_without_the_channel_that_may_be_used_says_what_it_saw() -> None:
    customer = known(phone="+15550100", consents={"email": False, "sms": True})

    candidate = only(run(customer, [order("o1", NOON)], thanks(channels=["email"])))

    assert candidate == Candidate("thanks", Outcome.NO_CONSENT, {"email": "denied"})


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("profile.orders > 1", "profile.orders"),
        ("event.properties.coupon == 'X'", "coupon"),
        ("event.properties.total", "is string, not true or false"),
    ],
)
def test_a_condition_that_cannot_be_told_holds_the_campaign_back_with_the_reason(when: str, reason: str) -> None:
    candidate = only(run(known(), [order("o1", NOON)], thanks(when=when)))

    assert candidate.outcome is Outcome.AUDIENCE_ERROR
    assert candidate.saw["when"] == when
    assert reason in candidate.saw["error"]


def test_a_condition_that_is_false_is_no_error() -> None:
    candidate = only(run(known(), [order("o1", NOON)], thanks(when="customer.orders > 1")))

    assert candidate == Candidate("thanks", Outcome.AUDIENCE, {"when": "customer.orders > 1"})


NEWER = rule(Function.COUNT, EventType.ORDER_COMPLETED, attribute="recent_orders", version=2, since=NOON)


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("customer.recent_orders > 0", Outcome.INCOMPLETE),
        ("customer.recent_orders > 5", Outcome.INCOMPLETE),
        ("!(customer.recent_orders > 5)", Outcome.INCOMPLETE),
        ("customer.orders == 1 || customer.recent_orders > 0", Outcome.INCOMPLETE),
        ("customer.twice > 0", Outcome.INCOMPLETE),
        ("customer.orders == 1", Outcome.CHOSEN),
    ],
)
def test_a_condition_on_an_attribute_that_is_incomplete_holds_the_campaign_back(when: str, outcome: Outcome) -> None:
    twice = Derived("twice", "customer.recent_orders * 2")
    shop = playbook(rules=(NEWER,), derived=(twice,), number=2, campaigns=(thanks(when=when),))

    candidate = only(step(known(), None, None, [order("o1", NOON)], shop, now=NOON))

    assert candidate.outcome is outcome


def test_what_is_incomplete_says_which_attribute_and_why() -> None:
    shop = playbook(rules=(NEWER,), number=2, campaigns=(thanks(when="customer.recent_orders > 0"),))

    candidate = only(step(known(), None, None, [order("o1", NOON)], shop, now=NOON))

    assert candidate.saw == {
        "when": "customer.recent_orders > 0",
        "attribute": "customer.recent_orders: no_snapshot_yet",
    }


def test_of_what_is_incomplete_a_record_keeps_no_value() -> None:
    shop = playbook(rules=(NEWER,), number=2, campaigns=(thanks(when="customer.recent_orders > 0"),))

    (decision,) = step(known(), None, None, [order("o1", NOON)], shop, now=NOON).decisions

    assert "customer.recent_orders" not in decision.attributes
    assert decision.attributes["customer.orders"] == 1
