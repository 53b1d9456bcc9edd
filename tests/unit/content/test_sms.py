import pytest

from tandem.content.sms import segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # an escape and a character each
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # no part ends between the two
        ("ñ" * 160, 1),
        ("á" * 70, 1),  # not in GSM-7: 16-bit from here on
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("🎷" * 35, 1),  # two 16-bit units each
        ("🎷" * 36, 2),
        ("🎷" * 67, 3),  # 33 a part
    ],
)
def test_segments_are_counted_as_they_are_paid(text: str, parts: int) -> None:
    assert segments(text) == parts
