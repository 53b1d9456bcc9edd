"""The report as a page and as words: plain sentences, every number of the tally, nothing taken for markup."""

from dataclasses import replace

import pytest

from infra.report.model import Compared, Counted, Side, Told
from infra.report.page import page
from infra.report.words import apart, verdict
from tandem.decisions import Outcome
from tests.builders import DAY, NOON

THANKS = Counted(
    campaign="thanks",
    decided=1_240,
    sent=1_200,
    refused={"withdrawn": 30},
    unknown=4,
    open=6,
    held_back={Outcome.CAP: 77},
    delivered=1_180,
    bounced=9,
    opened=500,
    clicked=111,
    reached=124,
    watched=1_240,
    running=321,
    held_out=Side(140, 7),
    compared=Compared(Side(1_250, 150), Side(130, 6)),
    goal="order_completed, within 7 days",
)


def drawn(*campaigns: Counted, note: str = "") -> str:
    return page(Told(NOON - 30 * DAY, NOON, campaigns), note=note).decode()


def test_a_campaign_shows_how_many_came_how_far_and_its_holdout() -> None:
    told = drawn(THANKS)

    for words in (
        "1,240",
        "1,180",
        "124 (10.0 %)",
        "Its goal: order_completed, within 7 days.",
        "150 of 1,250 customers",
    ):
        assert words in told
    assert "6 of 130 customers" in told
    assert "321 of them may still come to it." in told


def test_what_was_held_back_and_what_was_refused_stand_apart() -> None:
    told = drawn(THANKS)

    assert "enough messages for now" in told
    assert "decided, then: withdrawn before it left" in told


def test_without_a_holdout_it_says_that_nothing_can_be_said() -> None:
    assert "nobody can say how many would have come to the goal without it" in drawn(replace(THANKS, compared=None))


def test_of_nothing_it_says_so_and_what_is_made_up_is_marked() -> None:
    assert "Nothing was decided in this time." in drawn()
    assert "opens are drawn by chance" in drawn(THANKS, note="opens are drawn by chance")


def test_no_name_is_taken_for_markup() -> None:
    assert "<script>alert" not in drawn(replace(THANKS, campaign="<script>alert(1)</script>", goal="<b>"))


SAID = [
    (Compared(Side(1000, 200), Side(1000, 100)), "more people", "+10.0 points (+6.9 to +13.1)"),
    (Compared(Side(1000, 100), Side(1000, 200)), "Fewer come", "−10.0 points (−13.1 to −6.9)"),
    (Compared(Side(100, 10), Side(10, 1)), "cannot be told yet", "+0.0 points (−30.7 to +11.1)"),
    (Compared(Side(100, 10), Side()), "nobody on one of the sides", "nobody to compare with"),
]


@pytest.mark.parametrize(("compared", "sentence", "numbers"), SAID)
def test_a_difference_is_told_in_a_sentence_and_in_points(compared: Compared, sentence: str, numbers: str) -> None:
    assert sentence in verdict(compared)
    assert apart(compared.difference) == numbers
