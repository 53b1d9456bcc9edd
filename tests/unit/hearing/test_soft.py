"""Soft bounces count until one message is delivered, in any order."""

from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tandem.hearing import MOST_SOFT, Bounces
from tests.unit.sending.builders import NOW

DAY = timedelta(days=1)


def after(*told: tuple[str, int]) -> Bounces:
    """Messages that bounced, by name and day; `""` is a delivery."""
    held = Bounces()
    for message, day in told:
        at = NOW + day * DAY
        held = held.bounced(message, at) if message else held.delivered(at)
    return held


def bounced(count: int, first: int = 0) -> list[tuple[str, int]]:
    return [(f"m-{day}", day) for day in range(first, first + count)]


def test_enough_in_a_row_wear_an_address_out() -> None:
    assert after(*bounced(MOST_SOFT - 1)).worn_out_at() is None
    assert after(*bounced(MOST_SOFT)).worn_out_at() == NOW + (MOST_SOFT - 1) * DAY


def test_one_message_counts_once() -> None:
    assert after(*(("m-0", day) for day in range(MOST_SOFT))).worn_out_at() is None


def test_a_delivery_starts_the_count_anew() -> None:
    assert after(*bounced(4), ("", 4), *bounced(6, first=5)).worn_out_at() is None
    assert after(*bounced(4), ("", 4), *bounced(7, first=5)).worn_out_at() is not None


TOLD = st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(0, 5)), max_size=5)


@given(TOLD)
def test_every_order_and_repetition_ends_in_the_same_count(told: list[tuple[str, int]]) -> None:
    ends = {
        (tuple(sorted(held.soft.items())), held.delivered_at)
        for order in permutations(told)
        for held in (after(*order), after(*order, *order))
    }

    assert len(ends) == 1
