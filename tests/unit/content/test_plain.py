import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.content.plain import one_line

FAMILY = "👨‍👩‍👧‍👦"


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    assert one_line("Ana\r\nBcc: all@example.com\u2028x", 60) == "Ana Bcc: all@example.com x"


def test_control_bidi_and_surrogate_characters_are_dropped() -> None:
    assert one_line("A\x00n\u202ea\u2066\ud800\ufeff", 40) == "Ana"


def test_emoji_stay_whole() -> None:
    assert one_line(f"Ana {FAMILY} 🎷", 40) == f"Ana {FAMILY} 🎷"


def test_a_name_of_ten_kilobytes_is_cut_with_an_ellipsis() -> None:
    line = one_line("a" * 10_000, 40)

    assert line == "a" * 39 + "…"


def test_a_name_that_shows_nothing_is_no_name() -> None:
    assert one_line(" \u200d\u3164\u2800\u202e\t", 40) == ""


@given(st.text(st.characters(codec=None), max_size=200), st.integers(2, 60))
def test_any_text_becomes_one_short_line_that_can_be_written_as_utf_8(text: str, longest: int) -> None:
    line = one_line(text, longest)

    assert len(line) <= longest
    assert len(line.splitlines()) <= 1
    line.encode()


@pytest.mark.parametrize("longest", range(8, 40))
def test_a_cut_never_parts_an_emoji_a_flag_or_a_letter_from_its_accents(longest: int) -> None:
    for whole in ("👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇵🇭", "n\u0303"):
        line = one_line(whole * 40, longest)

        assert line.endswith("…")
        assert line.removesuffix("…").replace(whole, "") == ""


def test_a_cut_is_between_words_where_one_ends_near() -> None:
    assert one_line("Ana Maria de los Angeles", 20) == "Ana Maria de los…"


def test_marks_are_not_piled_on_a_letter() -> None:
    assert (
        one_line("Z\u0316\u0489\u0316\u0301" * 3 + "e\u0302\u0301", 80) == "Z\u0316\u0489\u0316" * 3 + "e\u0302\u0301"
    )
