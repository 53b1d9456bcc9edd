"""The step: everything that happens to a customer, decided without a clock, a network or an environment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tandem.actor.arming import arm_timers, tell_consents
from tandem.actor.arrivals import change_cause, changes, end_cart_waits, react, set_dates
from tandem.actor.goals import reach
from tandem.actor.paths import go_on, leave_and_hear
from tandem.actor.withdrawal import keep_owed, withdraw
from tandem.actor.working import Working
from tandem.attributes import Attributes, Profile, SnapshotHeader, carts
from tandem.customer import LIMITS, Absorbed, Customer, Effect, Limits, SendEntry, absorb
from tandem.decisions import Arbitration, Decision, Scene, reached_document
from tandem.decisions.decide import PLAIN
from tandem.events import CustomerIdentified, Event, SendExpired
from tandem.journeys.entry import remembered
from tandem.playbook import NONE, Playbook, Stops

UNKNOWN_ZONE: Final = "unknown_zone"  # why a time zone was left out
SHOWN_FOR: Final = timedelta(days=31)  # how long the send history is kept at least


@dataclass(frozen=True, slots=True)
class Step:
    """`kept` are effects found owed that still stand: carry them out, save `customer`, then carry out `effects`.

    `changed` is False when there is nothing to save; `fresh` counts the events handled for the first time,
    `left_out` by reason how often one of them held what a rule could not use, or a time zone that is none.
    """

    customer: Customer
    decisions: tuple[Decision, ...]
    effects: tuple[Effect, ...]
    kept: tuple[Effect, ...]
    changed: bool
    fresh: int
    left_out: Mapping[str, int]


def step(
    customer: Customer,
    profile: Profile | None,
    header: SnapshotHeader | None,
    events: Sequence[Event],
    playbook: Playbook,
    *,
    now: datetime,
    stops: Stops = NONE,
    by: Arbitration = PLAIN,
    seed: str = "",
    limits: Limits = LIMITS,
) -> Step:
    """What becomes of a customer by a batch of events: the record, what was decided, and what the world is asked to do.

    All events are taken in first, so each decision knows what had been received when it was made; then whoever has to
    leaves a journey, and what is due happens, whatever woke us; then each new event looks for what it starts, the last
    one together with each published attribute that has changed. `now` is aware; chance is drawn from `seed` alone.
    """
    absorbed = absorb(customer, events, profile, playbook.ruleset, now=now, limits=limits)
    attributes = _attributes(absorbed.customer, profile, header, playbook, now)
    working = Working(
        customer=withdraw(absorbed.customer, attributes.carts, now),
        scene=Scene(absorbed.customer, attributes, profile, header, playbook),
        events=tuple(event.event_id for event in events),
        fresh=absorbed.fresh,
        now=now,
        zone=zone_of(absorbed.customer.trait("time_zone"), playbook.shop.default_time_zone),
        stops=stops,
        by=by,
        seed=seed,
    )
    if working.customer.goals:
        _reach_goals(working, limits)
    set_dates(working)
    leave_and_hear(working, absorbed.fresh)
    fresh = _come_back_first(working, absorbed.fresh)
    end_cart_waits(working, absorbed.fired)
    go_on(working)
    for event in fresh[:-1]:
        react(working, event)
    changed_too = changes(working)
    if fresh:
        react(working, fresh[-1], changed_too)
    elif changed_too:
        working.meet(change_cause(changed_too), changed_too)
        go_on(working)
    arm_timers(working)
    tell_consents(working, customer)
    return _done(customer, working, absorbed, now)


def _reach_goals(working: Working, limits: Limits) -> None:
    """Keeps of the new events which decisions they bring to their goal."""
    held = working.customer.goals
    goals, found = reach(held, working.fresh, working.scene, now=working.now, taken_for=limits.taken_for)
    if goals != held:
        working.customer = replace(working.customer, goals=goals)
    for each in found:
        working.tell(each.id, reached_document(each))


def _come_back_first(working: Working, fresh: Sequence[Event]) -> Sequence[Event]:
    """Decides anew what did not leave in its time, before its journey comes to its end; the other events."""
    back = [event for event in fresh if isinstance(event.body, SendExpired)]
    for event in back:
        react(working, event)
    return [event for event in fresh if event not in back] if back else fresh


def _done(customer: Customer, working: Working, absorbed: Absorbed, now: datetime) -> Step:
    playbook, profile, header = working.playbook, working.scene.profile, working.scene.header
    kept = keep_owed(customer.owed, working.customer, now)
    after = replace(
        working.customer,
        owed=tuple(working.effects),
        sends=_recent(working.customer, playbook, now),
        ended=remembered(working.customer.ended, playbook, now),
    )
    changed = after != customer
    if changed:
        after = replace(
            after,
            profile_as_of=_latest(customer, profile),
            header_as_of=header.as_of if header and profile is None else customer.header_as_of,
            playbook=max(customer.playbook, playbook.number),
        )
    return Step(
        after, tuple(working.decisions), tuple(working.effects), kept, changed, len(absorbed.fresh), _left_out(absorbed)
    )


def _left_out(absorbed: Absorbed) -> Mapping[str, int]:
    fresh = {event.identity for event in absorbed.fresh}
    entries = [entry for entry in absorbed.customer.live.entries if entry.left_out and entry.identity in fresh]
    found = Counter(reason for entry in entries for reason in entry.left_out.values())
    found[UNKNOWN_ZONE] += sum(_names_no_zone(event) for event in absorbed.fresh)
    return +found


def _names_no_zone(event: Event) -> bool:
    """Whether a zone was told that is none: the shop's is used."""
    name = event.body.traits.get("time_zone", "") if isinstance(event.body, CustomerIdentified) else ""
    return bool(name) and zone_or_none(name) is None


def attributes_of(
    customer: Customer, profile: Profile | None, header: SnapshotHeader | None, playbook: Playbook, *, now: datetime
) -> Attributes:
    """The customer's merged attributes, as a step at `now` would see them. An unknown time zone is the shop's."""
    settled = absorb(customer, (), profile, playbook.ruleset, now=now).customer
    return _attributes(settled, profile, header, playbook, now)


def _attributes(
    customer: Customer, profile: Profile | None, header: SnapshotHeader | None, playbook: Playbook, now: datetime
) -> Attributes:
    return Attributes(
        playbook.ruleset,
        customer.live,
        profile.counted_in(playbook.shop.currency) if profile else None,
        header,
        carts=carts(customer.cart_facts, customer.orders, now=now),
        zone=zone_of(customer.trait("time_zone"), playbook.shop.default_time_zone),
        now=now,
        currency=playbook.shop.currency,
    )


def zone_of(name: str, default: str) -> ZoneInfo:
    """The zone with this IANA name, or the default."""
    return zone_or_none(name or default) or ZoneInfo(default)


def zone_or_none(name: str) -> ZoneInfo | None:
    """The zone with this IANA name, if there is one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _recent(customer: Customer, playbook: Playbook, now: datetime) -> tuple[SendEntry, ...]:
    """What caps still count: a message may leave days after it was decided."""
    since = now - max(playbook.remembers_sends, SHOWN_FOR)
    return tuple(
        entry
        for entry in customer.sends
        if entry.decided_at > since or entry.not_after > now or (entry.counts_at(now) or since) > since
    )


def _latest(customer: Customer, profile: Profile | None) -> datetime | None:
    used = [each for each in (customer.profile_as_of, profile.as_of if profile else None) if each]
    return max(used, default=None)
