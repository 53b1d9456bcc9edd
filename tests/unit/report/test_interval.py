"""Intervals of rates: the numbers of the paper they are from."""

import pytest

from infra.report.interval import difference, rate

# R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 10.
PAPER = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
]


@pytest.mark.parametrize(("one", "other", "low", "high"), PAPER)
def test_a_difference_lies_where_the_paper_says(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    first, second = rate(*one), rate(*other)
    assert first
    assert second

    found = difference(first, second)

    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)
    assert found.value == pytest.approx(one[0] / one[1] - other[0] / other[1])


def test_a_rate_of_none_has_an_interval_and_one_of_nobody_is_none() -> None:
    found = rate(0, 20)

    assert found
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(0.1611, abs=5e-5)
    assert rate(0, 0) is None


def test_the_two_ways_round_are_each_others_mirror() -> None:
    one, other = rate(30, 300), rate(5, 40)
    assert one
    assert other

    there, back = difference(one, other), difference(other, one)

    assert [there.low, there.high] == pytest.approx([-back.high, -back.low])
