"""A message to a real customer, as if it were decided now, by the code that makes a decision's message."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from infra.preview.made_up import Person, place_of
from infra.preview.starts import Subject, asking, subject_of
from tandem.actor.working import Working, with_cart
from tandem.attributes import Tier
from tandem.attributes.facts import OrderFact
from tandem.customer import Origin, Waiting
from tandem.decisions import Cause, Chosen, Decision
from tandem.decisions.share import pick, share
from tandem.events import EventType, Line, digest
from tandem.playbook import Campaign

_AS_IF: Final = "As if decided now: whether it would be, and what caps, consents and quiet hours say, is not looked at."


def tier_of(working: Working) -> Tier:
    """The customer's tier by now."""
    return Tier(working.scene.attributes.basket_tier)


def variant_of(working: Working, campaign: Campaign) -> str:
    """The variant that this customer always gets; empty where there are none."""
    variants = campaign.variants
    drawn = share("variant", campaign.id, working.customer.customer_id)
    return variants[pick([each.weight for each in variants], drawn)].id if variants else ""


def as_if_decided(working: Working, campaign: Campaign, *, tier: Tier, variant: str) -> Person:
    """The message with the customer's real record, attributes, and latest cart or order."""
    origin, assumed = _origin(working, campaign)
    customer, now = working.customer, working.now
    waiting = Waiting("preview", campaign.id, origin, now, now)
    reached = (channel for channel in campaign.channels if customer.address(channel))
    channel = next(reached, campaign.channels[0])
    decision = Decision(
        id=digest("preview", customer.customer_id, campaign.id),
        customer_id=customer.customer_id,
        at=now,
        cause=Cause(origin.type, origin.identity, origin.occurred_at),
        events=(),
        playbook=working.playbook.number,
        snapshot=working.scene.header.as_of if working.scene.header else None,
        attributes={},
        candidates=(),
        campaign=campaign.id,
        template=campaign.template(tier, variant),
        channel=channel,
        variant=variant,
    )
    chosen = Chosen(campaign, waiting, channel, variant, now, now + campaign.validity)
    send = replace(working.send_of(decision, chosen), tier=str(tier))
    addresses = {each: customer.address(each) for each in campaign.channels if customer.address(each)}
    unreached = [each for each in campaign.channels if each not in addresses]
    nowhere = [f"No address by {each} is known: {place_of(each)} stands in for it." for each in unreached]
    return Person(customer.customer_id, send, (_AS_IF, *assumed, *nowhere), addresses)


def _origin(working: Working, campaign: Campaign) -> tuple[Origin, list[str]]:
    """What the message would speak of, and what had to be assumed of it."""
    match subject_of(working.playbook, campaign):
        case Subject.CART:
            return _of_cart(working)
        case Subject.ORDER:
            return _of_order(working, campaign)
        case Subject.NOTHING:
            return _of_nothing(working), []


def _of_nothing(working: Working) -> Origin:
    return Origin("preview", "preview", working.now)


def _of_cart(working: Working) -> tuple[Origin, list[str]]:
    carts = working.scene.attributes.carts.open.values()
    cart = max(carts, key=lambda each: (each.last_activity, each.cart_id), default=None)
    if cart is None:
        return _of_nothing(working), ["There is no open cart: so it would not be decided."]
    origin = Origin("cart_abandoned", "preview", cart.last_activity, cart_id=cart.cart_id, currency=cart.currency)
    return with_cart(origin, cart), [f"It speaks of the open cart {cart.cart_id}, the one touched last."]


def _of_order(working: Working, campaign: Campaign) -> tuple[Origin, list[str]]:
    """The order that the campaign's own journey is about; else the latest, as whole as anything keeps it."""
    own = {each.id for each in asking(working.playbook, campaign.id)}
    kept = sorted(_kept(working), key=lambda each: each.origin.occurred_at, reverse=True)
    about = next((each.origin for each in kept if each.campaign == campaign.id or each.journey in own), None)
    if about:
        return about, [f"It speaks of the order {about.order_id}, which its journey is about."]
    orders = working.customer.orders
    latest = max(orders, key=lambda each: (each.occurred_at, each.identity), default=None)
    if latest is None:
        return _of_nothing(working), ["No order of the last 30 days is known by events: so it would not be decided."]
    whole = next((each.origin for each in kept if each.origin.order_id == latest.order_id), None)
    if whole:
        return whole, [f"It speaks of the latest order, {latest.order_id}."]
    return _left_of(latest), [
        f"It speaks of the latest order, {latest.order_id}. Of its lines the products are kept alone: quantities are "
        "taken to be 1, names and prices come from products.yaml."
    ]


def _left_of(order: OrderFact) -> Origin:
    return Origin(
        str(EventType.ORDER_COMPLETED),
        order.identity,
        order.occurred_at,
        order_id=order.order_id,
        currency=order.currency,
        total_minor=order.total_minor,
        lines=tuple(Line(product, 1) for product in order.product_ids),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """An order that a candidate or a journey keeps whole."""

    origin: Origin
    campaign: str = ""
    journey: str = ""


def _kept(working: Working) -> Iterator[_Kept]:
    for waiting in working.customer.waiting:
        if waiting.origin.order_id:
            yield _Kept(waiting.origin, campaign=waiting.campaign)
    for underway in working.customer.journeys:
        if underway.origin.order_id:
            yield _Kept(underway.origin, journey=underway.journey)
