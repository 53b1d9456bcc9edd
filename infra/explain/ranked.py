"""Why one candidate was chosen, and another not, once no gate held either back."""

from datetime import timedelta
from typing import Final

from infra.explain.journeys import named
from infra.explain.told import Told
from tandem.decisions.decide import NOTHING

_AT_ONCE: Final = timedelta(minutes=1)


def chosen(told: Told) -> str:
    """`Chosen: welcome-1 by email (worth 2.50 USD). Journey welcome asks for it.`"""
    candidate, decision = told.candidate, told.decision
    words = [f"Chosen: {candidate.campaign} by {decision.channel}{_why(told)}."]
    origin, since = candidate.origin, candidate.since
    if origin and origin.journey:
        words.append(f"Journey {named(origin.journey)} asks for it.")
    if since and decision.at - since >= _AT_ONCE:
        words.append(f"It has waited since {told.clock(since)}.")
    return " ".join(words)


def _why(told: Told) -> str:
    candidate = told.candidate
    priority, score, likely = candidate.saw.get("priority"), candidate.score, candidate.propensity
    words = [f"priority {priority}"] if priority is not None else []
    if priority is None and score:
        words.append(f"worth {told.money(score)}")
    if likely is not None and likely < 1:
        words.append(f"drawn, and {likely:.0%} likely to be")
    if told.decision.variant:
        words.append(f"variant {told.decision.variant}")
    return f" ({', '.join(words)})" if words else ""


def outranked(told: Told) -> str:
    """`second-order has a higher priority (200 over 100).`"""
    saw, score = told.saw, told.candidate.score or 0.0
    if saw == {"by": NOTHING}:
        return f"Nothing is better: it costs more than it is expected to bring ({told.money(score)})."
    other, mine, its = saw["by"], saw.get("priority"), saw.get("its_priority")
    if saw.get("its_transactional"):
        return f"{other} is transactional and goes first."
    if its is None:
        return _by_worth(told, other, float(saw.get("its_score", score)), score)
    if mine is None:
        return f"{other} has a priority by hand ({its})."
    if its == mine:
        return f"{other} has the same priority ({its}) and comes first by name."
    return f"{other} has a higher priority ({its} over {mine})."


def _by_worth(told: Told, other: str, its: float, mine: float) -> str:
    if its == mine:
        return f"{other} is worth as much and comes first by name."
    both = f"{told.money(its)} over {told.money(mine)}"
    if its > mine:
        return f"{other} is worth more ({both})."
    return f"{other} was tried instead, to learn what it brings ({both})."
