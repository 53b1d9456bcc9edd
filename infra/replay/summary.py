"""A replay in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infra.explain import verdict
from tandem.decisions import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Summary:
    """`chosen` counts messages by campaign and tier, `held_back` candidates by reason and campaign.

    `nothing` names, by the reason that came nearest, the customers of decisions for nothing, each once.
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
        else:
            nothing.setdefault(verdict(decision), {})[decision.customer_id] = None
        held_back.update(
            (each.outcome, each.campaign) for each in decision.candidates if each.outcome is not Outcome.CHOSEN
        )
    return Summary(chosen, held_back, {outcome: tuple(names) for outcome, names in nothing.items()})


def tier_of(decision: Decision) -> str:
    """The tier that the customer had when it was made."""
    return str(decision.attributes.get("customer.basket_tier", "unknown"))
