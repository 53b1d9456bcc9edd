"""The memory twin of the decisions' table: for the tests and the simulator."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tandem.decisions import Decision, Reached
from tandem.decisions.ports import Recordable
from tandem.decisions.reached import earliest


@dataclass(slots=True)
class MemoryDecisions:
    """What was recorded, by id."""

    kept: dict[str, Recordable] = field(default_factory=dict)

    def put(self, records: Sequence[Recordable]) -> frozenset[str]:
        """Always succeeds."""
        self.kept |= {each.id: each for each in records}
        return frozenset()

    def of(self, customer_id: str) -> Iterator[Decision]:
        """A customer's decisions, oldest first."""
        own = [each for each in self.kept.values() if isinstance(each, Decision) and each.customer_id == customer_id]
        return iter(sorted(own, key=lambda each: (each.at, each.id)))

    def reached(self, customer_id: str) -> tuple[Reached, ...]:
        """The goals that they reached: of each candidate the earliest."""
        found = [each for each in self.kept.values() if isinstance(each, Reached) and each.customer_id == customer_id]
        return tuple(earliest(found).values())

    def find(self, decision_id: str) -> Decision | None:
        """The decision with this id; None where there is none."""
        found = self.kept.get(decision_id)
        return found if isinstance(found, Decision) else None
