"""Goals that are watched: whether what a campaign is for came about after a decision."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A candidate of a decision, watched since it was decided about, whether it was chosen or held back.

    How long, and for what, the campaign's goal says. `reached_at` is when the earliest event occurred that reached it.
    """

    decision: str
    campaign: str
    since: datetime
    reached_at: datetime | None = None
