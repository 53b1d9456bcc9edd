"""Ranking: priorities by hand first, then what a message is worth to this customer; nothing is always among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.decisions import Arbitration, Contender, Outcome
from tandem.decisions.ranking import Declared, Ranked
from tests.unit.decisions.contest import campaign, contender, outcomes, seen, settled

WORTH = st.lists(st.integers(-5, 20).map(float), min_size=1, max_size=6)


def rivals(*values: object) -> list[Contender]:
    return [contender(campaign(f"c{place}", value=value)) for place, value in enumerate(values)]


def test_the_higher_value_wins_and_both_scores_are_kept() -> None:
    made = settled(*rivals(100, 300))

    assert made.decision.campaign == "c1"
    assert [(each.score, each.propensity) for each in made.decision.candidates] == [(100.0, 0.0), (300.0, 1.0)]


def test_a_priority_by_hand_goes_before_any_value() -> None:
    made = settled(contender(campaign("by-hand", priority=0)), *rivals(10**9))

    assert made.decision.campaign == "by-hand"


def test_of_priorities_the_higher_wins_and_of_equal_ones_the_first_id() -> None:
    high, low = campaign("z", priority=2), campaign("a", priority=1)
    twins = [contender(campaign(name, priority=1, value=value)) for name, value in (("b", 500), ("a", 0))]

    assert settled(contender(low), contender(high)).decision.campaign == "z"
    assert settled(*twins).decision.campaign == "a"


def test_who_is_outranked_says_by_whom_and_by_how_much() -> None:
    made = settled(contender(campaign("best", priority=200, value=7)), contender(campaign("other", priority=100)))

    assert made.decision.candidates[1].outcome is Outcome.OUTRANKED
    assert made.decision.candidates[1].saw == {"by": "best", "priority": 100, "its_priority": 200, "its_score": 7.0}


def test_a_value_is_computed_for_this_customer_and_its_cost_taken_off() -> None:
    worth = campaign(value="customer.orders * 100", cost_minor=30)

    made = settled(contender(worth, values={"customer.orders": 4}))

    assert made.decision.candidates[0].score == 370.0


def test_a_plain_number_has_its_cost_taken_off_too() -> None:
    assert settled(contender(campaign(value=100, cost_minor=30))).decision.candidates[0].score == 70.0


@pytest.mark.parametrize("value", ["profile.orders", "customer.orders / 0", "customer.locale", "1e300", "true"])
def test_a_value_that_cannot_be_told_is_none(value: str) -> None:
    made = settled(contender(campaign(value=value), values={"customer.orders": 1, "customer.locale": "en"}))

    assert made.decision.candidates[0].score == 0.0
    assert made.chosen


def test_nothing_wins_over_what_costs_more_than_it_brings() -> None:
    made = settled(contender(campaign(value=10, cost_minor=11)))

    assert made.chosen is None
    assert made.decision.campaign is None
    assert outcomes(made) == {"thanks": Outcome.OUTRANKED}
    assert made.decision.candidates[0].saw == {"by": "nothing"}


def test_what_is_worth_no_more_than_nothing_is_said() -> None:
    assert settled(contender(campaign(value=10, cost_minor=10))).chosen


def test_what_a_gate_held_back_is_not_ranked() -> None:
    made = settled(contender(campaign("best", audience="false", value=900)), *rivals(1))

    assert outcomes(made) == {"best": Outcome.AUDIENCE, "c0": Outcome.CHOSEN}
    assert made.decision.candidates[0].score is None


@given(WORTH, st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_propensities_are_probabilities_and_what_is_missing_is_that_of_nothing(
    values: list[float], explore: float, drawn: float
) -> None:
    ranked = Declared(explore=explore).rank([f"c{place}" for place in range(len(values))], values, drawn)

    total = 0.0 if max(values) < 0 else 1.0
    assert sum(ranked.propensities) == pytest.approx(total)
    assert all(each >= 0 for each in ranked.propensities)
    assert ranked.place is None or ranked.propensities[ranked.place] > 0


@given(WORTH)
def test_exploring_chooses_each_as_often_as_its_propensity_says(values: list[float]) -> None:
    policy, names = Declared(explore=0.5), [f"c{place}" for place in range(len(values))]
    draws = 600

    chosen = [policy.rank(names, values, (each + 0.5) / draws).place for each in range(draws)]

    likely = policy.rank(names, values, 0.0).propensities
    assert [chosen.count(place) / draws for place in range(len(values))] == pytest.approx(likely, abs=0.02)


@dataclass(frozen=True)
class Last:
    """A policy that takes the last."""

    number: int = 7

    def rank(self, campaigns: Sequence[str], values: Sequence[float], drawn: float) -> Ranked:
        """The last."""
        return Ranked(len(values) - 1, tuple(values), (*(0.0 for _ in values[1:]), 1.0))


def test_another_policy_may_rank_and_its_number_is_kept() -> None:
    made = settled(*rivals(900, 1), by=Arbitration(Last()))

    assert made.decision.campaign == "c1"
    assert made.decision.policy == 7


def test_the_draw_follows_the_seed_and_the_decision() -> None:
    exploring = Arbitration(Declared(explore=1.0))

    first = [settled(*rivals(1, 1), at=seen(seed=f"s{each}"), by=exploring).decision.campaign for each in range(40)]

    assert first == [
        settled(*rivals(1, 1), at=seen(seed=f"s{each}"), by=exploring).decision.campaign for each in range(40)
    ]
    assert set(first) == {"c0", "c1"}
