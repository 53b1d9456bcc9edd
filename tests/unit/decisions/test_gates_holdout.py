"""Holdouts: a stable share of customers, held out before any cap or quiet hour has a say."""

from typing import Any

import pytest

from tandem.decisions import Outcome
from tandem.playbook import Cap, Holdout, QuietHours
from tests.unit.decisions.contest import campaign, contender, free, only, seen, settled

HALF = Holdout(percent=50, salt="autumn")
MOST = Holdout(percent=90, salt="autumn")
PEOPLE = [f"c{number}" for number in range(1000)]


def is_held_out(customer: str, shop: Any, **changes: Any) -> bool:
    made = settled(contender(campaign(**changes)), at=seen(customer_id=customer), shop=shop)
    return only(made).outcome is Outcome.HOLDOUT


def someone_held_out(shop: Any, **changes: Any) -> str:
    return next(each for each in PEOPLE if is_held_out(each, shop, **changes))


@pytest.mark.parametrize("percent", [5, 30, 90])
def test_about_as_many_are_held_out_as_the_playbook_says(percent: int) -> None:
    shop = free(holdout=Holdout(percent=percent, salt="autumn"))

    held = sum(is_held_out(each, shop) for each in PEOPLE)

    assert abs(held / len(PEOPLE) - percent / 100) < 0.04


def test_who_is_held_out_stays_so_and_another_salt_holds_out_others() -> None:
    one, other = free(holdout=HALF), free(holdout=Holdout(percent=50, salt="winter"))

    first = [is_held_out(each, one) for each in PEOPLE]

    assert first == [is_held_out(each, one) for each in PEOPLE]
    assert first != [is_held_out(each, other) for each in PEOPLE]


def test_a_higher_share_keeps_those_who_were_held_out() -> None:
    few, more = free(holdout=Holdout(percent=10, salt="x")), free(holdout=Holdout(percent=20, salt="x"))

    assert all(is_held_out(each, more) for each in PEOPLE if is_held_out(each, few))


def test_the_gate_says_of_what_somebody_is_held_out() -> None:
    everything = settled(
        contender(campaign()), at=seen(customer_id=someone_held_out(free(holdout=HALF))), shop=free(holdout=HALF)
    )
    own = settled(contender(campaign(holdout=HALF)), at=seen(customer_id=someone_held_out(free(), holdout=HALF)))

    assert only(everything).saw == {"of": "everything", "percent": 50.0, "salt": "autumn"}
    assert only(own).saw == {"of": "thanks", "percent": 50.0, "salt": "autumn"}


def test_a_transactional_message_passes_the_holdout_of_everything_and_not_its_own() -> None:
    shop = free(holdout=MOST)
    held = someone_held_out(shop)

    assert not is_held_out(held, shop, transactional=True)
    assert is_held_out(held, free(), transactional=True, holdout=MOST)


def test_a_full_cap_and_quiet_hours_do_not_hide_who_is_held_out() -> None:
    shop = free(
        holdout=HALF,
        caps=(Cap(messages=0, per="day"),),
        quiet_hours=(QuietHours.model_validate({"from": "10:00", "to": "14:00"}),),
    )

    assert is_held_out(someone_held_out(free(holdout=HALF)), shop)


def test_who_could_not_have_got_it_anyway_is_not_counted_as_held_out() -> None:
    held = someone_held_out(free(holdout=HALF))

    made = settled(contender(campaign()), at=seen(customer_id=held, words={}), shop=free(holdout=HALF))

    assert only(made).outcome is Outcome.NO_CONSENT
