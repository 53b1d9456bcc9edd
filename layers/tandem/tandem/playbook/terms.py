"""Tests of one attribute against literals, read off a condition: what the index of conditions can answer itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite
from typing import Any, Final, NamedTuple

from tandem.expressions import Kind, names_in
from tandem.playbook.clauses import split, tight, tokens

MOST_ENTRIES: Final = 16
LARGEST_INTEGER: Final = 2**53
EQUAL: Final = "in"
_FLIPPED: Final = {"==": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_INTEGER: Final = re.compile(r"-?[0-9]+")
_DOUBLE: Final = re.compile(r"-?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {**dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True)), **{each: each for each in "\\'\"`?"}}
_LONG: Final = ("'" * 3, '"' * 3)  # a text between these may hold quotes, and then its pieces look whole
_ANY: Final = (Kind.ANY, Kind.MAP)


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """A variable, or a path into one that is a map; with `asks`, whether there is such a path.

    A `loose` one has no declared kind: a number in it is compared with integers and doubles alike.
    """

    name: str
    keys: tuple[str, ...] = ()
    asks: bool = False
    loose: bool = False


class Test(NamedTuple):
    """`kind` is the type of the literals. They are all that the relation EQUAL allows, else one to be compared with."""

    attribute: Attribute
    relation: str
    kind: type
    literals: tuple[Any, ...]


class Entry(NamedTuple):
    """Tests that all have to pass. If that is not all there is to it, only the library knows whether it holds."""

    tests: tuple[Test, ...]
    whole: bool


_NOTHING: Final = [Entry((), False)]
_ALWAYS: Final = [Entry((), True)]


class Reader:
    """Reads conditions over these variables. What it does not understand stays with the library."""

    def __init__(self, variables: Mapping[str, Kind]) -> None:
        self._variables = variables
        self._attributes: dict[str, Attribute | None] = {}
        self._pieces: dict[str, tuple[Sequence[Entry], frozenset[str]] | None] = {}

    def entries(self, source: str) -> tuple[Sequence[Entry], Iterable[str]]:
        """A condition holds where one of the entries does; and the names that it may read."""
        is_plain = _LONG[0] not in source and _LONG[1] not in source
        pieces = [self._piece(each) for each in source.split("&&")] if is_plain else [None]
        read = [each for each in pieces if each]
        if len(read) < len(pieces):
            found = [token for token in tokens(source) if not token.isspace()]
            return (self._entries(found) if found else _NOTHING), names_in(source)
        return _all([entries for entries, _ in read]), {name for _, names in read for name in names}

    def _piece(self, text: str) -> tuple[Sequence[Entry], frozenset[str]] | None:
        """A part between `&&`, read once: many conditions say the same. None where it is no condition of its own.

        One that can be read alone has no text, no bracket and no comment that goes on behind the `&&`.
        """
        if text not in self._pieces:
            found = [token for token in tokens(text) if not token.isspace()]
            is_alone = found and "||" not in found and "?" not in found
            self._pieces[text] = (self._entries(found), names_in(text)) if is_alone else None
        return self._pieces[text]

    def _entries(self, found: Sequence[str]) -> Sequence[Entry]:
        if test := self._test(found):
            return [Entry((test,), True)]
        joint, parts = split(found)
        if not joint:
            return self._single(parts[0], found)
        read = [self._entries(part) for part in parts]
        return _any(read) if joint == "||" else _all(read)

    def _single(self, part: Sequence[str], found: Sequence[str]) -> Sequence[Entry]:
        if list(part) == ["true"]:
            return _ALWAYS
        return self._entries(part) if len(part) < len(found) else _NOTHING

    def _test(self, found: Sequence[str]) -> Test | None:
        match found:
            case [name]:
                attribute = self._attribute(name)
                return Test(attribute, EQUAL, bool, (True,)) if attribute and self._is_bool(attribute) else None
            case [left, relation, right] if relation in _FLIPPED:
                return self._compared(left, relation, right) or self._compared(right, _FLIPPED[relation], left)
            case ["has", "(", name, ")"]:
                attribute = self._attribute(name)
                return (
                    Test(self._asked(name, attribute), EQUAL, bool, (True,)) if attribute and attribute.keys else None
                )
            case [name, "in", "[", *items, "]"] if items and set(items[1::2]) <= {","} and len(items) % 2:
                return self._among(name, items[::2])
            case _:
                return None

    def _compared(self, name: str, relation: str, word: str) -> Test | None:
        attribute = self._attribute(name)
        literal = _literal(word) if attribute else None
        if attribute is None or literal is None:
            return None
        kind = _kind(literal, attribute)
        if relation != "==" and kind is bool:
            return None
        return Test(attribute, EQUAL if relation == "==" else relation, kind, (literal,))

    def _among(self, name: str, words: Iterable[str]) -> Test | None:
        attribute = self._attribute(name)
        if attribute is None:
            return None
        literals = tuple(_literal(word) for word in words)
        kinds = {type(None) if each is None else _kind(each, attribute) for each in literals}
        kind = kinds.pop()
        return None if kinds or kind is type(None) else Test(attribute, EQUAL, kind, literals)

    def _is_bool(self, attribute: Attribute) -> bool:
        return attribute.loose or self._variables[attribute.name] is Kind.BOOL

    def _attribute(self, word: str) -> Attribute | None:
        if word not in self._attributes:
            self._attributes[word] = self._found(word)
        return self._attributes[word]

    def _asked(self, word: str, attribute: Attribute) -> Attribute:
        asked = self._attributes.get(f"has({word}")
        if asked is None:
            asked = self._attributes[f"has({word}"] = Attribute(attribute.name, attribute.keys, asks=True)
        return asked

    def _found(self, word: str) -> Attribute | None:
        parts = tight(word).split(".")
        name, keys = ".".join(parts[:2]), tuple(parts[2:])
        kind = self._variables.get(name)
        if kind is None or bool(keys) is not (kind is Kind.MAP):
            return None
        return Attribute(name, keys, loose=kind in _ANY)


def _any(read: Sequence[Sequence[Entry]]) -> Sequence[Entry]:
    found = [entry for entries in read for entry in entries]
    return found if len(found) <= MOST_ENTRIES else _NOTHING


def _all(read: Sequence[Sequence[Entry]]) -> Sequence[Entry]:
    """Every choice of one entry of each, as long as they are few."""
    if max(map(len, read)) == 1:
        single = [entries[0] for entries in read]
        return [Entry(tuple([test for tests, _ in single for test in tests]), all(whole for _, whole in single))]
    size = 1
    kept: list[Sequence[Entry]] = []
    for entries in read:
        size *= len(entries)
        kept.append(entries if size <= MOST_ENTRIES else _NOTHING)
        size = size if size <= MOST_ENTRIES else size // len(entries)
    return [
        Entry(tuple(test for entry in chosen for test in entry.tests), all(entry.whole for entry in chosen))
        for chosen in product(*kept)
    ]


def _kind(literal: Any, attribute: Attribute) -> type:
    kind = type(literal)
    return float if kind is int and attribute.loose else kind


def _literal(word: str) -> str | int | float | bool | None:
    """None where it is no literal, or one that only the library reads for sure."""
    if word in ("true", "false"):
        return word == "true"
    if word[0] in "'\"rR":
        return _text(word)
    if _INTEGER.fullmatch(word):
        number = int(word)
        return number if abs(number) <= LARGEST_INTEGER else None
    if _DOUBLE.fullmatch(word):
        return float(word) if isfinite(float(word)) else None
    return None


def _text(word: str) -> str | None:
    raw = word[0] in "rR"
    word = word[1:] if raw else word
    if word[:1] not in ("'", '"') or "\r" in word:
        return None
    wide = 3 if word[:3] in ("'''", '"""') else 1
    inner = word[wide:-wide]
    if raw or "\\" not in inner:
        return inner
    if any(each not in _ESCAPES for each in _ESCAPE.findall(inner)):
        return None
    return _ESCAPE.sub(lambda found: _ESCAPES[found[1]], inner)
