"""Conditions taken apart where they say `&&`: what is settled when an event arrives, and what is looked at later.

Only what is read for sure is taken apart. A comment, a name in backticks or a bracket too many leaves it whole.
"""

import re
from collections.abc import Sequence
from typing import Final

from tandem.expressions import names_in

_SPACE: Final = r"[ \t\r\n\f]"
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_TOKEN: Final = re.compile(
    "|".join(
        (
            rf"{_SPACE}+",
            r"[bB]?[rR](?:\"\"\"(?s:.*?)\"\"\"|'''(?s:.*?)'''|\"[^\"\r\n]*\"|'[^'\r\n]*')",
            r"[bB]?(?:\"\"\"(?s:[^\\]|\\.)*?\"\"\"|'''(?s:[^\\]|\\.)*?''')",
            r"[bB]?(?:\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*')",
            rf"{_NAME}(?:{_SPACE}*\.{_SPACE}*{_NAME})*",
            r"-?(?:0[xX][0-9a-fA-F]+|(?:[0-9]*\.)?[0-9]+(?:[eE][+-]?[0-9]+)?)[uU]?",
            r"&&|\|\||[=!<>]=|/(?!/)|[-+*%<>!?:,.()\[\]{}]",
        )
    )
)
_OPENS: Final = {")": "(", "]": "[", "}": "{"}
_BRACKETS: Final = frozenset("()[]{}")
_SPLITS: Final = _BRACKETS | {"&&", "||", "?"}
_NOW: Final = ("event.", "change.")


def tokens(source: str) -> list[str]:
    """A condition in pieces that together are the condition, blanks among them. A dotted name is one.

    Empty where it cannot be read for sure.
    """
    found = _TOKEN.findall(source)
    return found if "".join(found) == source and _balanced(found) else []


def split(found: Sequence[str]) -> tuple[str, list[Sequence[str]]]:
    """How pieces are joined at the top, `&&` or `||`, and the parts. Brackets around the whole are taken off.

    Empty, and one part, where they are joined by neither, or by both in a way that is no plain list.
    """
    found = _peeled(found)
    depth = 0
    places: dict[str, list[int]] = {"&&": [], "||": [], "?": []}
    for at, token in enumerate(found):
        if token in _SPLITS:
            if token in _BRACKETS:
                depth += -1 if token in _OPENS else 1
            elif not depth:
                places[token].append(at)
    joint = "" if places["?"] else "||" if places["||"] else "&&" if places["&&"] else ""
    cuts = places[joint] if joint else []
    return joint, [found[after + 1 : at] for after, at in zip((-1, *cuts), (*cuts, len(found)), strict=True)]


def clauses(source: str) -> tuple[str, ...]:
    """The conditions that all have to hold, without brackets around them; the whole where it is but one.

    >>> clauses("(event.type == 'x' && (customer.orders > 1 || true)) && event.properties.gift")
    ("event.type == 'x'", 'customer.orders > 1 || true', 'event.properties.gift')
    """
    return tuple(_text(each) for each in _conjuncts(tokens(source))) or (source,)


def parted(source: str) -> tuple[str, str]:
    """What is settled when an event arrives (clauses that read `event.…` or `change.…`), and what is looked at later
    (all others). Both hold exactly where the condition holds; "true" where there is none.
    """
    found = _conjuncts(tokens(source))
    if not found:
        return (source, "true") if any(name.startswith(_NOW) for name in names_in(source)) else ("true", source)
    now = [each for each in found if _reads_now(each)]
    return _joined(now), _joined([each for each in found if each not in now])


def _conjuncts(found: Sequence[str]) -> list[Sequence[str]]:
    joint, parts = split(found)
    if joint == "&&" and all(map(_text, parts)):
        return [each for part in parts for each in _conjuncts(part)]
    return [_peeled(found)] if _text(_peeled(found)) else []


def _reads_now(found: Sequence[str]) -> bool:
    return any(tight(token).startswith(_NOW) for token in found)


def tight(name: str) -> str:
    """A name without blanks around its dots."""
    return "".join(name.split())


def _joined(found: Sequence[Sequence[str]]) -> str:
    """One clause stands as it is; among others, what binds less than `&&` needs brackets."""
    if len(found) < 2:
        return _text(found[0]) if found else "true"
    return " && ".join(f"({_text(each)})" if "||" in each or "?" in each else _text(each) for each in found)


def _text(found: Sequence[str]) -> str:
    return "".join(found).strip()


def _balanced(found: Sequence[str]) -> bool:
    still: list[str] = []
    for token in found:
        if token in _BRACKETS:
            if token not in _OPENS:
                still.append(token)
            elif not still or still.pop() != _OPENS[token]:
                return False
    return not still


def _peeled(found: Sequence[str]) -> Sequence[str]:
    while True:
        first, last = 0, len(found) - 1
        while first < last and found[first].isspace():
            first += 1
        while first < last and found[last].isspace():
            last -= 1
        if first >= last or found[first] != "(" or _closing(found, first) != last:
            return found[first : last + 1]
        found = found[first + 1 : last]


def _closing(found: Sequence[str], opening: int) -> int:
    """Where the bracket that opens there is closed."""
    depth = 0
    for at in range(opening, len(found)):
        if found[at] in _BRACKETS:
            depth += -1 if found[at] in _OPENS else 1
            if not depth:
                return at
    return -1
