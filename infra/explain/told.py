"""One candidate as it is told: with its decision, the customer's zone and the shop's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from infra.explain.words import as_moment, clock, place
from infra.explain.words import money as in_money
from tandem.decisions import Candidate, Decision


@dataclass(frozen=True, slots=True)
class Told:
    """`zone` is the one that times are told in, `currency` empty where it is not known."""

    candidate: Candidate
    decision: Decision
    zone: tzinfo
    currency: str

    @property
    def saw(self) -> Mapping[str, Any]:
        """What the gate saw."""
        return self.candidate.saw

    def clock(self, value: object) -> str:
        """`24 Nov 09:00`, on the day of the decision `09:00`."""
        return clock(as_moment(value), self.zone, near=self.decision.at)

    def moment(self, value: object) -> str:
        """The same with the place: `09:00 Madrid`."""
        return f"{self.clock(value)} {place(self.zone)}"

    def money(self, minor: float) -> str:
        """An amount in the shop's currency."""
        return in_money(round(minor), self.currency)
