"""The gates in a step: their order, the audience and what it could not tell, and slots taken one after another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tandem.actor import Step, step
from tandem.attributes import Derived, Function
from tandem.customer import Channel, Customer, Send, SendEntry
from tandem.decisions import Candidate, Outcome
from tandem.events import Event, EventType
from tandem.playbook import Campaign, Cap, Stops
from tests.builders import DAY, MINUTE, NOON, added, identified, order, playbook, rule
from tests.unit.decisions.contest import ORIGIN, campaign, contender, free, seen, sent, settled


def thanks(**changes: Any) -> Campaign:
    fields = {"id": "thanks", "priority": 100, "trigger": {"event": "order_completed"}, "content": "thanks"}
    return Campaign.model_validate({**fields, "channels": ["email", "sms"], **changes})


def known(*sends: SendEntry, **traits: Any) -> Customer:
    hello = identified("i1", NOON - 20 * DAY, **traits)
    made = step(Customer("ada"), None, None, [hello], playbook(), now=NOON - 20 * DAY)
    return replace(made.customer, sends=sends)


def run(customer: Customer, events: Sequence[Event], *campaigns: Campaign, messages: int = 3) -> Step:
    caps = (Cap(messages=messages, within=timedelta(days=7)),)
    return step(customer, None, None, events, playbook(caps=caps, campaigns=campaigns), now=NOON)


def only(made: Step) -> Candidate:
    """The one candidate of the one decision."""
    ((candidate,),) = (decision.candidates for decision in made.decisions)
    return candidate


def test_two_carts_due_in_one_step_with_one_slot_left_send_one_message() -> None:
    reminder = thanks(id="reminder", trigger={"cart_abandoned": "30m"})
    carts = [
        added("a1", NOON - 50 * MINUTE, cart="one"),
        added("a2", NOON - 40 * MINUTE, "brush-1", cart="two"),
    ]

    made = run(known(sent("s1", NOON - DAY)), carts, reminder, messages=2)

    assert [each.cart_id for each in made.effects if isinstance(each, Send)] == ["one"]
    assert [decision.candidates[0].outcome for decision in made.decisions] == [Outcome.CHOSEN, Outcome.CAP]


CLOSING: list[tuple[Outcome, dict[str, Any], dict[str, Any]]] = [
    (Outcome.STOPPED, {}, {"stops": Stops(everything=True)}),
    (Outcome.AUDIENCE, {"audience": "false"}, {}),
    (Outcome.NO_CONSENT, {}, {"words": {"email/all": "denied"}}),
    (Outcome.SUPPRESSED, {}, {"words": {"email": "granted", "email/all": "denied"}}),
    (Outcome.UNREACHABLE, {}, {"reached": ()}),
    (Outcome.EXPIRED, {"validity": "1m"}, {}),
    (Outcome.TOO_OLD, {"max_age": "1m"}, {}),
    (Outcome.EXCLUDED, {"category": "promotion"}, {}),
    (Outcome.CAP, {}, {}),
]


@pytest.mark.parametrize("first", range(len(CLOSING)))
def test_of_all_gates_that_close_the_first_in_the_documented_order_is_the_reason(first: int) -> None:
    quiet = {"from": "10:00", "to": "14:00"}
    shop = free(
        caps=({"messages": 0, "per": "day"},),
        quiet_hours=(quiet,),
        campaigns=(campaign("sorry", excludes={"categories": ["promotion"], "for": "7d"}),),
    )
    late = NOON - timedelta(minutes=5)
    origin = replace(ORIGIN, occurred_at=late - timedelta(minutes=5))
    closing = [*CLOSING[first:]]
    changes = {name: value for _, of_campaign, _ in closing for name, value in of_campaign.items()}
    sight = {name: value for _, _, of_seen in reversed(closing) for name, value in of_seen.items()}

    made = settled(
        contender(campaign(**changes), since=late, origin=origin),
        at=seen(**{"sends": (sent("s1", NOON - DAY, campaign="sorry"),), **sight}),
        shop=shop,
    )

    assert [each.outcome for each in made.decision.candidates] == [closing[0][0]]


@pytest.mark.parametrize("email", [{"email": False, "sms": True}, {"sms": True}], ids=["refused", "unknown"])
def test_a_text_message_leaves_where_email_has_no_consent(email: dict[str, bool]) -> None:
    customer = known(phone="+15550100", consents=email)

    (send,) = (each for each in run(customer, [order("o1", NOON)], thanks()).effects if isinstance(each, Send))

    assert (send.channel, send.address) == (Channel.SMS, "+15550100")


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("profile.orders > 1", "profile.orders"),
        ("event.properties.coupon == 'X'", "coupon"),
        ("event.properties.total", "is string, not true or false"),
    ],
)
def test_a_condition_that_cannot_be_told_holds_the_campaign_back_with_the_reason(when: str, reason: str) -> None:
    candidate = only(run(known(), [order("o1", NOON)], thanks(audience=when)))

    assert candidate.outcome is Outcome.AUDIENCE_ERROR
    assert candidate.saw["when"] == when
    assert reason in candidate.saw["error"]


def test_a_condition_that_is_false_is_no_error() -> None:
    candidate = only(run(known(), [order("o1", NOON)], thanks(audience="customer.orders > 1")))

    assert candidate.outcome is Outcome.AUDIENCE
    assert candidate.saw == {"when": "customer.orders > 1"}


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
    shop = playbook(rules=(NEWER,), derived=(twice,), number=2, campaigns=(thanks(audience=when),))

    candidate = only(step(known(), None, None, [order("o1", NOON)], shop, now=NOON))

    assert candidate.outcome is outcome


def test_what_is_incomplete_says_which_attribute_and_why() -> None:
    shop = playbook(rules=(NEWER,), number=2, campaigns=(thanks(audience="customer.recent_orders > 0"),))

    candidate = only(step(known(), None, None, [order("o1", NOON)], shop, now=NOON))

    assert candidate.saw == {
        "when": "customer.recent_orders > 0",
        "attribute": "customer.recent_orders: no_snapshot_yet",
    }


def test_of_what_is_incomplete_a_record_keeps_no_value() -> None:
    shop = playbook(rules=(NEWER,), number=2, campaigns=(thanks(audience="customer.recent_orders > 0"),))

    (decision,) = step(known(), None, None, [order("o1", NOON)], shop, now=NOON).decisions

    assert "customer.recent_orders" not in decision.attributes
    assert decision.attributes["customer.orders"] == 1
