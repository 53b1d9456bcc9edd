"""Judging conditions with a playbook's own attributes, and without telling twice of what is wrong elsewhere."""

import re
from dataclasses import dataclass
from typing import Final

from infra.publish.attributes import Read
from infra.publish.source import Location
from tandem.attributes import Ruleset
from tandem.expressions import Language, names_in
from tandem.playbook.conditions import check_in, check_number_in

Problem = tuple[Location, str]  # where in a file, and what is wrong there
_TEXT: Final = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'(?:\\.|[^'\\])*'")
_DOT: Final = re.compile(r"\s*\.\s*")
_WHOLE_START: Final = re.compile(r"\bstart\.properties\b(?!\.[a-zA-Z_]\w*(?!\w*\s*\())")
_HAS: Final = re.compile(r"\bhas\s*\(\s*([a-z_]\w*\.[a-z_]\w*)\s*\)")
_PLAIN: Final = "only what is named is kept of what started it: write start.properties.NAME, such as {example}"


@dataclass(frozen=True, slots=True)
class Known:
    """The attributes, and the names of those that are told of already: a condition on them is not judged."""

    rules: Ruleset
    broken: frozenset[str] = frozenset()

    def condition(self, language: Language, source: str) -> str:
        """What is wrong with a condition; empty if nothing."""
        return "" if self._is_told(source) else check_in(language, source) or _unasked(language, source)

    def number(self, language: Language, source: str) -> str:
        """What is wrong with an expression that has to be a number; empty if nothing."""
        return "" if self._is_told(source) else check_number_in(language, source) or _unasked(language, source)

    def value(self, language: Language, source: str) -> str:
        """What is wrong with an expression that may be anything; empty if nothing."""
        return "" if self._is_told(source) else language.check(source).problem or _unasked(language, source)

    def _is_told(self, source: str) -> bool:
        return bool({f"customer.{name}" for name in self.broken} & names_in(source))


def known_of(read: Read) -> Known:
    """What was read of a folder's attributes."""
    return Known(read.ruleset, frozenset(read.broken))


def without_texts(source: str) -> str:
    """An expression without the texts in it, and its names without blanks."""
    return _DOT.sub(".", _TEXT.sub('""', source))


def _unasked(language: Language, source: str) -> str:
    """What the library takes, and nobody can answer."""
    return _whole_start(source) or _has_variable(language, source)


def _has_variable(language: Language, source: str) -> str:
    """CEL's `has` asks for a field of a map; a variable is none, and without a value no condition on it holds."""
    named = [name for name in _HAS.findall(without_texts(source)) if name in language.variables]
    return f"has({named[0]}): has asks for what a source sent, such as event.properties.coupon" if named else ""


def _whole_start(source: str) -> str:
    """The properties of what started a journey may be used by a plain path alone."""
    return _PLAIN.format(example="start.properties.order_id") if _WHOLE_START.search(without_texts(source)) else ""
