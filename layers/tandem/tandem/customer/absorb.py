"""Taking events into a customer. The result depends on the set of events, not on their order or repetition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, assert_never

from tandem.attributes import Entry, Profile, Ruleset, contribute
from tandem.attributes.carts import MEMORY
from tandem.attributes.entries import earliest
from tandem.attributes.facts import CartAction, CartFact, OrderFact
from tandem.attributes.profile import TAKEN_FOR
from tandem.attributes.rules import ORDERS
from tandem.attributes.windows import to_ms
from tandem.customer.effects import Channel
from tandem.customer.first_form import told
from tandem.customer.pictures import MOST_TEXT, are_pictured, told_once, without_pictures
from tandem.customer.record import DENIED, GRANTED, Customer, Said, Timer
from tandem.customer.settle import settle
from tandem.events import (
    CartChanged,
    CheckoutStarted,
    CustomerIdentified,
    DateReached,
    Event,
    EventType,
    MessageHeard,
    MessageRefused,
    MessageSent,
    Observed,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    SendExpired,
    TimerFired,
)
from tandem.events.identity import EVERYTHING, consent_name

MOST_LINES: Final = 100
MOST_ORDERS: Final = 200
_ACTIONS: Final = {
    EventType.PRODUCT_ADDED: CartAction.ADDED,
    EventType.PRODUCT_REMOVED: CartAction.REMOVED,
    EventType.CART_VIEWED: CartAction.VIEWED,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept of a customer one by one, and for how long after it occurred an event is taken.

    `cart_text` is in characters of ids and names. `size` and `order_size` are bytes of the packed record, the second
    one for orders and refunds: it stays far from DynamoDB's 400 KB. From half of `size` on no pictures are kept.
    """

    cart_facts: int = 500
    cart_text: int = 48_000
    seen: int = 10_000
    entries: int = 10_000
    order_entries: int = 10_000
    size: int = 64 * 1024
    order_size: int = 256 * 1024
    taken_for: timedelta = TAKEN_FOR


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Absorbed:
    """`fresh` are the events handled for the first time, by the time they occurred; `fired` the timers that woke us."""

    customer: Customer
    fresh: tuple[Event, ...]
    fired: frozenset[str]


def absorb(
    customer: Customer,
    events: Sequence[Event],
    profile: Profile | None,
    rules: Ruleset,
    *,
    now: datetime,
    limits: Limits = LIMITS,
) -> Absorbed:
    """The customer after `events`, of which any may be known, late or repeated, with what is past forgotten.

    An event that occurred more than 45 days ago changes nothing but traits and consents, and starts nothing: whether
    it was seen is no longer known. The next snapshot counts it.
    """
    live = told(customer.live, rules)
    if live is not customer.live:
        customer = replace(customer, live=live)
    if _is_heavy(customer, limits):
        customer = without_pictures(customer)
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
        if _is_seen(customer, event.identity):
            continue  # nothing of it is kept: a copy adds nothing, neither a word nor an order that a profile covers
        known = _is_held(customer, event.identity)
        late = event.occurred_at < now - limits.taken_for
        entry = None if late else _entry(customer, event, rules, limits, known=known)
        if entry is None and not late:
            customer = _still_heard(_left_out(customer, event), event)
            continue
        customer = _take(customer, event, entry, limits, known=known)
        if not known and not late:
            fresh[event.identity] = event
    ordered = sorted(fresh.values(), key=lambda event: (event.occurred_at, event.identity))
    return Absorbed(_forget(customer, profile, rules, now, limits), tuple(ordered), frozenset(fired))


def _is_seen(customer: Customer, identity: str) -> bool:
    return any(identity in day for day in customer.seen.values())


def _is_held(customer: Customer, identity: str) -> bool:
    held: Iterable[OrderFact | CartFact | Entry] = (*customer.live.entries, *customer.orders, *customer.cart_facts)
    return any(each.identity == identity for each in held)


def _entry(customer: Customer, event: Event, rules: Ruleset, limits: Limits, *, known: bool) -> Entry | None:
    """What the event adds to the rules; None where there is no room for it."""
    if not known and _is_full(customer, event.type, limits):
        return None
    entry = contribute(event, rules)
    return entry if known or customer.size + _weight(entry) < limits.order_size else None


def _weight(entry: Entry) -> int:
    """About what the entry adds to the packed record, in bytes: what it really takes is known at the next load."""
    return (len(str(entry.parts)) + len(str(entry.returned))) // 2


def _is_full(customer: Customer, event_type: EventType, limits: Limits) -> bool:
    """Whether there is no room for another event. Orders and refunds have more of it than all else together."""
    if event_type in ORDERS:
        return len(customer.live.entries) >= limits.order_entries or customer.size >= limits.order_size
    return _is_crowded(customer, limits)


def _is_crowded(customer: Customer, limits: Limits) -> bool:
    facts = customer.cart_facts
    if customer.size >= limits.size:
        return True
    if len(facts) >= limits.cart_facts or sum(map(len, customer.seen.values())) >= limits.seen:
        return True
    if len(customer.live.entries) >= limits.entries:
        return True
    return sum(len(line.product_id) + len(line.name) for fact in facts for line in fact.lines) >= limits.cart_text


def _left_out(customer: Customer, event: Event) -> Customer:
    """Only archived: until a profile covers it, what rules say that listen to such events is marked incomplete."""
    live, received = customer.live, to_ms(event.received_at)
    if event.type in ORDERS:
        live = replace(live, full_until=max(live.full_until, received))
    return replace(customer, crowded=True, live=replace(live, crowded_until=max(live.crowded_until, received)))


def _still_heard(customer: Customer, event: Event) -> Customer:
    """What takes no room and does no harm when it is heard again: a word, and what became of a message."""
    match event.body:
        case CustomerIdentified() as body:
            return _hear(customer, event, body)
        case MessageSent() | MessageRefused() | SendExpired() | MessageHeard() as body:
            return _became(customer, event, body)
        case _:
            return customer


def _wake(customer: Customer, body: TimerFired) -> tuple[Customer, frozenset[str]]:
    timer = customer.timers.get(body.timer)
    if timer is None or timer.armed_for != body.armed_for:
        return customer, frozenset()  # stale: it was armed anew since
    disarmed = replace(timer, armed_for=None)
    return replace(customer, timers={**customer.timers, body.timer: disarmed}), frozenset({body.timer})


def _take(customer: Customer, event: Event, entry: Entry | None, limits: Limits, *, known: bool) -> Customer:
    """Without an entry (it is late) only a word is heard.

    A copy of a word is not heard again: where the source's clock runs ahead, it would seem to be said later.
    """
    if isinstance(event.body, CustomerIdentified) and not known:
        customer = _hear(customer, event, event.body)
    if entry is None:
        return customer
    live = replace(customer.live, entries=earliest(customer.live.entries, entry))
    customer = replace(customer, live=live, size=customer.size + _weight(entry))
    match event.body:
        case OrderCompleted() as body:
            return replace(customer, orders=_earliest_received(customer.orders, _order_fact(event, body)))
        case CartChanged() | CheckoutStarted() as body:
            return _touched(customer, _cart_fact(event, body), limits)
        case MessageSent() | MessageRefused() | SendExpired() | MessageHeard() as body:
            return _became(customer, event, body)
        case CustomerIdentified() | OrderRefunded() | OrderCancelled() | DateReached() | Observed():
            return customer
        case TimerFired() | ProfileRefreshed():
            return customer
        case other:
            assert_never(other)


def _touched(customer: Customer, fact: CartFact, limits: Limits) -> Customer:
    facts = _earliest_received(customer.cart_facts, fact)
    if are_pictured(fact.lines):
        facts = told_once(facts, 0 if _is_heavy(customer, limits) else MOST_TEXT)
    return replace(customer, cart_facts=facts)


def _is_heavy(customer: Customer, limits: Limits) -> bool:
    """Whether the record has no room for pictures."""
    return customer.size * 2 >= limits.size


def _became(
    customer: Customer, event: Event, body: MessageSent | MessageRefused | SendExpired | MessageHeard
) -> Customer:
    """What became of a message."""
    match body:
        case MessageSent(send_id):
            return _settle(customer, send_id, sent_at=event.occurred_at)
        case MessageRefused(send_id, reason):
            return _settle(customer, send_id, refused=reason)
        case SendExpired(send_id, _, reason):
            return _settle(customer, send_id, refused=reason)
        case MessageHeard():
            return _heard_of(customer, event, body)
        case other:
            assert_never(other)


def _settle(customer: Customer, send_id: str, *, sent_at: datetime | None = None, refused: str = "") -> Customer:
    """What became of a message. That it left stands, whatever else is told."""
    entry = customer.send(send_id)
    if entry is None or entry.sent_at is not None or (entry.refused and sent_at is None):
        return customer
    left_at = max(sent_at, entry.decided_at) if sent_at else None  # not before it was decided, whatever is told
    settled = replace(entry, sent_at=left_at, refused="" if sent_at else refused)
    return replace(customer, sends=tuple(settled if each.id == send_id else each for each in customer.sends))


def _heard_of(customer: Customer, event: Event, body: MessageHeard) -> Customer:
    """What a provider tells of a message says that it left; and who complained is not written to again that way."""
    entry = customer.send(body.send_id)
    if entry and body.left_at:
        customer = _settle(customer, body.send_id, sent_at=body.left_at)
    channel = event.properties.get("channel")
    if channel not in Channel:
        return customer
    word = Said(body.address_hash, event.occurred_at, event.identity)
    if event.type is EventType.MESSAGE_COMPLAINED:
        no = {consent_name(str(channel), EVERYTHING): replace(word, value=DENIED)}
        return replace(customer, consents=_last(customer.consents, no))
    if event.type is EventType.MESSAGE_BOUNCED and body.lasting and body.address_hash:
        return replace(customer, dead=_last(customer.dead, {str(channel): word}))
    return customer


def _hear(customer: Customer, event: Event, body: CustomerIdentified) -> Customer:
    """What was said of the customer, word by word."""
    traits = {name: Said(value, event.occurred_at, event.identity) for name, value in body.traits.items()}
    consents = {
        name: Said(GRANTED if yes else DENIED, event.occurred_at, event.identity) for name, yes in body.consents.items()
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


def _last(held: Mapping[str, Said], said: Mapping[str, Said]) -> dict[str, Said]:
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


def _forget(customer: Customer, profile: Profile | None, rules: Ruleset, now: datetime, limits: Limits) -> Customer:
    """Drops what no cart, no attribute and no repetition needs any more."""
    since = now - MEMORY
    orders = tuple(order for order in customer.orders if order.occurred_at >= since)[-MOST_ORDERS:]
    facts = tuple(fact for fact in customer.cart_facts if fact.occurred_at >= since)
    live = settle(customer.live, profile, customer.profile_as_of, rules, now)
    if (orders, facts, live) != (customer.orders, customer.cart_facts, customer.live):
        held = _times(orders, facts, live.entries)
        gone = _times(customer.orders, customer.cart_facts, customer.live.entries)
        customer = _remember(
            replace(customer, orders=orders, cart_facts=facts, live=live),
            {identity: at for identity, at in gone.items() if identity not in held},
        )
    last_day = (now - TAKEN_FOR).date() - timedelta(days=1)
    if any(day < last_day for day in customer.seen):
        customer = replace(customer, seen={day: held for day, held in customer.seen.items() if day >= last_day})
    timers = {key: timer for key, timer in customer.timers.items() if _is_needed(timer, since)}
    if len(timers) < len(customer.timers):
        customer = replace(customer, timers=timers)
    return replace(customer, crowded=False) if customer.crowded and not _is_crowded(customer, limits) else customer


def _times(*kept: Iterable[OrderFact | CartFact | Entry]) -> dict[str, datetime]:
    return {each.identity: each.occurred_at for some in kept for each in some}


def _is_needed(timer: Timer, since: datetime) -> bool:
    return any(moment is not None and moment >= since for moment in (timer.armed_for, timer.handled))
