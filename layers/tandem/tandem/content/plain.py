"""Text from outside made fit for one line of a message: whole headers, sane length, nothing that reorders the line."""

import re
import unicodedata
from typing import Final

# Joiners: emoji and several scripts need them inside a word.
_JOINERS: Final = "\u200c\u200d"
# Letters that look like nothing: a name made of them would greet nobody.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_VISIBLE: Final = "LNSP"
_SPACES: Final = re.compile(r"\s+")
_TONES: Final = "".join(map(chr, range(0x1F3FB, 0x1F400)))  # of skin
_REGIONAL: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of them are a flag
# What amounts and dates are written with: spaces at which no line breaks, and marks that hold a sign to its number.
_GLUE: Final = "\u00a0\u202f"
_MARKS: Final = "\u061c\u200e\u200f"
_OTHER_SPACES: Final = re.compile(rf"[^\S{_GLUE}]+")
# Marks piled on a letter run over the lines around it; no language puts more than three there.
_MARK: Final = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED: Final = re.compile(rf"({_MARK}{{3}}){_MARK}+")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S*\s?", re.IGNORECASE)
# With every dot that mail programs and phones read as one; "J.Smith" goes too: it cannot be told from "t.me".
_LOOKS_LIKE_A_LINK: Final = re.compile(r"://|www\.|@|\w[.․。．｡]\w\w|\d[.․。．｡]\d", re.IGNORECASE)


def one_line(text: str, longest: int) -> str:
    """`text` on one line without control, bidi and surrogate characters, at most `longest` characters, else cut with
    an ellipsis. Empty when nothing of it can be seen.

    >>> one_line("Ana\\r\\nBcc: all@example.com", 40)
    'Ana Bcc: all@example.com'
    """
    return _cut(_SPACES.sub(" ", _kept(text, longest)), longest)


def a_text(text: str, longest: int) -> str:
    """Words put together, on one line: as `one_line`, which names went through before, but amounts stay whole."""
    return _cut(_OTHER_SPACES.sub(" ", _kept(text, longest, _MARKS)), longest)


def _kept(text: str, longest: int, more: str = "") -> str:
    # What is cut away later never needs reading: a megabyte costs no more than a line.
    head = _PILED.sub(r"\1", text[: longest * 8])
    if head.isprintable():  # as nearly every text is: then no character is of those that go
        return head
    return "".join(character for character in head if character in more or _may_stay(character))


def _cut(line: str, longest: int) -> str:
    line = line.strip(" " + _GLUE + _JOINERS)
    if not any(unicodedata.category(character)[0] in _VISIBLE and character not in _BLANK for character in line):
        return ""
    return line if len(line) <= longest else line[: _end(line, longest - 1)].rstrip(" " + _GLUE + _JOINERS) + "…"


def _end(line: str, most: int) -> int:
    """Where to cut: after a word if one ends near, and never within an emoji or between a letter and its accents."""
    blank = line.rfind(" ", 0, most + 1)
    if blank > most * 2 // 3:
        return blank
    end = most
    while end and _is_within(line, end):
        end -= 1
    return end or most


def _is_within(line: str, at: int) -> bool:
    """Whether what is before and after belongs together (the cases of UAX #29 that names have)."""
    before, after = line[at - 1], line[at]
    if "\u200d" in (before, after) or unicodedata.category(after)[0] == "M" or after in _TONES:
        return True
    flags = len(line[:at]) - len(line[:at].rstrip(_REGIONAL))
    return after in _REGIONAL and flags % 2 == 1


def a_name(text: str, longest: int) -> str:
    """Somebody's name on one line; empty for what mail programs would make a link of. Whoever signs up as
    "Win at evil.example" would else have the shop write to anybody.

    >>> a_name("Ana", 40), a_name("see evil.example", 40)
    ('Ana', '')
    """
    name = one_line(text, longest)
    return "" if _LOOKS_LIKE_A_LINK.search(name) else name


def without_links(text: str) -> str:
    """What somebody may have said without what is a link for sure. What only looks like one ("Dr.Martens") stays.

    >>> without_links("Win at https://evil.example/now or later")
    'Win at or later'
    """
    return _LINK.sub("", text)


def _may_stay(character: str) -> bool:
    return character.isspace() or character in _JOINERS or unicodedata.category(character)[0] != "C"
