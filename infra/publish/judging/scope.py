"""What is known at a place of a Liquid text: variables, what loops and assignments add, and what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from infra.publish.judging.kinds import ANY, OURS, TEXT, Kind, Names, Part, Scalar


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known at a place: variables, what loops and assignments add, and what was asked to be there."""

    names: Names
    assigned: dict[str, Part] = field(default_factory=dict)
    loops: Mapping[str, Part] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()

    def find(self, name: str) -> Part | None:
        """What a name stands for here, if for anything."""
        return self.loops.get(name) or self.assigned.get(name) or self.names.get(name)

    def every(self) -> list[str]:
        """All names that may be used here."""
        return sorted({*self.loops, *self.assigned, *self.names} - {"forloop"})

    def branch(self, asked: frozenset[str] = frozenset()) -> "Scope":
        """The same for one of several ways, where so much was asked to be there."""
        return replace(self, assigned=dict(self.assigned), asked=self.asked | asked)

    def join(self, branches: Sequence["Scope"]) -> None:
        """After branches of which one was taken: what not each of them assigned may be absent."""
        for name in sorted({name for branch in branches for name in branch.assigned}):
            found = [branch.assigned.get(name) for branch in branches]
            kinds = {each.kind for each in found if each and isinstance(each.kind, Scalar)}
            each_kind = [each.kind for each in found if each]
            ours = all(isinstance(kind, Scalar) and kind.ours for kind in each_kind)
            kind = reduce(less_ours, each_kind) if len(kinds) <= 1 else ANY if ANY in kinds else OURS if ours else TEXT
            self.assigned[name] = Part(kind, absent=any(each is None or each.absent for each in found))


class Asked(NamedTuple):
    """What is there where a condition holds, and where it does not."""

    holds: frozenset[str] = frozenset()
    fails: frozenset[str] = frozenset()


def less_ours(kind: Kind, other: Kind) -> Kind:
    """Of two that are the same otherwise, the one that others can say."""
    return other if isinstance(other, Scalar) and not other.ours else kind
