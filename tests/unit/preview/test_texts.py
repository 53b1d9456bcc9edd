"""A text message as a phone and the bill have it."""

import pytest

from infra.preview.texts import Run, Text, named
from tandem.content.brand import SmsPrice

PRICE = SmsPrice(segment_price="0.0083", currency="USD")


def test_a_text_of_plain_letters_is_gsm_7_in_one_segment() -> None:
    text = Text("¿Volver? https://shop.example.com/cart.")

    assert (text.encoding, text.segments, text.beyond) == ("GSM-7", 1, ())
    assert text.cost(PRICE) == "0.0083 USD"


def test_one_letter_makes_it_ucs_2_and_is_named() -> None:
    text = Text("Olá " + "x" * 70)

    assert (text.encoding, text.segments, text.beyond) == ("UCS-2", 2, ("á",))
    assert text.cost(PRICE) == "0.0166 USD (2 × 0.0083 USD)"
    assert named("á") == "á (U+00E1, latin small letter a with acute)"


def test_without_a_price_it_says_where_one_is_written() -> None:
    assert "segment_price" in Text("Hi").cost(None)


@pytest.mark.parametrize("end", ["", ".", "!", ")", "…", " and more"])
def test_a_link_is_marked_whole_and_what_ends_the_sentence_is_not_its(end: str) -> None:
    link = "https://shop.example.com/cart/c-1?a=1&b=(2)x"
    text = Text(f"Go: {link}{end}")

    assert text.links == (link,)
    assert Run(link, "link") in list(text.runs())


def test_the_pieces_are_the_text() -> None:
    text = Text("Olá 🎵 https://a.example.com/é. fim ’")

    assert "".join(run.text for run in text.runs()) == text.text
    assert [run.text for run in text.runs() if run.kind == "beyond"] == ["á", "🎵", "’"]


def test_what_nobody_can_see_is_named_all_the_same() -> None:
    assert named("\u202e") == "� (U+202E, right-to-left override)"
