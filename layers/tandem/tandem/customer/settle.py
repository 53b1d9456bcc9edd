"""The live side after a look at the profile and the clock: what is covered goes, what is old is folded.

What is folded can no longer be told apart, so it waits until no snapshot that may still be loaded has it in its tail.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tandem.attributes import Entry, Live, Profile, Ruleset, fold
from tandem.attributes.live import oldest_grain, trimmed
from tandem.attributes.profile import TAIL, TAKEN_FOR
from tandem.attributes.refunds import REFUNDABLE_FOR
from tandem.attributes.windows import to_ms

ORDERS_FOR: Final = REFUNDABLE_FOR + TAKEN_FOR  # a refund that was received in time may be handled as late as that


def settle(live: Live, profile: Profile | None, used: datetime | None, rules: Ruleset, now: datetime) -> Live:
    """The same values with less to keep. `used` is the `as_of` of the newest profile this customer has used."""
    if profile:
        live = _uncovered(live, profile, used)
    now_ms = to_ms(now)
    live = fold(live, rules, _too_old(live, profile, rules, now), profile.refunds if profile else ())
    folded = trimmed(live.folded, rules, now_ms) if live.folded else live.folded
    entries = tuple(entry for entry in live.entries if not _is_idle(entry, rules, now_ms))
    if len(entries) == len(live.entries) and folded == live.folded:
        return live
    return replace(live, entries=entries, folded=folded)


def _uncovered(live: Live, profile: Profile, used: datetime | None) -> Live:
    entries = tuple(each for each in live.entries if not profile.covers(each.identity, each.received))
    if len(entries) < len(live.entries):
        live = replace(live, entries=entries)
    if (used is None or profile.as_of > used) and (live.folded or live.left_out):
        live = replace(
            live,
            folded={code: grains for code, grains in live.folded.items() if code not in profile.codes},
            left_out={code: counts for code, counts in live.left_out.items() if code not in profile.codes},
        )
    crowded = live.crowded_until if live.crowded_until >= profile.tail else 0
    full = live.full_until if live.full_until >= profile.tail else 0
    if (crowded, full) != (live.crowded_until, live.full_until):
        live = replace(live, crowded_until=crowded, full_until=full)
    return live


def _too_old(live: Live, profile: Profile | None, rules: Ruleset, now: datetime) -> Callable[[Entry], bool]:
    """Which entries cannot be told apart any more: an order waits for its refunds, a refund for its order."""
    taken, refundable = to_ms(now - TAKEN_FOR), to_ms(now - ORDERS_FOR)
    known = {entry.identity for entry in live.entries if entry.sold}
    known |= {entry.identity for entry in (profile.orders if profile else ())}

    def goes(entry: Entry) -> bool:
        if entry.received >= taken or _is_missed(entry, rules, to_ms(now)):
            return False
        if entry.sold:
            return entry.occurred < refundable
        if entry.returned:
            return entry.received < refundable and entry.returned.order not in known
        return True

    return goes


def _is_missed(entry: Entry, rules: Ruleset, now_ms: int) -> bool:
    """Whether a rule missed it that a snapshot may carry without it: folded, none would know.

    It was taken by an older playbook just when a newer one was published, or it was shortly before, and late in the
    archive. What was received more than a tail before is covered by every snapshot that carries the rule.
    """
    return any(
        rule.version > entry.playbook
        and rule.since is not None
        and to_ms(rule.since - TAIL) <= entry.received
        and rule.window.grain_of(entry.occurred) >= oldest_grain(rule.window, now_ms)
        for rule in rules.listening(entry.type)
    )


def _is_idle(entry: Entry, rules: Ruleset, now_ms: int) -> bool:
    """Whether nothing will ever come of it: it adds nothing, and no rule that it was not shown may still need it."""
    if not entry.is_empty or entry.received >= now_ms - TAIL // timedelta(milliseconds=1):
        return False
    return all(rule.version <= entry.playbook for rule in rules.listening(entry.type))
