"""The live side of the merge: entries one by one, and what has been folded of those too old to be told apart."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tandem.attributes.entries import Entry
from tandem.attributes.functions import plus as add
from tandem.attributes.profile import Grains
from tandem.attributes.refunds import by_order, remaining
from tandem.attributes.rules import Ruleset
from tandem.attributes.windows import Window

Counts = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Live:
    """`entries` by time of occurrence; `folded` partials by code and grain; `left_out` counts of what was folded.

    `crowded_until` (milliseconds) is when the newest event was received that found no room, `full_until` the same of
    orders and refunds.
    """

    entries: tuple[Entry, ...] = ()
    folded: Mapping[int, Grains] = field(default_factory=dict)
    left_out: Counts = field(default_factory=dict)
    crowded_until: int = 0
    full_until: int = 0


def fold(live: Live, rules: Ruleset, goes: Callable[[Entry], bool], refunds: Iterable[Entry] = ()) -> Live:
    """The same values with fewer entries: those that go end in partials by grain, an order with all of its refunds.

    `refunds` are more of them, known elsewhere. Parts of rules that are no more are dropped.
    """
    going = [entry for entry in live.entries if goes(entry)]
    if not going:
        return live
    returned = by_order([*live.entries, *refunds])
    folded = {code: dict(grains) for code, grains in live.folded.items() if code in rules.by_code}
    left_out = {code: dict(reasons) for code, reasons in live.left_out.items() if code in rules.by_code}
    for entry in going:
        for code in entry.parts:
            rule = rules.by_code.get(code)
            if rule:
                grains = folded.setdefault(code, {})
                grain = rule.window.grain_of(entry.occurred)
                grains[grain] = add(rule, grains.get(grain), remaining(rule, entry, returned.get(entry.identity, ())))
        for code, reason in entry.left_out.items():
            if code in rules.by_code:
                reasons = left_out.setdefault(code, {})
                reasons[reason] = reasons.get(reason, 0) + 1
    gone = {entry.identity for entry in going}
    kept = tuple(entry for entry in live.entries if entry.identity not in gone)
    return replace(live, entries=kept, folded=folded, left_out=left_out)


def trimmed(folded: Mapping[int, Grains], rules: Ruleset, now_ms: int) -> dict[int, dict[int, object]]:
    """Without the grains that no window reaches any more, at `now_ms` or later, in any zone."""
    kept: dict[int, dict[int, object]] = {}
    for code, grains in folded.items():
        rule = rules.by_code.get(code)
        if rule:
            first = oldest_grain(rule.window, now_ms)
            left = {grain: partial for grain, partial in grains.items() if grain >= first}
            if left:
                kept[code] = left
    return kept


def oldest_grain(window: Window, now_ms: int) -> int:
    """The oldest grain that a window can still reach at `now_ms`, in any zone."""
    if not window.grain:
        return 0
    return window.grain_of(now_ms - window.reach // timedelta(milliseconds=1)) - 1
