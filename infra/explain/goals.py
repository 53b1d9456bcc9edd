"""Goals that decisions came to, in words."""

from collections.abc import Iterable
from datetime import tzinfo

from infra.explain.words import clock, span
from tandem.decisions import Decision, Reached
from tandem.decisions.reached import earliest


def goals(decision: Decision, reached: Iterable[Reached], zone: tzinfo) -> tuple[str, ...]:
    """A sentence for each of its candidates that came to its goal, the first first."""
    own = earliest(each for each in reached if each.decision == decision.id)
    return tuple(_sentence(each, zone) for each in own.values())


def _sentence(reached: Reached, zone: tzinfo) -> str:
    after, at = span((reached.reached_at - reached.decided_at).total_seconds()), clock(reached.reached_at, zone)
    return f"Goal reached: {reached.campaign}, {reached.event} {after} after the decision ({at})."
