"""The exact merge: the profile's partials ⊕ the live contributions of the events that the profile does not cover."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import isfinite
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.attributes.carts import Carts
from tandem.attributes.entries import Entry
from tandem.attributes.functions import TOO_MANY, Partial, minus, result
from tandem.attributes.functions import plus as add
from tandem.attributes.live import Live
from tandem.attributes.profile import TAIL, Profile
from tandem.attributes.refunds import by_order, remaining
from tandem.attributes.rules import ORDERS, Derived, Rule, Ruleset
from tandem.attributes.tiers import SnapshotHeader, Tier
from tandem.attributes.windows import from_ms, to_ms
from tandem.expressions import Kind, names_in

PREFIX: Final = "customer."


@dataclass(frozen=True, slots=True)
class Value:
    """An attribute at one moment. `value` is None where there is none.

    `incomplete` is empty, or why the value may not be trusted: conditions on it do not match. `profile` and `live` are
    what each side alone would say; `left_out` counts, by reason, the events that the rule got nothing from.
    """

    attribute: str
    value: Any = None
    incomplete: str = ""
    profile: Any = None
    live: Any = None
    left_out: Mapping[str, int] = field(default_factory=dict)


class Attributes:
    """The merged values of one customer at `now` (aware), each computed when it is asked for.

    `zone` is the customer's, for calendar windows. Values: money in minor units, times in UTC.
    """

    def __init__(
        self,
        rules: Ruleset,
        live: Live,
        profile: Profile | None,
        header: SnapshotHeader | None,
        *,
        carts: Carts,
        zone: ZoneInfo,
        now: datetime,
        currency: str = "",
    ) -> None:
        self.rules = rules
        self.carts = carts
        self._live = live
        self._profile = profile
        self._header = header
        self._zone = zone
        self._now = now
        self._currency = currency
        self._known: dict[str, tuple[Any, str]] = {}

    def value(self, attribute: str) -> Value:
        """The attribute with its parts. Raises KeyError for a name that no rule has."""
        rule = self.rules.by_attribute[attribute]
        value, incomplete = self.known(attribute)
        if isinstance(rule, Derived):
            return Value(attribute, value, incomplete)
        first, now_ms = rule.window.first(self._now, self._zone), to_ms(self._now)
        return Value(
            attribute=attribute,
            value=value,
            incomplete=incomplete,
            profile=_typed(rule, result(rule, self._carried(rule, first), now_ms)),
            live=_typed(rule, result(rule, self._counted(rule, first), now_ms)),
            left_out=self._left_out(rule),
        )

    def known(self, attribute: str) -> tuple[Any, str]:
        """The value (None where there is none), and why it is incomplete: what a decision needs, and no more.

        Raises KeyError.
        """
        found = self._known.get(attribute)
        if found is None:
            rule = self.rules.by_attribute[attribute]
            found = self._derived(rule) if isinstance(rule, Derived) else self._merged(rule)
            self._known[attribute] = found
        return found

    def __getitem__(self, attribute: str) -> Any:
        """The value alone: None where there is none or it is incomplete."""
        value, incomplete = self.known(attribute)
        return None if incomplete else value

    @property
    def basket_tier(self) -> Tier:
        """The tier that words are chosen by; unknown where the playbook has no such attribute."""
        return Tier(self["basket_tier"] or Tier.UNKNOWN) if "basket_tier" in self.rules.by_attribute else Tier.UNKNOWN

    # The uncovered side, looked through once.

    @cached_property
    def _uncovered(self) -> tuple[Entry, ...]:
        profile = self._profile
        if profile is None:
            return self._live.entries
        return tuple(each for each in self._live.entries if not profile.covers(each.identity, each.received))

    @cached_property
    def _oldest_playbook(self) -> int:
        return min((entry.playbook for entry in self._uncovered), default=self.rules.number)

    @cached_property
    def _contributing(self) -> Mapping[int, list[Entry]]:
        found: dict[int, list[Entry]] = {}
        for entry in self._uncovered:
            for code in entry.parts:
                found.setdefault(code, []).append(entry)
        return found

    @cached_property
    def _included_refunds(self) -> Mapping[str, list[Entry]]:
        return by_order(self._profile.refunds if self._profile else ())

    @cached_property
    def _live_refunds(self) -> Mapping[str, list[Entry]]:
        return by_order(self._uncovered)

    @cached_property
    def _refunded_in_profile(self) -> tuple[Entry, ...]:
        """The profile's orders that a refund not in the profile takes from."""
        orders = self._profile.orders if self._profile and self._live_refunds else ()
        return tuple(order for order in orders if order.identity in self._live_refunds)

    def _refunds_of(self, order: Entry) -> list[Entry]:
        return [*self._included_refunds.get(order.identity, ()), *self._live_refunds.get(order.identity, ())]

    # One rule.

    def _merged(self, rule: Rule) -> tuple[Any, str]:
        first = rule.window.first(self._now, self._zone)
        both = add(rule, self._carried(rule, first), self._counted(rule, first))
        incomplete = self._missing(rule, first) or ("too_many_values" if both == TOO_MANY else "")
        return _typed(rule, result(rule, both, to_ms(self._now))), incomplete

    def _carried(self, rule: Rule, first: int) -> Partial:
        grains = self._profile.parts.get(rule.code, {}) if self._profile else {}
        return _sum(rule, (partial for grain, partial in grains.items() if grain >= first))

    def _counted(self, rule: Rule, first: int) -> Partial:
        grain_of = rule.window.grain_of
        folded = self._live.folded.get(rule.code)
        total = _sum(rule, (part for grain, part in folded.items() if grain >= first)) if folded else None
        refunded = bool(self._live_refunds or self._included_refunds)
        for entry in self._contributing.get(rule.code, ()):
            if grain_of(entry.occurred) >= first:
                total = add(rule, total, remaining(rule, entry, self._refunds_of(entry) if refunded else ()))
        if rule.subtracts:
            for order in self._refunded_in_profile:
                if rule.code in order.parts and grain_of(order.occurred) >= first:
                    before = remaining(rule, order, self._included_refunds.get(order.identity, ()))
                    total = add(rule, total, minus(rule, remaining(rule, order, self._refunds_of(order)), before))
        return total

    def _missing(self, rule: Rule, first: int) -> str:
        """Why the value is incomplete, or nothing."""
        opened = rule.window.opened(self._now, self._zone)
        if not self._is_carried(rule, opened):
            return "no_snapshot_yet"
        for entry in self._uncovered if rule.version > self._oldest_playbook else ():
            unasked = entry.playbook < rule.version and entry.type in rule.on
            if unasked and rule.window.grain_of(entry.occurred) >= first and entry.received >= self._tail:
                return "no_snapshot_yet"
        crowded_until = self._live.full_until if ORDERS.issuperset(rule.on) else self._live.crowded_until
        if crowded_until and crowded_until >= self._tail:
            return "crowded"
        if rule.subtracts and self._profile and self._profile.orders_since and self._has_lost_refund():
            return "too_many_orders"
        return ""

    def _is_carried(self, rule: Rule, opened: datetime | None) -> bool:
        """Whether all that this rule ever counts in its window lies in the profile or here."""
        begun = rule.since is None or (opened is not None and rule.since <= opened)
        if self._profile:
            return rule.code in self._profile.codes or (begun and opened is not None and self._profile.as_of <= opened)
        return begun or (self._header is not None and rule.code in self._header.codes)

    @property
    def _tail(self) -> int:
        """What was received before is known to the snapshots (milliseconds)."""
        if self._profile:
            return self._profile.tail
        return to_ms(self._header.as_of - TAIL) if self._header else 0

    def _has_lost_refund(self) -> bool:
        known = {order.identity for order in (self._profile.orders if self._profile else ())}
        known |= {entry.identity for entry in self._uncovered if entry.sold}
        return any(order not in known for order in self._live_refunds)

    def _left_out(self, rule: Rule) -> Mapping[str, int]:
        counts: dict[str, int] = dict(self._profile.left_out.get(rule.code, {})) if self._profile else {}
        for reason, count in self._live.left_out.get(rule.code, {}).items():
            counts[reason] = counts.get(reason, 0) + count
        for entry in self._uncovered:
            if reason := entry.left_out.get(rule.code, ""):
                counts[reason] = counts.get(reason, 0) + 1
        return counts

    # Attributes computed from attributes.

    def _derived(self, rule: Derived) -> tuple[Any, str]:
        values: dict[str, Any] = {"now": self._now}
        for name in names_in(rule.expression):
            attribute = name.removeprefix(PREFIX)
            if name.startswith(PREFIX) and attribute in self.rules.by_attribute:
                value, incomplete = self.known(attribute)
                if incomplete:
                    return None, f"{attribute}: {incomplete}"
                if value is not None:
                    values[name] = value
        cuts = self._header.cut_points if self._header else None
        if cuts and cuts.currency == self._currency:
            values |= {"cuts.low_max": cuts.low_max, "cuts.medium_max": cuts.medium_max}
        answer = self.rules.language.bind(values).evaluate(rule.expression)
        value = rule.otherwise if answer.error or not _is_value(answer.value) else answer.value
        return (tuple(value) if isinstance(value, list) else value), ""


def _sum(rule: Rule, partials: Iterable[Partial]) -> Partial:
    total: Partial = None
    for partial in partials:
        total = add(rule, total, partial)
    return total


def _is_value(value: Any) -> bool:
    """A double may be infinite, or no number (0.0 / 0.0): JSON has neither, and the second is not even itself."""
    return not isinstance(value, float) or isfinite(value)


def _typed(rule: Rule, value: Any) -> Any:
    if value is not None and rule.value_kind is Kind.TIMESTAMP:
        return from_ms(value)
    return value
