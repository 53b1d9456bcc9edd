"""Which rules the campaigns of a playbook depend on: a profile in which none of them changed is news to nobody."""

from collections.abc import Iterator
from typing import Final

from tandem.attributes import Derived
from tandem.attributes.merge import PREFIX
from tandem.expressions import names_in
from tandem.playbook import OnAttributeChanged, Playbook
from tandem.profiles.baskets import COLUMNS, basket_rules

PROFILE: Final = "profile."


def used_codes(playbook: Playbook) -> frozenset[int]:
    """The codes of rules that a condition reads, that a trigger waits for, or that are published: also by way of
    derived attributes and of the snapshot's own figures."""
    rules = playbook.ruleset.by_attribute
    codes: set[int] = set()
    seen: set[str] = set()
    open_names = list(_named(playbook))
    while open_names:
        name = open_names.pop()
        rule = rules.get(name)
        if rule is None or name in seen:
            continue
        seen.add(name)
        if isinstance(rule, Derived):
            open_names += _attributes(rule.expression)
        else:
            codes.add(rule.code)
    return frozenset(codes)


def _named(playbook: Playbook) -> Iterator[str]:
    for campaign in playbook.campaigns:
        yield from _attributes(campaign.when)
        if any(name.startswith(PROFILE) for name in names_in(campaign.when)) and basket_rules(playbook.ruleset):
            yield from COLUMNS
        if isinstance(campaign.trigger, OnAttributeChanged):
            yield campaign.trigger.attribute_changed
    yield from (each.attribute for each in playbook.ruleset.published)


def _attributes(expression: str) -> list[str]:
    return [name.removeprefix(PREFIX) for name in names_in(expression) if name.startswith(PREFIX)]
