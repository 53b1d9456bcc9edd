"""A decision as sentences: what was chosen, and for every other candidate why not."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, assert_never

from infra.explain.incomplete import incomplete
from infra.explain.words import as_moment, clock, count, listing, place, span
from tandem.customer import DENIED, Channel
from tandem.decisions import Candidate, Decision, Outcome

_ADDRESS: Final = {Channel.EMAIL: "email address", Channel.SMS: "phone number"}
_NAME: Final = re.compile(r"(?:customer|profile)\.[a-z_]+")


def sentences(decision: Decision, *, zone: tzinfo = UTC) -> tuple[str, ...]:
    """One sentence a candidate, the chosen one first. Times are told in `zone`, the customer's."""
    ranked = sorted(decision.candidates, key=lambda each: each.outcome is not Outcome.CHOSEN)
    return tuple(sentence(each, decision, zone=zone) for each in ranked)


def sentence(candidate: Candidate, decision: Decision, *, zone: tzinfo = UTC) -> str:
    """What became of one candidate."""
    if candidate.outcome is Outcome.CHOSEN:
        return f"Chosen: {candidate.campaign} by {decision.channel} (priority {candidate.saw.get('priority', '?')})."
    return f"Not sent: {candidate.campaign}. {_why(candidate, decision, zone)}"


def _why(candidate: Candidate, decision: Decision, zone: tzinfo) -> str:
    saw = candidate.saw
    match candidate.outcome:
        case Outcome.CHOSEN:
            return ""
        case Outcome.CART_CLOSED:
            return _cart_closed(saw, decision.at, zone)
        case Outcome.AUDIENCE:
            return f"It is for customers with {saw['when']}{_values(str(saw['when']), decision.attributes)}."
        case Outcome.AUDIENCE_ERROR:
            return f"Whether {saw['when']} holds cannot be told for this customer ({saw['error']})."
        case Outcome.INCOMPLETE:
            return f"{saw['when']} cannot be told yet: {incomplete(str(saw['attribute']))}."
        case Outcome.UNREACHABLE:
            return f"No {listing([_ADDRESS[Channel(each)] for each in saw['channels']], 'or')} is known."
        case Outcome.NO_CONSENT:
            return " ".join(_consent(channel, word) for channel, word in saw.items())
        case Outcome.TOO_OLD:
            what = "The wait ended" if decision.cause.timer else "It happened"
            return f"{what} {span(saw['seconds'])} before it was handled; after {span(saw['limit'])} it is no news."
        case Outcome.CAP:
            return _cap(saw, decision.at, zone)
        case Outcome.OUTRANKED:
            return f"{saw['by']} has a higher priority ({saw['its_priority']} over {saw['priority']})."
        case other:
            assert_never(other)


def _cart_closed(saw: Mapping[str, Any], at: datetime, zone: tzinfo) -> str:
    if saw["by"] != "order":
        return f"Cart {saw['cart_id']} is empty."
    ordered = clock(as_moment(saw["ordered_at"]), zone, near=at)
    return f"Cart {saw['cart_id']} was ordered at {ordered} (order {saw['order_id']})."


def _cap(saw: Mapping[str, Any], at: datetime, zone: tzinfo) -> str:
    told = f"Already {count(saw['messages'], 'message')} in the last {span(saw['days'] * 86400)} (limit {saw['limit']})"
    if not saw.get("free_at"):
        return f"{told}."
    return f"{told}; next possible {clock(as_moment(saw['free_at']), zone, near=at)} {place(zone)}."


def _consent(channel: str, word: str) -> str:
    if word == DENIED:
        return f"The customer said no to {channel}."
    return f"The customer never said yes to {channel}; unknown counts as no."


def _values(when: str, attributes: Mapping[str, Any]) -> str:
    """What the attributes that the condition names were at that moment."""
    names = [name for name in dict.fromkeys(_NAME.findall(when)) if name in attributes]
    told = listing([f"{name} was {attributes[name]}" for name in names])
    return f" ({told})" if names else ""
