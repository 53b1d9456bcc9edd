"""One customer, from one snapshot to the next: the last state ⊕ what was archived since, with the live side's code.

    state(A2) = state(A1) ⊕ every archived event received before A2 that it does not hold yet

What was received in the 48 hours before `as_of` is kept one by one: a copy that was received earlier may still come,
and replaces it. What is older is folded. Identities are kept for ever.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tandem.attributes import Entry, Live, Profile, Ruleset, contribute, fold
from tandem.attributes.entries import earliest
from tandem.attributes.live import trimmed
from tandem.attributes.profile import (
    LISTED_FOR,
    MOST_ORDERS,
    ORDERS_KEPT_FOR,
    REFUNDS_KEPT_FOR,
    TAIL,
)
from tandem.attributes.windows import to_ms
from tandem.events import Event

Parts = dict[int, dict[int, Any]]


@dataclass(frozen=True, slots=True)
class State:
    """What the slow brain keeps of a customer. `live` is as in the fast brain: entries, and what is folded.

    `recent` are identities of folded events with the time they occurred (milliseconds), as long as profiles list them;
    `known` are the older ones.
    """

    live: Live = field(default_factory=Live)
    recent: Mapping[str, int] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Advanced:
    """The next state, its profile, and the codes of the rules whose partials are not what they were."""

    state: State
    profile: Profile
    changed: frozenset[int]


def starts_over(carried: frozenset[int], rules: Ruleset, as_of: datetime) -> bool:
    """Whether a snapshot at `as_of` has to be made of every event there is: its last state lacks a rule."""
    return not frozenset(rules.at(as_of).by_code) <= carried


def advance(
    customer_id: str,
    state: State,
    events: Iterable[Event],
    rules: Ruleset,
    *,
    as_of: datetime,
    before: Profile | None = None,
) -> Advanced | None:
    """The customer at `as_of` (aware, UTC). Events that were not received before it, or that no rule hears, are left.

    `before` is the profile that the last snapshot made of `state`. None where nothing is new: its profile still holds.
    A rule that took effect after `as_of` is not carried.
    """
    rules = rules.at(as_of)
    entries = earliest(state.live.entries, *_new(state, events, rules, as_of))
    if entries == state.live.entries and before is not None and before.codes == frozenset(rules.by_code):
        return None
    live = replace(state.live, entries=entries)
    folded = fold(live, rules, _settled(state, live, as_of))
    state = _remembering(state, live, replace(folded, folded=trimmed(folded.folded, rules, to_ms(as_of))), as_of)
    profile = _profile(customer_id, state, rules, as_of)
    return Advanced(state, profile, _changed(before, profile, rules))


def _new(state: State, events: Iterable[Event], rules: Ruleset, as_of: datetime) -> Iterator[Entry]:
    for event in sorted(events, key=lambda event: (event.received_at, event.identity)):
        is_folded = event.identity in state.recent or event.identity in state.known
        if event.received_at < as_of and rules.hears(event.type) and not is_folded:
            yield contribute(event, rules)


def _settled(state: State, live: Live, as_of: datetime) -> Callable[[Entry], bool]:
    """Which entries need not be told apart any more. A refund waits for its order, however late that is received."""
    tail, orders, refunds = (to_ms(as_of - each) for each in (TAIL, ORDERS_KEPT_FOR, REFUNDS_KEPT_FOR))
    held = {entry.identity for entry in live.entries if entry.sold and entry.occurred >= orders}

    def goes(entry: Entry) -> bool:
        if entry.received >= tail:
            return False
        if entry.sold:
            return entry.occurred < orders
        if entry.returned:
            order = entry.returned.order
            is_folded = order in state.recent or order in state.known
            return entry.received < refunds and order not in held and is_folded
        return True

    return goes


def _remembering(state: State, before: Live, live: Live, as_of: datetime) -> State:
    held = {entry.identity for entry in live.entries}
    recent = dict(state.recent)
    recent |= {entry.identity: entry.occurred for entry in before.entries if entry.identity not in held}
    listed_from = to_ms(as_of - LISTED_FOR)
    older = {identity for identity, occurred in recent.items() if occurred < listed_from}
    return State(
        live=live,
        recent={identity: occurred for identity, occurred in sorted(recent.items()) if identity not in older},
        known=state.known | older,
    )


def _profile(customer_id: str, state: State, rules: Ruleset, as_of: datetime) -> Profile:
    whole = fold(state.live, rules, lambda _: True)
    listed_from, orders_from, refunds_from = (
        to_ms(as_of - each) for each in (LISTED_FOR, ORDERS_KEPT_FOR, REFUNDS_KEPT_FOR)
    )
    entries = state.live.entries
    orders = [_refundable(entry, rules) for entry in entries if entry.sold and entry.occurred >= orders_from]
    kept = orders[-MOST_ORDERS:]
    named = {order.identity for order in kept}
    refunds = [
        replace(entry, parts={}, left_out={})
        for entry in entries
        if entry.returned and (entry.returned.order in named or entry.received >= refunds_from)
    ]
    return Profile(
        customer_id=customer_id,
        as_of=as_of,
        codes=frozenset(rules.by_code),
        parts=trimmed(whole.folded, rules, to_ms(as_of)),
        left_out=whole.left_out,
        listed=frozenset(state.recent) | {entry.identity for entry in entries if entry.occurred >= listed_from},
        orders=tuple(kept),
        refunds=tuple(refunds),
        orders_since=kept[0].occurred if len(kept) < len(orders) else 0,
    )


def _refundable(order: Entry, rules: Ruleset) -> Entry:
    """An order with what a refund can take back of it."""
    taken_back = {code for code, rule in rules.by_code.items() if rule.subtracts}
    parts = {code: part for code, part in order.parts.items() if code in taken_back}
    return replace(order, parts=parts, left_out={})


def _changed(before: Profile | None, profile: Profile, rules: Ruleset) -> frozenset[int]:
    if before is None:
        return profile.codes
    now_ms = to_ms(profile.as_of)
    held = trimmed(before.parts, rules, now_ms)
    return frozenset(
        code for code in profile.codes if code not in before.codes or held.get(code, {}) != profile.parts.get(code, {})
    )
