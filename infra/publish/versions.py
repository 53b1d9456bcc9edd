"""Codes and versions: what a rule was in the playbook published before, it stays; anything else begins anew."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tandem.attributes import Derived, Rule
from tandem.playbook import Playbook
from tandem.playbook.standard import RESERVED_CODES, STANDARD_DERIVED, standard_rules


def numbered(
    rules: Sequence[Rule], before: Playbook | None, *, number: int, published_at: datetime, first_code: int = 0
) -> tuple[tuple[Rule, ...], int]:
    """The rules with codes and versions, and the highest code ever given. `before` is the playbook that is live.

    A definition that `before` has keeps its code, its version and the moment it took effect, however it is described
    and whether it is announced. One that an older playbook had is a new version: nothing counted it in between.
    """
    last = max(before.last_code if before else RESERVED_CODES, first_code)
    held = {rule.attribute: rule for rule in before.ruleset.rules} if before else {}
    given: list[Rule] = []
    for rule in rules:
        old = held.get(rule.attribute)
        if old and definition(old) == definition(rule):
            given.append(replace(rule, code=old.code, version=old.version, since=old.since))
        elif before is None and rule.code:
            given.append(rule)  # a standard one
        else:
            last += 1
            given.append(replace(rule, code=last, version=number, since=published_at if before else None))
    return tuple(given), last


def definition(rule: Rule) -> Rule:
    """What a rule counts, and how: all but its name in profiles, its words, and who is told."""
    return replace(rule, code=0, version=0, since=None, publish=False, description="")


def written(rules: Sequence[Rule], currency: str) -> tuple[Rule, ...]:
    """Those that a playbook has to name: standard ones need it only where they are not as ever."""
    standard = frozenset(standard_rules(currency))
    return tuple(rule for rule in rules if rule not in standard)


def written_derived(derived: Sequence[Derived]) -> tuple[Derived, ...]:
    """The same of those that are computed from others."""
    return tuple(each for each in derived if each not in STANDARD_DERIVED)


def new_versions(playbook: Playbook, before: Playbook | None) -> tuple[Rule, ...]:
    """The rules that no snapshot of `before` carries."""
    if before is None:
        return ()
    held = {rule.code for rule in before.ruleset.rules}
    return tuple(rule for rule in playbook.ruleset.rules if rule.code not in held)
