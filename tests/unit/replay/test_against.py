"""Two playbooks over the same events: who newly gets what, who no longer does, what is otherwise, and why."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.replay import Arrival
from infra.replay.against import Kind
from infra.replay.tally import tally
from tandem.playbook import Cap, QuietHours
from tests.builders import DAY, HOUR, MINUTE, NOON, playbook
from tests.unit.replay.sides import bought, compared, filled, kinds, known, why, with_campaign, with_journey

ORDERS = [known(), *(bought(NOON + day * DAY) for day in range(3))]


def capped(messages: int) -> Cap:
    return Cap(id="weekly", messages=messages, within=timedelta(days=7))


def test_with_the_same_playbook_twice_nothing_is_otherwise() -> None:
    comparison = compared(ORDERS, playbook(), playbook())

    assert comparison.different == ()
    assert [pair.kind for pair in comparison.pairs] == [Kind.SAME] * 3


def test_who_is_beyond_a_lower_cap_no_longer_gets_it_and_b_says_why() -> None:
    comparison = compared(ORDERS, playbook(), playbook(caps=(capped(2),)))

    assert kinds(comparison.different) == [(Kind.GONE, "thanks", "")]
    [(side, sentence)] = why(comparison)
    assert side == "B"
    assert sentence.startswith("Not sent: thanks. Already 2 messages in the last 7 days (limit 2, rule weekly).")


def test_who_newly_gets_something_is_told_why_a_does_not_send_it() -> None:
    comparison = compared(ORDERS, playbook(caps=(capped(2),)), playbook())

    assert kinds(comparison.different) == [(Kind.NEW, "", "thanks")]
    assert why(comparison)[0][0] == "A"
    assert "limit 2" in why(comparison)[0][1]


def test_a_longer_wait_moves_the_reminder_of_the_same_cart() -> None:
    longer = with_campaign("reminder", trigger={"cart_abandoned": "2h"})
    comparison = compared([known(), filled(NOON, "c-1"), filled(NOON + HOUR, "c-2")], playbook(), longer)

    moved = [(pair.kind, pair.before.at, pair.after.at) for pair in comparison.pairs if pair.before and pair.after]
    assert moved == [
        (Kind.MOVED, NOON + 30 * MINUTE, NOON + 2 * HOUR),
        (Kind.MOVED, NOON + 90 * MINUTE, NOON + 3 * HOUR),
    ]
    assert why(comparison) == [("", "It is decided 90 minutes later.")] * 2


def test_another_campaign_for_the_same_order_is_no_loss_and_no_gain() -> None:
    comparison = compared([known(), bought(NOON)], playbook(), with_campaign("second", priority=50))

    assert kinds(comparison.pairs) == [(Kind.OTHER, "second", "thanks")]
    assert why(comparison) == [("B", "Not sent: second. thanks has a higher priority (100 over 50).")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"channels": ["sms"]}, "Channel sms instead of email."),
        ({"content": "thanks-new"}, "Template thanks-new instead of second."),
        (
            {"content": None, "variants": [{"id": "short", "content": "brief", "weight": 1}]},
            "Template brief instead of second and variant short instead of none.",
        ),
    ],
    ids=["channel", "template", "variant"],
)
def test_the_same_message_said_otherwise_is_told_apart(change: dict[str, object], told: str) -> None:
    events = [known(phone="+34600000001"), bought(NOON)]
    comparison = compared(events, playbook(), with_campaign("second", **change))

    assert kinds(comparison.pairs) == [(Kind.REWORDED, "second", "second")]
    assert why(comparison) == [("", told)]


def test_what_quiet_hours_defer_says_so() -> None:
    night = QuietHours.model_validate({"from": "06:00", "to": "09:00", "channels": ["email"], "then": "defer"})
    comparison = compared([known(), bought(NOON)], playbook(), playbook(quiet_hours=(night,)))

    assert kinds(comparison.pairs) == [(Kind.MOVED, "second", "second")]
    assert "Waits until 09:00 New York: quiet hours 06:00 to 09:00" in why(comparison)[0][1]


def test_a_campaign_that_b_does_not_have_is_named() -> None:
    fewer = playbook(campaigns=tuple(each for each in playbook().campaigns if each.id != "reminder"))
    comparison = compared([known(), filled(NOON)], playbook(), fewer)

    assert why(comparison) == [("B", "There is no campaign reminder.")]


def test_a_trigger_that_does_not_fit_in_b_is_named() -> None:
    events = [known(), bought(NOON)]
    large = {"event": "order_completed", "when": "event.properties.currency == 'EUR'"}
    alone = playbook(campaigns=(with_campaign("thanks").by_id["thanks"],))
    other = with_campaign("thanks", trigger=large)
    comparison = compared(events, alone, playbook(campaigns=(other.by_id["thanks"],)))

    assert why(comparison) == [("B", "Nothing starts thanks: its trigger does not fit what happened.")]


TOUR = ({"campaign": "one"}, {"wait": "3d"}, {"campaign": "two"})
LONG_TOUR = ({"campaign": "one"}, {"wait": "5d"}, {"campaign": "two"})
LEAVES = {"exit_on": [{"event": "order_completed"}]}


def test_a_longer_wait_in_a_journey_moves_what_comes_after_it() -> None:
    comparison = compared([known()], with_journey(*TOUR), with_journey(*LONG_TOUR))

    assert kinds(comparison.pairs) == [(Kind.SAME, "one", "one"), (Kind.MOVED, "two", "two")]
    assert why(comparison) == [("", "The journey tour comes to it 2 days later.")]


def test_who_leaves_a_longer_journey_before_its_message_is_told_of_it() -> None:
    events = [known(), bought(NOON + 3 * DAY)]
    comparison = compared(events, with_journey(*TOUR, **LEAVES), with_journey(*LONG_TOUR, **LEAVES))

    assert kinds(comparison.different) == [(Kind.GONE, "two", "")]
    told = "The journey tour does not come to it: it ended on 23 Nov 2026 07:00 (the customer ordered)."
    assert why(comparison) == [("B", told)]


@pytest.mark.parametrize(
    ("steps", "changes", "told"),
    [
        (TOUR[:1], {}, "The journey tour does not say two."),
        (TOUR[:1], {"id": "round"}, "There is no journey tour, which would say it."),
        (TOUR, {"when": "customer.orders > 0"}, "The customer does not enter the journey tour."),
    ],
    ids=["another plan", "another journey", "not let in"],
)
def test_why_a_journey_of_b_never_says_it(
    steps: tuple[dict[str, str], ...], changes: dict[str, str], told: str
) -> None:
    comparison = compared([known()], with_journey(*TOUR), with_journey(*steps, **changes))

    assert why(comparison)[-1] == ("B", told)


def test_a_journey_that_is_under_way_when_the_clock_stops_is_told_so() -> None:
    comparison = compared([known()], with_journey(*TOUR), with_journey(*LONG_TOUR), until=NOON + 3 * DAY)

    assert why(comparison) == [("B", "The journey tour has not come to it when the clock stops.")]


def test_the_last_message_of_a_journey_does_not_replace_its_first() -> None:
    first, last = with_journey({"campaign": "one"}), with_journey({"wait": "3d"}, {"campaign": "two"})

    assert kinds(compared([known()], first, last).pairs) == [(Kind.GONE, "one", ""), (Kind.NEW, "", "two")]


def test_the_numbers_of_a_campaign_add_up() -> None:
    counted = tally(compared(ORDERS, playbook(), with_campaign("second", priority=50)))

    rows = {row.campaign: (row.before, row.gone, row.new, row.after) for row in counted.rows}
    assert rows == {"thanks": (2, 0, 1, 3), "second": (1, 1, 0, 0)}
    assert (counted.before, counted.after) == (3, 3)
    assert counted.reasons == {("B", "outranked", "second"): 1}


MADE: dict[str, Callable[[datetime, str], Arrival]] = {
    "k": lambda at, who: known(who, at),
    "b": bought,
    "f": lambda at, who: filled(at, customer=who),
}
MOMENTS = st.lists(st.tuples(st.sampled_from("kbf"), st.sampled_from(["ada", "ben"]), st.integers(0, 9999)), max_size=9)


@settings(max_examples=30, deadline=None)
@given(MOMENTS, st.integers(1, 3), st.sampled_from(["30m", "3h"]))
def test_every_message_of_both_is_in_exactly_one_pair(
    drawn: list[tuple[str, str, int]], messages: int, wait: str
) -> None:
    events = [MADE[kind](NOON + minute * MINUTE, who) for kind, who, minute in drawn]
    slower = with_campaign("reminder", trigger={"cart_abandoned": wait})
    comparison = compared(events, playbook(), playbook(campaigns=slower.campaigns, caps=(capped(messages),)))

    for side, found in (
        (comparison.before, [pair.before for pair in comparison.pairs if pair.before]),
        (comparison.after, [pair.after for pair in comparison.pairs if pair.after]),
    ):
        assert sorted(each.decision.id for each in found) == sorted(each.id for each in side.replayed.sends)
