"""Designs with one protection switched off each, by what is handed to the world: the soak has to find every one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tandem.attributes import Profile, Rule, Ruleset
from tandem.attributes.profile import TAKEN_FOR
from tandem.customer import Limits
from tandem.playbook.standard import RESERVED_CODES
from tests.exact.facts import Copy
from tests.exact.reference import Handled
from tests.exact.slow import Build, Design

ALL_CODES: Final = frozenset(range(1, RESERVED_CODES + 200))


class NoTailList(Design):
    """A profile does not list what it includes."""

    def profile(self, profile: Profile, inside: Sequence[Copy]) -> Profile:
        return replace(profile, listed=frozenset())


class ShortTailList(Design):
    """A profile lists what occurred in the last 45 days, not the 48 that the tail and a clock ahead make of them."""

    def profile(self, profile: Profile, inside: Sequence[Copy]) -> Profile:
        old = {each.identity for each in inside if each.occurred < profile.as_of - TAKEN_FOR}
        return replace(profile, listed=profile.listed - old)


class NoCoverageByRule(Design):
    """A profile and a header say of every rule that they carry it."""

    def profile(self, profile: Profile, inside: Sequence[Copy]) -> Profile:
        return replace(profile, codes=ALL_CODES)

    def codes(self, codes: frozenset[int]) -> frozenset[int]:
        return ALL_CODES


class NoVersions(Design):
    """A changed rule keeps its code: old and new partials mix."""

    def rule(self, rule: Rule, slot: int) -> Rule:
        return replace(rule, code=RESERVED_CODES + 1 + slot)


class NotShown(Design):
    """Nothing remembers which rules an event was shown to."""

    def rule(self, rule: Rule, slot: int) -> Rule:
        return replace(rule, version=0)


class CarriedTooEarly(Design):
    """A snapshot carries a rule though its `as_of` is before the rule's instant."""

    def ruleset(self, rules: Ruleset) -> Ruleset:
        return replace(rules, rules=tuple(replace(rule, since=None) for rule in rules.rules))


class NoWatermark(Design):
    """`as_of` passes what is known to wait for the archive."""

    holds_for_what_waits = False


class NoStrongRead(Design):
    """A profile that is older than one the customer has used is not read again."""

    reads_again = False


class NoHorizon(Design):
    """Events are taken however long ago they occurred."""

    limits = Limits(taken_for=timedelta(days=400))


class FirstHandled(Design):
    """Of copies the one that the actor handled first wins, not the one received first."""

    def delivers(self, copy: Copy, handled: Sequence[Handled]) -> bool:
        return all(each.copy is copy or each.copy.identity != copy.identity for each in handled)


class AnyAge(Design):
    """A snapshot is loaded however old it is."""

    def may_load(self, build: Build, now: datetime) -> bool:
        return True


class Crowded(Design):
    """As designed, with little room."""

    limits = Limits(entries=3, order_entries=5, seen=6)
    may_be_crowded = True


SWITCHED_OFF: Final[tuple[type[Design], ...]] = (
    NoTailList,
    ShortTailList,
    NoCoverageByRule,
    NoVersions,
    NotShown,
    CarriedTooEarly,
    NoWatermark,
    NoStrongRead,
    NoHorizon,
    FirstHandled,
    AnyAge,
)
