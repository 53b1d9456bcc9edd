"""Which of many conditions hold at one moment, without looking at the others.

For each attribute, its value selects a mask of the entries that it allows; what all masks have in common is left over.
Where a condition says more than tests of attributes against literals, or a value is not of the literal's type, CEL
says whether it holds: for those that are left over, and for the whole condition.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from tandem.expressions import Language
from tandem.playbook.columns import Column, is_plain, typed
from tandem.playbook.conditions import Known, Verdict
from tandem.playbook.masks import bits_of, mask_of
from tandem.playbook.terms import Attribute, Reader

_HOLDS: Final = Verdict(True)
_FAILS: Final = Verdict(False)


class Match(NamedTuple):
    """A condition, by its position, that holds, errs or is incomplete."""

    position: int
    verdict: Verdict


class Index:
    """Conditions by position. They have to be checked ones of this language; none is compiled before it is asked.

    `type_of` says which literals a value may be compared with here, and as what.
    """

    def __init__(
        self,
        conditions: Sequence[str],
        language: Language,
        type_of: Callable[[Any, bool], tuple[type | None, Any]] = typed,
    ) -> None:
        self._conditions = conditions
        self._type_of = type_of
        self._positions: list[int] = []  # of each entry
        self._open: list[int] = []  # entries that only the library can answer
        self._readers: dict[str, list[int]] = {}  # entries by the names that their conditions read
        self._columns: dict[Attribute, Column] = {}
        reader = Reader(language.variables)
        for position, source in enumerate(conditions):
            self._read(position, source, reader)
        self._names = sorted(self._readers.keys() & language.variables.keys())

    def _read(self, position: int, source: str, reader: Reader) -> None:
        first = len(self._positions)
        found, names = reader.entries(source)
        for entry, (tests, whole) in enumerate(found, first):
            self._positions.append(position)
            is_read = whole
            for test in tests:
                column = self._columns.get(test.attribute)
                if column is None:
                    column = self._columns[test.attribute] = Column(test.attribute)
                is_read &= column.add(entry, test)
            if not is_read:
                self._open.append(entry)
        entries = range(first, len(self._positions))
        for name in names:
            self._readers.setdefault(name, []).extend(entries)

    def matching(self, known: Known) -> list[Match]:
        """What holds, errs or is incomplete, in order: exactly what evaluating one condition after another says."""
        left, unsure = self._left(known)
        unsure &= left
        sure = self._positions_of(left ^ unsure)
        found = [Match(position, _HOLDS) for position in sure]
        if unsure:
            asked = set(self._positions_of(unsure)).difference(sure)
            told = [Match(position, known.evaluate(self._conditions[position])) for position in asked]
            found += [match for match in told if match.verdict != _FAILS]
            found.sort(key=lambda match: match.position)
        return found

    def _left(self, known: Known) -> tuple[int, int]:
        """The entries that no test rules out, and those that only the library can answer.

        A value that is incomplete, or that the library may choke on, leaves over all that read it.
        """
        left, unsure, whole = self._everyone, self._unread, 0
        for name, columns in self._by_name:
            value, incomplete = known.look(name)
            if incomplete or not is_plain(value):
                whole |= mask_of(self._readers[name], len(self._positions))
            for column in columns:
                passing, unknown = column.answer(value, self._type_of)
                left &= passing
                unsure |= unknown
        return left | whole, unsure | whole

    def _positions_of(self, mask: int) -> list[int]:
        """Entries of one condition are neighbours."""
        return list(dict.fromkeys(self._positions[entry] for entry in bits_of(mask)))

    @cached_property
    def _everyone(self) -> int:
        return (1 << len(self._positions)) - 1

    @cached_property
    def _unread(self) -> int:
        return mask_of(self._open, len(self._positions))

    @cached_property
    def _by_name(self) -> list[tuple[str, list[Column]]]:
        columns: dict[str, list[Column]] = {name: [] for name in self._names}
        for column in self._columns.values():
            column.prepare(len(self._positions))
            columns[column.attribute.name].append(column)
        return list(columns.items())
