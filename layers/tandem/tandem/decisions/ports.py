"""Where decisions are kept, and what came of them."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from tandem.decisions.model import Decision
from tandem.decisions.reached import Reached

Recordable = Decision | Reached


class Records(Protocol):
    """Decisions, and the goals that they reached. Writing the same again changes nothing, nor does the order."""

    def put(self, records: Sequence[Recordable]) -> frozenset[str]:
        """Writes them; returns the ids of those that could not be written."""
        ...

    def of(self, customer_id: str) -> Iterator[Decision]:
        """A customer's decisions, oldest first. Raises Unavailable."""
        ...

    def reached(self, customer_id: str) -> tuple[Reached, ...]:
        """The goals that they reached: of each candidate the earliest. Raises Unavailable."""
        ...

    def find(self, decision_id: str) -> Decision | None:
        """The decision with this id; None where there is none. Raises Unavailable."""
        ...
