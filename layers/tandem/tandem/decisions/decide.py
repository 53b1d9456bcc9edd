"""Arbitration: of the campaigns no gate holds back, the one with the highest priority; or nothing."""

from collections.abc import Sequence
from typing import Any, Final

from tandem.customer import Channel, Send, SendEntry
from tandem.decisions.gates import channel_for, closed
from tandem.decisions.model import Candidate, Decision, Outcome
from tandem.decisions.moment import Moment, attribute_values
from tandem.decisions.recommend import recommend
from tandem.events import Line, OrderCompleted, digest
from tandem.playbook import Campaign

MOST_LINES: Final = 100  # a mail lists a few and says how many more there are; the total counts them all


def decide(
    campaigns: Sequence[Campaign], moment: Moment, *, events: tuple[str, ...], taken: Campaign | None = None
) -> Decision:
    """One message at most. `campaigns` are those the cause can start, highest priority first.

    `taken` has the message of what caused this: no other one leaves for it.
    """
    best = taken
    candidates = []
    for campaign in campaigns:
        held_back = closed(campaign, moment)
        if held_back:
            candidates.append(Candidate(campaign.id, held_back.outcome, _json(held_back.saw)))
        elif best:
            saw = {"by": best.id, "priority": campaign.priority, "its_priority": best.priority}
            candidates.append(Candidate(campaign.id, Outcome.OUTRANKED, saw))
        else:
            best = campaign
            candidates.append(Candidate(campaign.id, Outcome.CHOSEN, {"priority": campaign.priority}))
    winner = None if taken else best
    return Decision(
        id=decision_id(moment),
        customer_id=moment.customer.customer_id,
        at=moment.now,
        cause=moment.cause,
        events=events,
        playbook=moment.playbook.number,
        snapshot=moment.header.as_of if moment.header else None,
        attributes=attribute_values(moment, campaigns),
        candidates=tuple(candidates),
        campaign=winner.id if winner else None,
        template=winner.template(moment.attributes.basket_tier) if winner else "",
        channel=channel_for(winner, moment) if winner else None,
    )


def decision_id(moment: Moment) -> str:
    """The same for every repetition of the same cause."""
    return digest("decision", moment.customer.customer_id, moment.cause.identity)


def send_of(decision: Decision, campaign: Campaign, channel: Channel, moment: Moment) -> Send:
    """The order to send what was decided."""
    body = moment.event.body if moment.event else None
    order = body if isinstance(body, OrderCompleted) else None
    cart = moment.cart
    lines: tuple[Line, ...] = order.lines if order else cart.lines if cart else ()
    complements = recommend(lines, moment.playbook.products) if campaign.recommend == "complements" else ()
    return Send(
        id=decision.id,
        customer_id=decision.customer_id,
        campaign=campaign.id,
        template=decision.template,
        channel=channel,
        address=moment.customer.address(channel),
        locale=moment.locale,
        playbook=decision.playbook,
        tier=str(moment.attributes.basket_tier),
        currency=(order.currency if order else cart.currency if cart else "") or moment.playbook.shop.currency,
        not_before=moment.now,
        not_after=moment.now + campaign.validity,
        first_name=moment.customer.trait("first_name"),
        lines=lines[:MOST_LINES],
        recommended=complements,
        total_minor=order.total_minor if order else cart.value_minor if cart else None,
        order_id=order.order_id if order else "",
        cart_id=cart.cart_id if cart else "",
    )


def entry_of(send: Send, moment: Moment) -> SendEntry:
    """What the send history keeps of a Send: its slot of the cap, and the place to withdraw it."""
    touched_at = moment.cart.last_activity if moment.cart else None
    return SendEntry(send.id, send.campaign, send.channel, moment.now, send.not_after, send.cart_id, touched_at)


def _json(saw: Any) -> dict[str, Any]:
    """Without what has no value: a record holds only what was seen."""
    return {key: value for key, value in saw.items() if value is not None}
