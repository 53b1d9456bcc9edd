"""Goals: what a decision is watched for, from when, how long, and what reaches it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.actor import Step
from tandem.actor.goals import MOST_WATCHED
from tandem.customer import Record
from tandem.decisions import Reached, read_record
from tandem.decisions.reached import earliest
from tandem.events import Event
from tandem.playbook import Cap, Holdout, QuietHours
from tests.builders import DAY, HOUR, MINUTE, NOON, event, order
from tests.unit.actor.life import Life, book, reasons, says

BUYS: dict[str, Any] = {"event": "order_completed", "within": "7d"}
VIEWED: dict[str, Any] = {"trigger": {"event": "product_viewed"}}
ALL = Holdout(percent=90, salt="x")  # ada is among them


def viewed(at: datetime, name: str = "v1", **properties: Any) -> Event:
    return event("product_viewed", name, at, product_id="p", **properties)


def reached(made: Step) -> list[Reached]:
    """The goals that a step tells, as `record` reads them."""
    read = [read_record(each.document) for each in made.effects if isinstance(each, Record)]
    return [each for each in read if isinstance(each, Reached)]


def all_reached(life: Life) -> list[Reached]:
    return [each for made in life.made for each in reached(made)]


def life(goal: dict[str, Any] | None = None, **shop: Any) -> Life:
    """Ada looks at a product at noon, and a campaign with a goal speaks of it."""
    found = Life(book(says(**VIEWED, goal=goal or BUYS), **shop))
    found.at(NOON, viewed(NOON))
    return found


def test_the_first_event_after_the_decision_reaches_its_goal() -> None:
    ada = life()
    made = ada.at(NOON + DAY, order("o1", NOON + DAY))

    (found,) = reached(made)

    (decision,) = [each for step in ada.made for each in step.decisions if each.campaign]
    assert found.of == (decision.id, "thanks")
    assert (found.decided_at, found.event, found.reached_at) == (NOON, "order_completed", NOON + DAY)


def test_it_counts_once_however_many_follow_and_however_often_it_is_delivered() -> None:
    ada = life()
    first = order("o1", NOON + DAY)
    for at, each in ((DAY, first), (2 * DAY, first), (3 * DAY, order("o2", NOON + 3 * DAY))):
        ada.at(NOON + at, each)

    assert [each.reached_at for each in all_reached(ada)] == [NOON + DAY]


@pytest.mark.parametrize(
    ("at", "counts"),
    [(-MINUTE, False), (timedelta(0), False), (MINUTE, True), (7 * DAY, True), (7 * DAY + MINUTE, False)],
    ids=str,
)
def test_it_is_watched_from_the_decision_for_as_long_as_the_goal_says(at: timedelta, counts: bool) -> None:
    ada = life()

    ada.at(NOON + 8 * DAY, order("o1", NOON + at, received=NOON + 8 * DAY))

    assert bool(all_reached(ada)) is counts


def test_an_event_that_comes_late_still_reaches_it() -> None:
    ada = life()

    ada.at(NOON + 45 * DAY, order("o1", NOON + DAY, received=NOON + 45 * DAY))

    assert [each.reached_at for each in all_reached(ada)] == [NOON + DAY]


def test_an_earlier_event_that_arrives_later_is_the_one_that_counts() -> None:
    ada = life()
    for at, name in ((3, "o3"), (1, "o1"), (2, "o2")):
        ada.at(NOON + 4 * DAY, order(name, NOON + at * DAY, received=NOON + 4 * DAY))

    (found,) = earliest(all_reached(ada)).values()

    assert found.reached_at == NOON + DAY


def test_the_condition_is_asked_of_the_event_and_one_that_errs_does_not_match() -> None:
    ada = life({**BUYS, "when": "event.properties.coupon == 'SPIN' && customer.orders == 3"})
    for day, coupon in ((1, {}), (2, {"coupon": "SPIN"}), (3, {"coupon": "SPIN"})):
        ada.at(NOON + day * DAY, order(f"o{day}", NOON + day * DAY, **coupon))

    assert [each.reached_at for each in all_reached(ada)] == [NOON + 3 * DAY]


def test_who_is_held_out_is_watched_too_for_the_same_time() -> None:
    ada = life(holdout=ALL)
    assert reasons(ada.made[-1])[0][1].value == "holdout"

    ada.at(NOON + DAY, order("o1", NOON + DAY))

    assert [each.campaign for each in all_reached(ada)] == ["thanks"]


FULL: dict[str, Any] = {"caps": (Cap(messages=0, per="day"),)}
NIGHT = QuietHours.model_validate({"from": "06:00", "to": "12:00"})  # noon is seven in New York


@pytest.mark.parametrize(
    ("shop", "outcome"),
    [(FULL, "cap"), ({"quiet_hours": (NIGHT,)}, "deferred")],
    ids=["a full cap", "quiet hours"],
)
def test_of_a_campaign_with_a_holdout_who_is_held_back_later_is_watched_as_well(
    shop: dict[str, Any], outcome: str
) -> None:
    spared = Holdout(percent=0.001, salt="nobody")
    for holdout, watched in ((spared, 1), (None, 0)):
        ada = life(holdout=holdout, **shop)

        assert [each.value for _, each in reasons(ada.made[-1])] == [outcome]
        assert len(ada.customer.goals) == watched


def test_who_could_not_get_it_anyway_is_on_neither_side() -> None:
    ada = Life(book(says(**VIEWED, goal=BUYS, audience="customer.orders > 5"), holdout=ALL))

    ada.at(NOON, viewed(NOON))

    assert ada.customer.goals == ()


def test_without_a_goal_nothing_is_watched() -> None:
    ada = Life(book(says(**VIEWED)))

    ada.at(NOON, viewed(NOON))

    assert (len(ada.sends), ada.customer.goals) == (1, ())


def test_it_is_watched_no_longer_when_no_event_can_reach_it_any_more() -> None:
    ada = life()
    ada.at(NOON + 52 * DAY, viewed(NOON + 52 * DAY, "v2"))
    assert [each.since for each in ada.customer.goals] == [NOON, NOON + 52 * DAY]

    ada.at(NOON + 52 * DAY + HOUR, viewed(NOON + 52 * DAY + HOUR, "v3"))

    assert NOON not in [each.since for each in ada.customer.goals]


def test_one_that_is_reached_waits_only_for_what_may_have_been_earlier() -> None:
    ada = life()
    ada.at(NOON + DAY, order("o1", NOON + DAY))

    ada.at(NOON + 46 * DAY + HOUR, order("o2", NOON + 46 * DAY + HOUR))

    assert ada.customer.goals == ()


@pytest.mark.parametrize("holdout", [None, ALL], ids=["chosen", "held out"])
def test_of_too_many_the_oldest_go_but_for_the_first_by_which_sides_are_compared(holdout: Holdout | None) -> None:
    ada = Life(book(says(**VIEWED, goal=BUYS, holdout=holdout)))
    for minute in range(MOST_WATCHED + 2):
        ada.at(NOON + minute * MINUTE, viewed(NOON + minute * MINUTE, f"v{minute}"))

    assert [each.since for each in ada.customer.goals] == [
        NOON,
        *(NOON + minute * MINUTE for minute in range(3, MOST_WATCHED + 2)),
    ]
    ada.at(NOON + DAY, order("o1", NOON + DAY))
    assert min(each.decided_at for each in all_reached(ada)) == NOON


def test_of_more_campaigns_than_are_watched_the_oldest_go() -> None:
    many = MOST_WATCHED + 2
    triggers = {
        number: {"trigger": {"event": "product_viewed", "when": f"event.properties.n == {number}"}}
        for number in range(many)
    }
    ada = Life(book(*(says(f"c{number}", **triggers[number], goal=BUYS) for number in range(many))))
    for number in range(many):
        ada.at(NOON + number * MINUTE, viewed(NOON + number * MINUTE, f"v{number}", n=number))

    assert [each.campaign for each in ada.customer.goals] == [f"c{number}" for number in range(2, many)]


def test_a_campaign_that_is_gone_or_has_no_goal_any_more_is_watched_no_longer() -> None:
    for shop in (book(says("other")), book(says(**VIEWED))):
        ada = life()
        ada.shop = shop.model_copy(update={"number": 2})
        ada.at(NOON + DAY, order("o1", NOON + DAY))

        assert (all_reached(ada), ada.customer.goals) == ([], ())


def test_a_goal_is_owed_until_it_is_recorded() -> None:
    ada = life()
    made = ada.at(NOON + DAY, order("o1", NOON + DAY))
    again = ada.at(NOON + DAY + MINUTE)

    assert [each.id for each in reached(made)] == [each.id for each in again.kept if each.id in ids(made)]


def ids(made: Step) -> set[str]:
    return {each.id for each in reached(made)}


TIMES = st.integers(-3, 15).map(lambda days: timedelta(days=days, hours=1))
HAPPENED = st.lists(st.tuples(TIMES, st.sampled_from("ab"), st.sampled_from(["order_completed", "order_delivered"])))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=3), HAPPENED, st.randoms(use_true_random=False))
def test_whatever_the_order_of_arrival_each_decision_comes_to_the_earliest_that_fits(
    asked: list[int], happened: list[tuple[timedelta, str, str]], chance: Any
) -> None:
    """Brute force: all events, looked at by hand, against each decision."""
    ada = Life(book(says(**VIEWED, goal={"event": "order_completed", "when": "event.properties.letter == 'a'"})))
    asked_at = [NOON + day * DAY for day in sorted(set(asked))]
    for at in asked_at:
        ada.at(at, viewed(at, f"v{at}"))
    events = [
        event(
            kind,
            f"e{place}",
            NOON + at,
            received=NOON + 20 * DAY,
            order_id=f"o{place}",
            letter=letter,
            total="9",
            currency="USD",
        )
        for place, (at, letter, kind) in enumerate(happened)
    ]
    late = chance.sample([*events, *events], 2 * len(events))
    while late:
        many = chance.randint(1, 3)
        ada.at(NOON + 20 * DAY, *late[:many])
        late = late[many:]

    found = {each.decided_at: each.reached_at for each in earliest(all_reached(ada)).values()}

    fits = [NOON + at for at, letter, kind in happened if letter == "a" and kind == "order_completed"]
    by_hand = {at: min((each for each in fits if at < each <= at + 7 * DAY), default=None) for at in asked_at}
    assert found == {at: first for at, first in by_hand.items() if first}
