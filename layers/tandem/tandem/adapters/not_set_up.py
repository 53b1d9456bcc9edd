"""A way out that this stack does not have."""

from dataclasses import dataclass

from tandem.sending.outcome import Reason
from tandem.sending.ports import Abilities, Answer, Envelope, Rejected


@dataclass(frozen=True, slots=True)
class NotSetUp:
    """A Provider that refuses everything: `lacks` is the stack's parameter without which it is none."""

    lacks: str

    @property
    def abilities(self) -> Abilities:
        """None."""
        return Abilities()

    def send(self, envelope: Envelope) -> Answer:
        """Refuse it."""
        return Rejected(
            Reason.NOT_DELIVERABLE, f"{envelope.channel.value} is not set up: this stack has no {self.lacks}"
        )
