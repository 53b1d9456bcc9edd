"""A replay in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infra.explain import verdict
from tandem.decisions import Decision, Outcome
from tandem.decisions.model import FINAL


@dataclass(frozen=True, slots=True)
class Summary:
    """`chosen` counts messages by campaign and tier, `held_back` candidates by reason and campaign.

    `nothing` names, by the reason that came nearest, the customers of decisions for nothing, each once. What only waits
    is in neither: it ends in a decision of its own.
    """

    chosen: Mapping[tuple[str, str], int]
    held_back: Mapping[tuple[Outcome, str], int]
    nothing: Mapping[Outcome, tuple[str, ...]]


def summary(decisions: Iterable[Decision]) -> Summary:
    """Counts decisions."""
    chosen: Counter[tuple[str, str]] = Counter()
    held_back: Counter[tuple[Outcome, str]] = Counter()
    nothing: dict[Outcome, dict[str, None]] = {}
    for decision in decisions:
        if decision.campaign:
            chosen[decision.campaign, tier_of(decision)] += 1
        elif (found := verdict(decision)) in FINAL:
            nothing.setdefault(found, {})[decision.customer_id] = None
        held_back.update(
            (each.outcome, each.campaign)
            for each in decision.candidates
            if each.outcome in FINAL and each.outcome is not Outcome.CHOSEN
        )
    return Summary(chosen, held_back, {outcome: tuple(names) for outcome, names in nothing.items()})


def tier_of(decision: Decision) -> str:
    """The tier that the customer had when it was made."""
    return str(decision.attributes.get("customer.basket_tier", "unknown"))
