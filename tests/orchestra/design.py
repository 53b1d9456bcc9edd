"""What of the product a world plays with, as arguments: as designed, or with one protection switched off."""

from collections.abc import Mapping, Sequence
from typing import Any

from tandem.customer import Customer
from tandem.decisions import GATES, Arbitration, Decision, Gate
from tandem.playbook import Playbook
from tandem.sending.ports import Look


class Design:
    """As designed."""

    gates: Sequence[Gate] = GATES
    checks_versions = True
    tells = ""  # what the fault says that a switched-off protection leads to

    @property
    def by(self) -> Arbitration:
        """How is decided."""
        return Arbitration(gates=tuple(self.gates))

    def played(self, playbook: Playbook) -> Playbook:
        """The playbook as the actor reads it."""
        return playbook

    def loaded(self, customer: Customer) -> Customer:
        """The record as the actor reads it."""
        return customer

    def look(self, look: Look) -> Look:
        """What `send` sees before a message leaves."""
        return look

    def delivered(self, envelope: Mapping[str, Any], copy: int) -> Mapping[str, Any]:
        """An event as it comes the first time (0) or again."""
        return envelope

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a send's outcome tells the door."""
        return envelope

    def recorded(self, decision: Decision) -> Decision:
        """What the record of a decision holds."""
        return decision
