"""A decision as sentences: what was chosen, and for every other candidate why not."""

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from infra.explain import conditions, gone, held, ranked
from infra.explain.told import Told
from tandem.decisions import Candidate, Decision, Outcome
from tandem.decisions.model import FINAL

_WHY: Final[Mapping[Outcome, Callable[[Told], str]]] = MappingProxyType(
    {
        Outcome.STOPPED: gone.stopped,
        Outcome.CART_CLOSED: gone.cart_closed,
        Outcome.EXITED: gone.exited,
        Outcome.SUPERSEDED: gone.superseded,
        Outcome.WITHDRAWN: gone.withdrawn,
        Outcome.AUDIENCE: conditions.not_for,
        Outcome.AUDIENCE_ERROR: conditions.untold,
        Outcome.INCOMPLETE: conditions.not_yet_told,
        Outcome.NO_CONSENT: gone.no_consent,
        Outcome.SUPPRESSED: gone.suppressed,
        Outcome.UNREACHABLE: gone.unreachable,
        Outcome.EXPIRED: gone.expired,
        Outcome.TOO_OLD: gone.too_old,
        Outcome.HOLDOUT: held.held_out,
        Outcome.EXCLUDED: held.excluded,
        Outcome.CAP: held.capped,
        Outcome.QUIET_HOURS: held.quiet,
        Outcome.OUTRANKED: ranked.outranked,
        Outcome.DEFERRED: held.deferred,
        Outcome.WAITING: held.waiting,
    }
)


def sentences(decision: Decision, *, zone: tzinfo = UTC, currency: str = "") -> tuple[str, ...]:
    """One sentence or two a candidate, the chosen one first.

    Times are told in the customer's zone as the record has it, else in `zone`; money in `currency`, the shop's.
    """
    chosen_first = sorted(decision.candidates, key=lambda each: each.outcome is not Outcome.CHOSEN)
    return tuple(sentence(each, decision, zone=zone, currency=currency) for each in chosen_first)


def sentence(candidate: Candidate, decision: Decision, *, zone: tzinfo = UTC, currency: str = "") -> str:
    """What became of one candidate."""
    told = Told(candidate, decision, ZoneInfo(decision.seen.zone) if decision.seen else zone, currency)
    if candidate.outcome is Outcome.CHOSEN:
        return ranked.chosen(told)
    so_far = "Not sent" if candidate.outcome in FINAL else "Not yet"
    return f"{so_far}: {candidate.campaign}. {_WHY[candidate.outcome](told)}"
