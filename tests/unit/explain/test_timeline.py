"""A customer's timeline, made of what the real step leaves behind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.explain import Entry, LedgerRow, read_row, timeline
from tandem.actor import step
from tandem.customer import Customer, Origin, Send
from tandem.decisions import Candidate, Decision, Outcome
from tandem.events import Event
from tandem.sending.outcome import Reason, Status
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, added, event, identified, order, playbook, profile

SECOND = timedelta(seconds=1)


class Story:
    """A customer who lives through batches of events."""

    def __init__(self) -> None:
        self.customer = Customer("ada")
        self.decisions: list[Decision] = []
        self.sends: list[Send] = []

    def live(self, events: Sequence[Event], now: datetime) -> "Story":
        made = step(self.customer, profile(), HEADER, events, playbook(), now=now)
        self.customer = made.customer
        self.decisions += made.decisions
        self.sends += [effect for effect in made.effects if isinstance(effect, Send)]
        return self

    def told(self, rows: Sequence[LedgerRow] = (), now: datetime | None = None) -> tuple[Entry, ...]:
        zone = ZoneInfo("America/New_York")
        rows_by_id = {row.id: row for row in rows}
        return timeline(
            self.customer, profile(), self.decisions, rows_by_id, header=HEADER, zone=zone, currency="USD", now=now
        )

    def row(self, status: Status, **fields: Any) -> LedgerRow:
        send = self.sends[-1]
        return LedgerRow(send.id, status, send.not_before + SECOND, send.campaign, send.channel, **fields)


def known() -> Story:
    return Story().live([identified("i1", NOON - DAY)], NOON - DAY)


def ordered() -> Story:
    return known().live([order("o1", NOON)], NOON)


def test_the_timeline_is_in_order_and_a_decision_follows_its_event() -> None:
    story = ordered()
    told = story.told([story.row(Status.SENT, provider_id="ses-1")])

    assert [entry.kind for entry in told] == ["event", "profile", "event", "decision", "send"]
    assert sorted(entry.at for entry in told) == [entry.at for entry in told]


def test_the_history_shows_orders_revenue_and_the_tier_with_its_cut_points() -> None:
    history = next(entry for entry in known().told() if entry.kind == "profile")

    assert history.title == "History until 19 Nov 2026 19:00 New York: 2 orders, 50.00 USD"
    assert "Tier medium: average order 25.00 USD, low is up to 20.00 USD, medium up to 40.00 USD" in history.details


def test_an_event_that_came_late_stands_where_it_was_received_and_says_when_it_happened() -> None:
    story = ordered().live([added("a1", NOON - 5 * MINUTE, received=NOON + MINUTE)], NOON + MINUTE)
    [late] = [entry for entry in story.told() if entry.details and entry.kind == "event"]

    assert late.at == NOON + MINUTE
    assert late.details == ("Happened at 06:55, 6 minutes before it arrived",)


def test_a_decision_carries_its_sentences_and_what_was_known() -> None:
    decision = next(entry for entry in ordered().told() if entry.kind == "decision")

    assert decision.title == "Decided on an order: thanks by email"
    assert decision.outcome == "chosen"
    assert decision.details[0] == "Chosen: thanks by email (priority 100)."
    assert decision.details[-1] == (
        "Known at that moment: tier medium, orders 3, revenue 80.00 USD and today 30.00 USD."
    )


def test_a_send_that_was_cut_off_is_shown_and_will_not_be_sent_again() -> None:
    story = ordered()
    send = story.told([story.row(Status.RESERVED)])[-1]

    assert send.outcome == "reserved"
    assert send.details == ("reserved: the sender was stopped before an answer; it will not be sent again",)


def test_a_refused_send_says_why() -> None:
    story = ordered()
    send = story.told([story.row(Status.REFUSED, reason="opted_out")])[-1]

    assert send.title == "Not sent: thanks by email"
    assert send.details == ("The address has not said yes, or has opted out.",)


def test_shadow_says_that_nothing_left() -> None:
    story = ordered()

    assert story.told([story.row(Status.SHADOW)])[-1].title == "Would be sent: thanks by email"


def test_a_reminder_whose_cart_was_ordered_is_shown_as_withdrawn() -> None:
    story = (
        known()
        .live([added("a1", NOON)], NOON)
        .live([], NOON + HOUR)
        .live([order("o1", NOON + HOUR + MINUTE)], NOON + HOUR + MINUTE)
    )
    withdrawn = next(entry for entry in story.told() if entry.outcome == "withdrawn")

    assert withdrawn.title == "Withdrawn: reminder by email"
    assert withdrawn.details == ("The cart was ordered before the message left.",)


def test_a_message_without_a_ledger_row_is_on_its_way_until_its_time_is_over() -> None:
    story = ordered()

    assert story.told(now=NOON + MINUTE)[-1].outcome == "pending"
    assert story.told(now=NOON + 3 * DAY)[-1].outcome == "expired"


def test_a_customer_nobody_knows_has_no_timeline() -> None:
    assert timeline(None, None, (), {}) == ()


def test_a_ledger_item_is_read_with_the_moment_of_what_happened_last() -> None:
    item = {
        "pk": {"S": "d1"},
        "status": {"S": "sent"},
        "campaign": {"S": "thanks"},
        "channel": {"S": "email"},
        "reserved_at": {"S": "2026-11-20T12:00:00.000000Z"},
        "sent_at": {"S": "2026-11-20T12:00:01.000000Z"},
        "provider_id": {"S": "ses-1"},
    }

    assert read_row(item) == LedgerRow("d1", Status.SENT, NOON + SECOND, "thanks", "email", provider_id="ses-1")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("product_removed", "a touch of a cart"),
        ("order_refunded", "a refund"),
        ("order_cancelled", "a cancelled order"),
        ("product_viewed", "product viewed"),
        ("attribute_changed", "a change of an attribute"),
        ("date_reached", "a date that is near"),
        ("send_expired", "a message that did not leave in time"),
    ],
)
def test_a_decision_says_what_it_was_made_on(kind: str, words: str) -> None:
    [decision] = ordered().decisions
    told, *_ = timeline(None, None, [replace(decision, cause=replace(decision.cause, type=kind))], {})

    assert told.title == f"Decided on {words}: thanks by email"


def test_what_was_received_at_one_moment_comes_in_the_order_it_occurred() -> None:
    first, then = added("a1", NOON - 2 * MINUTE, received=NOON), order("o1", NOON - MINUTE, received=NOON)
    told = known().live([then, first], NOON).told()
    at_noon = [(entry.kind, entry.title) for entry in told if entry.at == NOON and entry.kind != "send"]

    assert at_noon == [
        ("event", "Put in cart cart-1: 1 × record-1"),
        ("event", "Order o1: 30.00 USD"),
        ("decision", "Decided on a touch of a cart: nothing"),
        ("decision", "Decided on an order: thanks by email"),
    ]


def test_a_refund_and_a_cancellation_stand_where_they_were_received() -> None:
    part = event("order_refunded", "r1", NOON + MINUTE, order_id="o1", total="10.00", currency="USD")
    older = event("order_refunded", "r2", NOON + 2 * MINUTE, order_id="long-ago")
    all_of_it = event("order_cancelled", "c1", NOON + 3 * MINUTE, order_id="o1")
    told = ordered().live([part, older, all_of_it], NOON + 3 * MINUTE).told()

    assert [entry.title for entry in told if entry.kind == "event"][-3:] == [
        "Refunded of order o1: 10.00 USD",
        "Refunded: an order from before",
        "Cancelled: order o1",
    ]


def test_a_change_of_an_attribute_is_named() -> None:
    [decision] = ordered().decisions
    cause = replace(decision.cause, type="attribute_changed", attribute="basket_tier")
    told, *_ = timeline(None, None, [replace(decision, cause=cause)], {})

    assert told.title == "Decided on a change of basket_tier: thanks by email"


def test_what_a_timer_brought_about_is_told_by_what_waited() -> None:
    [decision] = ordered().decisions
    asked = replace(decision.candidates[0], origin=Origin("cart_abandoned", "i", NOON, journey="cart/c-1"))

    def told(timer: str, *candidates: Candidate) -> str:
        cause = replace(decision.cause, type="timer_fired", timer=timer, cart_id="c-1")
        [entry, _] = timeline(None, None, [replace(decision, cause=cause, candidates=candidates)], {})
        return entry.title.removeprefix("Decided on ").removesuffix(": thanks by email")

    assert told("reminder/c-1", decision.candidates[0]) == "the end of the wait for cart c-1"
    assert told("cart/c-1", asked) == "a step of journey cart (c-1)"
    assert told("~", decision.candidates[0]) == "the end of a wait"
    assert told("~welcome/", decision.candidates[0]) == "the end of journey welcome"


def test_what_waits_is_nothing_yet() -> None:
    [decision] = ordered().decisions
    waits = Candidate("thanks", Outcome.WAITING, {"until": NOON + HOUR})
    [told] = timeline(None, None, [replace(decision, campaign=None, channel=None, candidates=(waits,))], {})

    assert told.title == "Decided on an order: nothing yet"
    assert told.outcome == "waiting"


def test_what_the_customer_has_heard_of_a_message_stands_where_there_is_no_row() -> None:
    story = ordered()
    send = story.customer.sends[-1]

    def told(**changes: Any) -> Entry:
        customer = replace(story.customer, sends=(replace(send, **changes),))
        return timeline(customer, None, (), {}, now=NOON + 3 * DAY)[-1]

    assert (told(sent_at=NOON + SECOND).title, told(sent_at=NOON + SECOND).at) == (
        "Sent: thanks by email",
        NOON + SECOND,
    )
    assert told(refused="suppressed").details == ("The address has said no to everything.",)
    assert told(refused="expired").details == ("It was too late to send it; it is decided anew.",)


def test_words_about_other_purposes_name_them() -> None:
    said = identified("i1", NOON, consents={"email": {"marketing": True, "news": False, "all": False}})
    told = Story().live([said], NOON).told()

    words = {each.strip() for each in told[-1].title.replace(" and ", ", ").split(",")}
    assert {"yes to email", "no to news by email", "no to everything by email"} <= words


@pytest.mark.parametrize("reason", Reason)
def test_no_refusal_is_without_words(reason: Reason) -> None:
    story = ordered()
    send = story.told([story.row(Status.REFUSED, reason=reason)])[-1]

    assert not send.details[0].startswith("It was refused")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.RESERVED, "being handed over"),
        (Status.UNKNOWN, "the provider's own word is waited for"),
        (Status.AGAIN, "It is tried again"),
    ],
)
def test_a_send_in_doubt_says_what_is_waited_for(status: Status, told: str) -> None:
    story = ordered()
    row = replace(story.row(status), is_open=True, attempts=2)
    [send] = [entry for entry in story.told([row]) if entry.kind == "send"]

    assert send.title.startswith("Not known yet: ")
    assert told in send.details[0]
    assert send.details[1] == "Attempts so far: 2."
    assert send.outcome == status


def test_a_send_that_was_given_up_says_so() -> None:
    story = ordered()
    row = story.row(Status.UNKNOWN, given_up="it is sent at most once", detail="ReadTimeoutError")
    [send] = [entry for entry in story.told([row]) if entry.kind == "send"]

    assert send.title.startswith("Not known: ")
    assert send.details == (
        "Nobody knows whether it left. It is not tried again, and it counts for caps.",
        "It was given up: it is sent at most once.",
        "ReadTimeoutError",
    )
    assert send.outcome == "given_up"


def test_a_row_in_doubt_is_as_old_as_what_happened_to_it_last() -> None:
    item = {
        "pk": {"S": "d1"},
        "status": {"S": "unknown"},
        "campaign": {"S": "thanks"},
        "channel": {"S": "email"},
        "attempts": {"N": "2"},
        "unsettled": {"S": "d"},
        "reserved_at": {"S": "2026-11-20T12:00:00.000000Z"},
        "unknown_at": {"S": "2026-11-20T12:00:01.000000Z"},
    }

    row = LedgerRow("d1", Status.UNKNOWN, NOON + SECOND, "thanks", "email", attempts=2, is_open=True)
    assert read_row(item) == row
