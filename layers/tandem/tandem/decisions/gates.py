"""The gates, in their fixed order. Each answers one question, and says what it saw when it closes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tandem.customer import Channel
from tandem.decisions.model import Outcome
from tandem.decisions.moment import Moment
from tandem.playbook import Campaign, OnAbandonedCart


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a gate holds a campaign back."""

    outcome: Outcome
    saw: Mapping[str, Any] = field(default_factory=dict)


Gate = Callable[[Campaign, Moment], Closed | None]


def cart_is_open(campaign: Campaign, moment: Moment) -> Closed | None:
    """A reminder needs a cart: an order or an emptied cart is the end of it."""
    if moment.cart or not isinstance(campaign.trigger, OnAbandonedCart):
        return None
    order = moment.attributes.carts.closed_by.get(moment.cause.cart_id)
    if order is None:
        return Closed(Outcome.CART_CLOSED, {"cart_id": moment.cause.cart_id, "by": "emptied"})
    saw = {"cart_id": moment.cause.cart_id, "by": "order", "order_id": order.order_id, "ordered_at": order.occurred_at}
    return Closed(Outcome.CART_CLOSED, saw)


def audience(campaign: Campaign, moment: Moment) -> Closed | None:
    """The campaign's condition."""
    verdict = moment.known.evaluate(campaign.when)
    if verdict.holds:
        return None
    if verdict.incomplete:
        return Closed(Outcome.INCOMPLETE, {"when": campaign.when, "attribute": verdict.incomplete})
    if verdict.error:
        return Closed(Outcome.AUDIENCE_ERROR, {"when": campaign.when, "error": verdict.error})
    return Closed(Outcome.AUDIENCE, {"when": campaign.when})


def reachable(campaign: Campaign, moment: Moment) -> Closed | None:
    """An address on one of the campaign's channels."""
    if any(moment.customer.address(channel) for channel in campaign.channels):
        return None
    return Closed(Outcome.UNREACHABLE, {"channels": list(campaign.channels)})


def consent(campaign: Campaign, moment: Moment) -> Closed | None:
    """A yes for one of the channels that reach the customer."""
    if channel_for(campaign, moment):
        return None
    reached = [channel for channel in campaign.channels if moment.customer.address(channel)]
    words = {channel: moment.customer.consents.get(channel) for channel in reached}
    return Closed(
        Outcome.NO_CONSENT, {str(channel): word.value if word else "unknown" for channel, word in words.items()}
    )


def age(campaign: Campaign, moment: Moment) -> Closed | None:
    """News only: how long ago the event happened, or the wait should have ended."""
    late = moment.now - (moment.due or moment.cause.occurred_at)
    if late <= campaign.max_age:
        return None
    return Closed(
        Outcome.TOO_OLD, {"seconds": int(late.total_seconds()), "limit": int(campaign.max_age.total_seconds())}
    )


def cap(campaign: Campaign, moment: Moment) -> Closed | None:
    """At most so many messages in the window that ends now. A withdrawn one counts: it may have left."""
    limit = moment.playbook.cap
    counted = [entry for entry in moment.customer.sends if entry.decided_at > moment.now - limit.within]
    if len(counted) < limit.messages:
        return None
    freed_at = (
        sorted(entry.decided_at for entry in counted)[len(counted) - limit.messages] + limit.within
        if limit.messages
        else None
    )
    days = limit.within.total_seconds() / 86400
    return Closed(Outcome.CAP, {"messages": len(counted), "limit": limit.messages, "days": days, "free_at": freed_at})


GATES: Final[tuple[Gate, ...]] = (cart_is_open, audience, reachable, consent, age, cap)


def closed(campaign: Campaign, moment: Moment) -> Closed | None:
    """The first gate that closes, or None."""
    return next((found for gate in GATES if (found := gate(campaign, moment))), None)


def channel_for(campaign: Campaign, moment: Moment) -> Channel | None:
    """The first of the campaign's channels that reaches the customer and may."""
    customer = moment.customer
    return next((each for each in campaign.channels if customer.address(each) and customer.consents_to(each)), None)
