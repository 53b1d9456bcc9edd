"""Conditions of campaigns: CEL over what a campaign's start lets it see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tandem.attributes import Ruleset
from tandem.expressions import Answer, Bound, Kind, Language, names_in
from tandem.playbook.vocabulary import Start, language


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds. One that errs does not, and `error` says why (empty otherwise).

    `incomplete` names an attribute that it reads and that cannot be trusted yet, with the reason.
    """

    holds: bool
    error: str = ""
    incomplete: str = ""


def check(source: str, rules: Ruleset, start: Start) -> str:
    """What is wrong with a condition of a campaign with this start; empty if nothing."""
    return check_in(language(rules, start), source)


def check_in(language: Language, source: str) -> str:
    """What is wrong with a condition in a language; empty if nothing."""
    checked = language.check(source)
    if checked.problem:
        return checked.problem
    if checked.kind not in (Kind.BOOL, Kind.ANY):
        return f"is {checked.kind}, and a condition must be true or false"
    return ""


def check_number_in(language: Language, source: str) -> str:
    """What is wrong with an expression that has to be a number; empty if nothing."""
    checked = language.check(source)
    if checked.problem:
        return checked.problem
    if checked.kind not in (Kind.INT, Kind.DOUBLE, Kind.ANY):
        return f"is {checked.kind}, and has to be a number"
    return ""


class Known:
    """What conditions can see at one moment. Values are computed when a condition asks for them, and once.

    `value_of` answers the value of a name, None where it has none, and why it is incomplete.
    """

    def __init__(self, language: Language, value_of: Callable[[str], tuple[Any, str]]) -> None:
        self._language = language
        self._value_of = value_of
        self._values: dict[str, Any] = {}
        self._incomplete: dict[str, str] = {}
        self._asked: set[str] = set()
        self._bound: Bound = self._language.bind(self._values)

    def evaluate(self, source: str) -> Verdict:
        """The verdict of a checked condition. On an incomplete attribute it does not match."""
        if source == "true":
            return Verdict(True)
        if incomplete := self._ask(source):
            return Verdict(False, incomplete=incomplete)
        answer: Answer = self._bound.holds(source)
        return Verdict(answer.value is True, answer.error)

    def value(self, source: str) -> Answer:
        """What a checked expression comes to; an error where it reads what is incomplete."""
        incomplete = self._ask(source)
        return Answer(error=incomplete) if incomplete else self._bound.evaluate(source)

    def values(self) -> Mapping[str, Any]:
        """What has been asked for, by name, as far as it has a value."""
        return self._values

    def incomplete(self) -> Mapping[str, str]:
        """What has been asked for and cannot be trusted, with the reason."""
        return self._incomplete

    def look(self, name: str) -> tuple[Any, str]:
        """One variable: its value, None where it has none, and why it is incomplete."""
        self._ask(name)
        return self._values.get(name), self._incomplete.get(name, "")

    def _ask(self, source: str) -> str:
        names = names_in(source)
        for name in (names - self._asked) & self._language.variables.keys():
            self._asked.add(name)
            value, incomplete = self._value_of(name)
            if incomplete:
                self._incomplete[name] = incomplete
            elif value is not None:
                self._values[name] = value
        for name in sorted(names & self._incomplete.keys()):
            return f"{name}: {self._incomplete[name]}"
        return ""
