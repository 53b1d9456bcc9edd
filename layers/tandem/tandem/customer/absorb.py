"""Taking events into a customer. The result depends on the set of events, not on their order or repetition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, assert_never

from tandem.attributes.carts import MEMORY
from tandem.attributes.facts import CartAction, CartFact, OrderFact
from tandem.attributes.profile import Profile
from tandem.customer.effects import Channel
from tandem.customer.record import DENIED, GRANTED, Customer, Said, Timer
from tandem.events import (
    CartChanged,
    CheckoutStarted,
    CustomerIdentified,
    Event,
    EventType,
    Observed,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    TimerFired,
)

REMEMBERED_FOR: Final = timedelta(days=45)  # identities of handled events
MOST_CART_FACTS: Final = 500
MOST_CART_TEXT: Final = 48_000  # characters of ids and names: packed, the record stays far from DynamoDB's 400 KB
MOST_SEEN: Final = 4_000
MOST_LINES: Final = 100
MOST_WHOLE_ORDERS: Final = 200
_ACTIONS: Final = {
    EventType.PRODUCT_ADDED: CartAction.ADDED,
    EventType.PRODUCT_REMOVED: CartAction.REMOVED,
    EventType.CART_VIEWED: CartAction.VIEWED,
}


@dataclass(frozen=True, slots=True)
class Absorbed:
    """`fresh` are the events handled for the first time, by the time they occurred; `fired` the timers that woke us."""

    customer: Customer
    fresh: tuple[Event, ...]
    fired: frozenset[str]


def absorb(customer: Customer, events: Sequence[Event], profile: Profile | None, *, now: datetime) -> Absorbed:
    """The customer after `events`, of which any may be known, late or repeated, with what is past forgotten.

    An event that occurred more than 45 days ago changes nothing but traits and consents, and starts nothing: whether
    it was seen is no longer known. The next snapshot counts it.
    """
    fresh: dict[str, Event] = {}
    fired: set[str] = set()
    for event in sorted(events, key=lambda event: (event.received_at, event.identity)):
        if isinstance(event.body, TimerFired):
            customer, woken = _wake(customer, event.body)
            fired |= woken
            continue
        if isinstance(event.body, ProfileRefreshed):
            fresh[event.identity] = event  # it says nothing of itself: what it told of is the profile read with it
            continue
        known = _is_known(customer, event.identity)
        late = event.occurred_at < now - REMEMBERED_FOR
        if not known and not isinstance(event.body, OrderCompleted) and _is_crowded(customer):
            customer = replace(customer, crowded=True)
            if isinstance(event.body, CustomerIdentified):
                customer = _hear(customer, event, event.body)
            continue
        if any(event.identity in day for day in customer.seen.values()):
            continue  # no fact of it is kept: a copy adds nothing, neither a word nor an order that a profile covers
        customer = _take(customer, event, late=late)
        if not known and not late:
            fresh[event.identity] = event
    ordered = sorted(fresh.values(), key=lambda event: (event.occurred_at, event.identity))
    return Absorbed(_forget(customer, profile, now), tuple(ordered), frozenset(fired))


def _is_known(customer: Customer, identity: str) -> bool:
    held: Iterable[OrderFact | CartFact] = (*customer.orders, *customer.cart_facts)
    return any(fact.identity == identity for fact in held) or any(identity in day for day in customer.seen.values())


def _is_crowded(customer: Customer) -> bool:
    """Whether there is no room for another touch of a cart. Orders, traits and consents are always taken in."""
    facts = customer.cart_facts
    if len(facts) >= MOST_CART_FACTS or sum(map(len, customer.seen.values())) >= MOST_SEEN:
        return True
    return sum(len(line.product_id) + len(line.name) for fact in facts for line in fact.lines) >= MOST_CART_TEXT


def _wake(customer: Customer, body: TimerFired) -> tuple[Customer, frozenset[str]]:
    timer = customer.timers.get(body.timer)
    if timer is None or timer.armed_for != body.armed_for:
        return customer, frozenset()  # stale: it was armed anew since
    disarmed = replace(timer, armed_for=None)
    return replace(customer, timers={**customer.timers, body.timer: disarmed}), frozenset({body.timer})


def _take(customer: Customer, event: Event, *, late: bool) -> Customer:
    match event.body:
        case CustomerIdentified() as body:
            customer = _hear(customer, event, body)
            return customer if late else _remember(customer, {event.identity: event.occurred_at})
        case OrderCompleted() as body if not late:
            return replace(customer, orders=_earliest_received(customer.orders, _order_fact(event, body)))
        case CartChanged() | CheckoutStarted() as body if not late:
            return replace(customer, cart_facts=_earliest_received(customer.cart_facts, _cart_fact(event, body)))
        case OrderRefunded() | OrderCancelled() | Observed() if not late:
            return _remember(customer, {event.identity: event.occurred_at})
        case OrderCompleted() | CartChanged() | CheckoutStarted() | OrderRefunded() | OrderCancelled() | Observed():
            return customer
        case TimerFired() | ProfileRefreshed():
            return customer
        case other:
            assert_never(other)


def _hear(customer: Customer, event: Event, body: CustomerIdentified) -> Customer:
    """What was said of the customer, word by word."""
    traits = {name: Said(value, event.occurred_at, event.identity) for name, value in body.traits.items()}
    consents = {
        Channel(channel): Said(GRANTED if yes else DENIED, event.occurred_at, event.identity)
        for channel, yes in body.consents.items()
    }
    return replace(customer, traits=_last(customer.traits, traits), consents=_last(customer.consents, consents))


def _order_fact(event: Event, body: OrderCompleted) -> OrderFact:
    return OrderFact(
        identity=event.identity,
        order_id=body.order_id,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        currency=body.currency,
        total_minor=body.total_minor,
        product_ids=tuple(line.product_id for line in body.lines[:MOST_LINES]),
        checkout_id=body.checkout_id,
        cart_id=body.cart_id,
    )


def _cart_fact(event: Event, body: CartChanged | CheckoutStarted) -> CartFact:
    checkout = body if isinstance(body, CheckoutStarted) else None
    return CartFact(
        identity=event.identity,
        action=_ACTIONS.get(event.type, CartAction.CHECKOUT),
        cart_id=body.cart_id,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        lines=body.lines[:MOST_LINES],
        currency=body.currency,
        checkout_id=checkout.checkout_id if checkout else "",
        order_id=checkout.order_id if checkout else "",
    )


def _earliest_received[Fact: (OrderFact, CartFact)](held: tuple[Fact, ...], fact: Fact) -> tuple[Fact, ...]:
    """Of copies the one received first wins."""
    copies = [copy for copy in held if copy.identity == fact.identity]
    if any(copy.received_at <= fact.received_at for copy in copies):
        return held
    kept: list[Fact] = [other for other in held if other.identity != fact.identity]
    kept.append(fact)
    return tuple(sorted(kept, key=lambda each: (each.occurred_at, each.identity)))


def _last[K: (str, Channel)](held: Mapping[K, Said], said: Mapping[K, Said]) -> dict[K, Said]:
    merged = dict(held)
    for key, word in said.items():
        known = merged.get(key)
        if known is None or _rank(known) < _rank(word):
            merged[key] = word
    return merged


def _rank(said: Said) -> tuple[datetime, bool, str]:
    """A later word stands; of two at one moment, a no."""
    return said.at, said.value == DENIED, said.identity


def _remember(customer: Customer, identities: Mapping[str, datetime]) -> Customer:
    seen: dict[date, tuple[str, ...]] = dict(customer.seen)
    for identity, occurred_at in identities.items():
        day = occurred_at.date()
        seen[day] = tuple(sorted({*seen.get(day, ()), identity}))
    return replace(customer, seen=seen)


def _forget(customer: Customer, profile: Profile | None, now: datetime) -> Customer:
    """Drops what no cart, no attribute and no repetition needs any more."""
    since = now - MEMORY
    old_orders = [order for order in customer.orders if order.occurred_at < since]
    covered = {order.identity for order in old_orders if profile and profile.covers(order.identity, order.received_at)}
    old_facts = [fact for fact in customer.cart_facts if fact.occurred_at < since]
    if old_orders or old_facts:
        customer = replace(
            customer,
            orders=tuple(order for order in customer.orders if order.identity not in covered),
            cart_facts=tuple(fact for fact in customer.cart_facts if fact.occurred_at >= since),
        )
        gone: list[OrderFact | CartFact] = [order for order in old_orders if order.identity in covered]
        gone += old_facts
        customer = _remember(customer, {fact.identity: fact.occurred_at for fact in gone})
    customer = replace(customer, orders=_slimmed(customer.orders, since))
    last_day = (now - REMEMBERED_FOR).date() - timedelta(days=1)
    if any(day < last_day for day in customer.seen):
        customer = replace(customer, seen={day: held for day, held in customer.seen.items() if day >= last_day})
    timers = {key: timer for key, timer in customer.timers.items() if _is_needed(timer, since)}
    if len(timers) < len(customer.timers):
        customer = replace(customer, timers=timers)
    return replace(customer, crowded=False) if customer.crowded and not _is_crowded(customer) else customer


def _slimmed(orders: tuple[OrderFact, ...], since: datetime) -> tuple[OrderFact, ...]:
    """An order too old to close a cart keeps only what it is worth; so do all but the newest of very many."""
    newest = len(orders) - MOST_WHOLE_ORDERS
    return tuple(
        replace(order, order_id="", product_ids=(), checkout_id="", cart_id="")
        if order.order_id and (order.occurred_at < since or place < newest)
        else order
        for place, order in enumerate(orders)
    )


def _is_needed(timer: Timer, since: datetime) -> bool:
    return any(moment is not None and moment >= since for moment in (timer.armed_for, timer.handled))
