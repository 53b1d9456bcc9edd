"""How many parts a text message is sent, and paid, in, and what keeps it in one."""

from typing import Final

# 3GPP TS 23.038: the default alphabet, and what takes an escape and so counts twice.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
# Spaces that many languages put into amounts and dates: each alone would halve a message's room.
# So would the sign of what was cut.
_PLAIN: Final = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | {"…": "..."})


def for_phones(text: str) -> str:
    """`text` with the one space that GSM-7 has, and three dots for their sign.

    >>> for_phones("Wolfeschlegel…: 39,95\u00a0€")
    'Wolfeschlegel...: 39,95 €'
    """
    return text.translate(_PLAIN)


def beyond_gsm7(text: str) -> tuple[str, ...]:
    """The characters that GSM-7 does not have, each once: a single one makes the whole message UCS-2.

    >>> beyond_gsm7("Olá, mañana")
    ('á',)
    """
    return tuple(dict.fromkeys(each for each in text if each not in _BASIC and each not in _EXTENDED))


def segments(text: str) -> int:
    """160 characters in one part and 153 in each of several; 70 and 67 once a character is outside GSM-7.

    >>> segments("a" * 160), segments("a" * 161), segments("ñandú")
    (1, 2, 1)
    """
    if not beyond_gsm7(text):
        widths, single, several = [2 if character in _EXTENDED else 1 for character in text], 160, 153
    else:
        widths, single, several = [2 if ord(character) > 0xFFFF else 1 for character in text], 70, 67
    if sum(widths) <= single:
        return 1
    parts, left = 1, several
    for width in widths:
        if width > left:  # a character is never cut in two
            parts, left = parts + 1, several
        left -= width
    return parts
