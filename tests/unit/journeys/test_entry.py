"""Entry: who may come in again, what is remembered for that, and what is kept of what started it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from tandem.customer import Customer, Ended, Origin
from tandem.journeys.entry import fields_of, has_left_before, may_enter, remembered, start_values
from tandem.playbook import Journey
from tests.builders import DAY, HOUR, NOON, RULES, event, live, order, playbook
from tests.unit.decisions.contest import campaign
from tests.unit.journeys.ways import entered, journey

WAIT = {"wait": "1d"}


def over(ended_at: datetime = NOON, key: str = "", name: str = "path") -> Ended:
    return Ended(name, key, ended_at - DAY, ended_at, "0", "finished")


def enters(reentry: str, *ended: Ended, key: str = "", now: datetime = NOON, inside: Sequence[Any] = ()) -> bool:
    customer = Customer("ada", journeys=tuple(inside), ended=ended)
    return may_enter(customer, journey(WAIT, reentry=reentry), key, now)


def test_nobody_is_in_a_journey_twice_with_one_key() -> None:
    inside = entered(journey(WAIT), key="o1")

    assert not enters("always", key="o1", inside=[inside])
    assert enters("always", key="o2", inside=[inside])


def test_a_journey_that_is_never_entered_again_is_not() -> None:
    assert enters("never")
    assert not enters("never", over(), now=NOON + 40 * DAY)


@pytest.mark.parametrize(("after", "enter"), [(2 * DAY - timedelta(seconds=1), False), (2 * DAY, True)])
def test_a_journey_may_be_entered_again_so_long_after_it_ended(after: timedelta, enter: bool) -> None:
    assert enters("2d", over(), now=NOON + after) is enter


def test_a_journey_may_always_be_entered_again() -> None:
    assert enters("always", over())


def test_each_key_and_each_journey_is_counted_for_itself() -> None:
    assert enters("never", over(key="o1"), key="o2")
    assert enters("never", over(name="other"))


def kept(ended: Ended, now: datetime, **changes: Any) -> bool:
    return bool(remembered([ended], playbook(journeys=(journey(WAIT, **changes),)), now))


def test_who_never_enters_again_is_remembered_for_ever() -> None:
    assert kept(over(), NOON + 3000 * DAY, reentry="never")


@pytest.mark.parametrize(
    ("changes", "still", "gone"),
    [
        ({"reentry": "always"}, 59, 60),
        ({"reentry": "never", "key": "event.properties.order_id"}, 59, 60),
        ({"reentry": "100d"}, 99, 100),
        ({"reentry": "always", "excludes": {"everything": True, "for": "80d"}}, 79, 80),
    ],
)
def test_others_are_remembered_as_long_as_it_matters(changes: dict[str, Any], still: int, gone: int) -> None:
    assert kept(over(key="k"), NOON + still * DAY, **changes)
    assert not kept(over(key="k"), NOON + gone * DAY, **changes)


def test_a_journey_that_is_gone_is_forgotten_too() -> None:
    assert not remembered([over()], playbook(), NOON + 60 * DAY)


def test_of_very_many_that_are_over_the_last_are_remembered() -> None:
    many = [over(NOON + number * HOUR, key=f"o{number}") for number in range(300)]

    left = remembered([over(), *many], playbook(journeys=(journey(WAIT, key="start.type"),)), NOON + 13 * DAY)

    assert [each.key for each in left] == ["", *(f"o{number}" for number in range(200, 300))]


ASKING = journey(
    {"branch": [{"when": "start.properties.gift == true"}]},
    {"set": {"n": "start.properties.pieces"}},
    {"campaign": "thanks"},
    exit_on=[{"event": "order_refunded", "when": "event.properties.order_id == start.properties.order_id"}],
)


def book(*journeys: Journey) -> Any:
    return playbook(campaigns=(campaign(audience="start.properties.coupon == 'X'", trigger=None),), journeys=journeys)


def test_of_what_the_source_sent_only_what_the_journey_and_its_campaigns_name_is_kept() -> None:
    bought = order("o1", NOON, gift=True, pieces=2, coupon="X", card="4111")

    values = start_values(bought, ASKING, book(ASKING))

    assert fields_of(ASKING, book(ASKING)) == ("coupon", "gift", "order_id", "pieces")
    assert values["start.properties"] == {"coupon": "X", "gift": True, "order_id": "o1", "pieces": 2}


def test_a_campaign_that_a_later_playbook_has_may_name_other_fields() -> None:
    other = playbook(number=2, campaigns=(campaign(audience="start.properties.card != ''", trigger=None),))

    assert fields_of(ASKING, book(ASKING)) != fields_of(ASKING, other)


EXIT = {"exit_on": [{"event": "order_completed"}]}


@pytest.mark.parametrize(
    ("at", "left"), [(NOON - HOUR, ""), (NOON, "order_completed"), (NOON + HOUR, "order_completed")]
)
def test_an_exit_that_came_before_the_entry_is_found(at: datetime, left: str) -> None:
    customer = Customer("ada", live=live([order("o1", at)], RULES))
    origin = Origin("customer_identified", "i1", NOON)

    assert has_left_before(journey(WAIT, **EXIT), customer, origin) == left


def test_what_starts_a_journey_is_no_exit_of_it() -> None:
    bought = order("o1", NOON)
    customer = Customer("ada", live=live([bought], RULES))
    origin = Origin("order_completed", bought.identity, NOON)

    assert has_left_before(journey(WAIT, **EXIT), customer, origin) == ""


def test_an_exit_with_a_condition_is_not_judged_by_what_is_no_longer_known() -> None:
    refund = event("order_refunded", "r1", NOON + HOUR, order_id="o1")
    customer = Customer("ada", live=live([refund], RULES))

    assert has_left_before(ASKING, customer, Origin("order_completed", "o1", NOON)) == ""


def test_nobody_is_in_more_journeys_than_anybody_needs() -> None:
    inside = [entered(named(f"j{number}")) for number in range(100)]

    assert not enters("always", inside=inside)
    assert enters("always", inside=inside[1:])


def named(name: str) -> Journey:
    return journey(WAIT, id=name)
