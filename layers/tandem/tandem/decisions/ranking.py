"""The ranking port: of the candidates that no gate holds back, which one, and how probable was that choice?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tandem.decisions.share import pick


@dataclass(frozen=True, slots=True)
class Ranked:
    """`place` is that of the one chosen, None for nothing. `scores` and `propensities` are by candidate; the latter are
    each one's probability of being chosen, and what is missing to 1 is that of nothing."""

    place: int | None
    scores: tuple[float, ...]
    propensities: tuple[float, ...]


class Policy(Protocol):
    """A numbered snapshot of what is known of campaigns' worth. It is pure: chance comes as `drawn`, in [0, 1)."""

    @property
    def number(self) -> int:
        """The snapshot's number; 0 is that of declared values."""
        ...

    def rank(self, campaigns: Sequence[str], values: Sequence[float], drawn: float) -> Ranked:
        """Chooses among campaigns (ids, never empty) by what each is expected to bring (minor units, costs taken off);
        nothing brings 0."""
        ...


@dataclass(frozen=True, slots=True)
class Declared:
    """Ranks by what the playbook says that a message is worth to this customer.

    With `explore`, so much of all choices is made evenly among what is not worse than nothing, so that everything is
    tried; the propensities say how likely each was.
    """

    number: int = 0
    explore: float = 0.0

    def rank(self, campaigns: Sequence[str], values: Sequence[float], drawn: float) -> Ranked:
        """The highest value; of equal ones the first id. Nothing, where all are below 0."""
        worth = [place for place, value in enumerate(values) if value >= 0]
        if not worth:
            return Ranked(None, tuple(values), (0.0,) * len(values))
        best = min(worth, key=lambda place: (-values[place], campaigns[place]))
        even = self.explore / len(worth)
        likely = [even if place in worth else 0.0 for place in range(len(values))]
        likely[best] += 1 - self.explore
        place = best if drawn >= self.explore else worth[pick([1] * len(worth), drawn / self.explore)]
        return Ranked(place, tuple(values), tuple(likely))


DECLARED = Declared()
