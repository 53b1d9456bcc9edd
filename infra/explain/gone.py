"""What settled a candidate for good, in words: stops, closed carts, journeys that were left, age, a missing yes."""

from typing import Final

from infra.explain.journeys import left_because, named
from infra.explain.told import Told
from infra.explain.words import listing, span
from tandem.adapters.breakers import read_opened
from tandem.customer import DENIED, Channel
from tandem.events.identity import MARKETING

_ADDRESS: Final = {
    Channel.EMAIL: "email address",
    Channel.SMS: "phone number",
    Channel.PUSH: "phone with the app",
    Channel.WEBHOOK: "id of the customer",
}


def stopped(told: Told) -> str:
    """By hand, by the playbook itself, which can pause a journey, or by the channel's own breaker."""
    seen, what = told.decision.seen, told.saw["stopped"]
    kind, _, channel = what.partition(" ")
    if kind == "breaker":
        why = read_opened(seen.stops.breakers.get(channel, "")).why if seen else ""
        return f"The breaker of {channel} is open{f': {why}' if why else ''}."
    by = "Paused by the playbook" if seen and seen.stops.is_empty else "Stopped by an operator"
    return f"{by}: {what}."


def cart_closed(told: Told) -> str:
    """Ordered or emptied."""
    saw = told.saw
    if saw["by"] != "order":
        return f"Cart {saw['cart_id']} is empty."
    return f"Cart {saw['cart_id']} was ordered at {told.clock(saw['ordered_at'])} (order {saw['order_id']})."


def exited(told: Told) -> str:
    """Its journey is over."""
    return f"The customer left journey {named(told.saw['journey'])}: {left_because(told.saw['why'])}."


def superseded(told: Told) -> str:
    """Of one campaign only what is newest waits."""
    saw = told.saw
    if "active_at" in saw:
        return f"Cart {saw['cart_id']} was touched at {told.moment(saw['active_at'])}: the wait for it begins anew."
    if saw.get("by") == "many":
        return "Too many candidates of this campaign wait already."
    if "attribute" in saw:
        return f"{saw['attribute']} is another day by now."
    return f"Something newer asks for {told.candidate.campaign} too; one message at most comes of both."


def withdrawn(told: Told) -> str:
    """The campaign is gone."""
    return f"The playbook has no campaign {told.candidate.campaign}."


def no_consent(told: Told) -> str:
    """The first release kept the words alone, all of them about marketing."""
    purpose, words = told.saw.get("purpose", MARKETING), told.saw.get("words", told.saw)
    what = "" if purpose == MARKETING else f"{purpose} by "
    return " ".join(_word(f"{what}{channel}", word) for channel, word in words.items())


def _word(what: str, word: str) -> str:
    if word == DENIED:
        return f"The customer said no to {what}."
    return f"The customer never said yes to {what}; unknown counts as no."


def suppressed(told: Told) -> str:
    """A no to everything."""
    return f"The customer said no to everything by {listing(list(told.saw['channels']), 'or')}."


def unreachable(told: Told) -> str:
    """No address."""
    return f"No {listing([_ADDRESS[Channel(each)] for each in told.saw['channels']], 'or')} is known."


def expired(told: Told) -> str:
    """Since its reason arose."""
    return f"Its reason arose {span(told.saw['seconds'])} before; it may leave for {span(told.saw['limit'])} only."


def too_old(told: Told) -> str:
    """Since it happened, or since the wait was to end."""
    origin = told.candidate.origin
    what = "The wait ended" if (origin.due if origin else told.decision.cause.timer) else "It happened"
    ago, limit = span(told.saw["seconds"]), span(told.saw["limit"])
    return f"{what} {ago} before it was handled; after {limit} it is no news."
