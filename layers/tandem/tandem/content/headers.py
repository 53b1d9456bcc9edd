"""Headers of a mail, as bytes: whatever a name holds, a header stays one header.

Written here rather than by `email.message`, which folds an address or an id into encoded words, parses every header
again that it has just written, and takes as long for that as the whole mail takes to be put together.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from tandem.content.plain import a_text, one_line

_LINE: Final = 78  # RFC 5322, 2.1.1: what a line should not exceed
_MOST: Final = 998  # and what it must not
_WORD: Final = 75  # RFC 2047, 2: an encoded word
_LONGEST_NAME: Final = 200
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_IN_A_PHRASE: Final = re.compile(r"[A-Za-z0-9!*+/-]")  # RFC 2047, 5 (3)
_JOINER: Final = "\u200d"
_SKIN: Final = range(0x1F3FB, 0x1F400)


def machine(name: str, value: str) -> bytes:
    """A header that programs read: on one line, never encoded. Raises ValueError for what cannot stand on one."""
    if not (value and value.isascii() and value.isprintable()) or len(name) + len(value) + 2 > _MOST:
        raise ValueError(f"{name}: not a header's value: {value[:80]!r}")
    return f"{name}: {value}\r\n".encode()


def text(name: str, value: str) -> bytes:
    """A header that people read, such as a subject. A value that looks encoded reads as it is written: programs that
    decode twice would else show what it hides."""
    line = a_text(value, len(value)).replace("=?", "= ?")
    lines = _folded(name, line) if line.isascii() else []
    return _written(name, lines or _encoded(line, _first(name)))


def mailbox(name: str, display_name: str, address: str) -> bytes:
    """A header with one address, and whose it is. Raises ValueError for what is no address in ASCII."""
    said = one_line(display_name, _LONGEST_NAME)
    if not said:
        return machine(name, address)
    where = f"<{address}>"
    machine(name, where)
    if said.isascii() and "=?" not in said:
        plain = f"{_quoted(said)} {where}"
        return _written(name, _folded(name, plain) or [plain])
    *words, last = _encoded(said, _first(name))
    room = _LINE - 1 if words else _first(name)
    ends = [f"{last} {where}"] if len(last) + 1 + len(where) <= room else [last, where]
    return _written(name, [*words, *ends])


def _written(name: str, lines: Iterable[str]) -> bytes:
    return f"{name}: {'\r\n '.join(lines)}\r\n".encode()


def _first(name: str) -> int:
    """How much stands on a header's first line."""
    return _LINE - len(name) - 2


def _quoted(phrase: str) -> str:
    escaped = phrase.replace("\\", "\\\\").replace('"', '\\"')
    return phrase if _ATOMS.fullmatch(phrase) else f'"{escaped}"'


def _folded(name: str, rest: str) -> list[str]:
    """The lines of a value in ASCII, broken where it has a space; none where that does not make them short enough."""
    lines: list[str] = []
    room = _first(name)
    while len(rest) > room:
        place = rest.rfind(" ", 1, room + 1)
        if place < 0:
            return []
        lines.append(rest[:place])
        rest, room = rest[place + 1 :], _LINE - 1
    return [*lines, rest]


def _encoded(value: str, first: int) -> Iterator[str]:
    """Encoded words (RFC 2047), the first one at most `first` long. None is broken within what is seen as one
    character, unless that alone is longer than a word."""
    short = len(_by_hex(value)) <= len(_by_base64(value))
    encode, mark = (_by_hex, "q") if short else (_by_base64, "b")
    around = len("=?utf-8?q??=")
    room, held = min(first, _WORD) - around, ""
    for piece in _pieces(value, lambda cluster: len(encode(cluster)) <= _WORD - around):
        if held and len(encode(held + piece)) > room:
            yield f"=?utf-8?{mark}?{encode(held)}?="
            room, held = _WORD - around, ""
        held += piece
    yield f"=?utf-8?{mark}?{encode(held)}?="


def _pieces(value: str, fits: Callable[[str], bool]) -> Iterator[str]:
    for cluster in _clusters(value):
        yield from [cluster] if fits(cluster) else cluster


def _clusters(value: str) -> Iterator[str]:
    """Letters with their marks, and emoji with what is joined to them."""
    held = ""
    for character in value:
        joined = held.endswith(_JOINER) or character == _JOINER or ord(character) in _SKIN
        if held and not joined and unicodedata.category(character)[0] != "M":
            yield held
            held = ""
        held += character
    if held:
        yield held


def _by_hex(value: str) -> str:
    return "".join(_hexed(character) for character in value)


def _hexed(character: str) -> str:
    if character == " ":
        return "_"
    if _IN_A_PHRASE.fullmatch(character):
        return character
    return "".join(f"={byte:02X}" for byte in character.encode())


def _by_base64(value: str) -> str:
    return b64encode(value.encode()).decode()
