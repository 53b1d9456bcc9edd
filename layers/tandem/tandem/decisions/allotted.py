"""Who is compared with whom: all whom the holdout's gate was asked about, whatever became of them afterwards."""

from typing import Final

from tandem.decisions.model import Candidate, Outcome
from tandem.playbook import Campaign, Playbook

# Settled by the holdout's gate or by what comes after it.
_SETTLED: Final = frozenset(
    {Outcome.HOLDOUT, Outcome.EXCLUDED, Outcome.CAP, Outcome.QUIET_HOURS, Outcome.OUTRANKED, Outcome.CHOSEN}
)


def is_allotted(candidate: Candidate) -> bool:
    """Whether chance has put the customer on one side: held out, or meant to get it.

    Caps and what else comes later hold back only those who are meant to get it. Were these left out, the rest would
    differ from who is held out not by chance alone. So is somebody who waits for quiet hours to end; who only waits
    for others to compete with has not been asked about yet, and who is put off by the provider's quota was before.
    """
    if candidate.outcome is Outcome.DEFERRED:
        return not candidate.saw.keys() & {"deferred", "active_at", "over_quota"}
    return candidate.outcome in _SETTLED


def has_holdout(campaign: Campaign, playbook: Playbook) -> bool:
    """Whether some never get it, to see what difference it makes."""
    return campaign.holdout is not None or (playbook.holdout is not None and not campaign.transactional)
