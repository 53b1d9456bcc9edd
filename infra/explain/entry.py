"""One line of a customer's timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["profile", "event", "decision", "send"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened at `at` (UTC), in words; `decision_id` ties a decision to its send.

    `outcome` is, of a decision, `chosen` or the reason of the candidate that came furthest; of a send, its ledger
    status (`given_up` for an unknown one of which nothing more is tried), or `withdrawn`, `expired`, `pending` or
    `unknown` where there is no row. It is empty for the others.
    """

    at: datetime
    kind: Kind
    title: str
    details: tuple[str, ...] = ()
    decision_id: str = ""
    outcome: str = ""
