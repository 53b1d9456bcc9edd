"""Aggregation rules: which events update an attribute, and how. Compiled from what marketers publish."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final, assert_never

from tandem.attributes.windows import Window
from tandem.events import EventType
from tandem.expressions import Kind, Language

ORDERS: Final = frozenset({EventType.ORDER_COMPLETED, EventType.ORDER_REFUNDED, EventType.ORDER_CANCELLED})
RETURNS: Final = frozenset({EventType.ORDER_REFUNDED, EventType.ORDER_CANCELLED})


class Function(StrEnum):
    """What is made of the values. Those in SUBTRACTABLE know how to take a refund back."""

    SUM = "sum"
    COUNT = "count"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    DISTINCT = "distinct"
    LATEST = "latest"
    MOST_FREQUENT = "most_frequent"
    TOP = "top"
    EVER = "ever"
    DAYS_SINCE = "days_since"
    MEDIAN_GAP = "median_gap"


SUBTRACTABLE: Final = frozenset({Function.SUM, Function.COUNT, Function.AVERAGE, Function.TOP})
VALUELESS: Final = frozenset({Function.COUNT, Function.EVER, Function.DAYS_SINCE, Function.MEDIAN_GAP})


@dataclass(frozen=True, slots=True)
class Money:
    """An amount among the properties, counted in one currency. `total` is what was paid for an order."""

    field: str
    currency: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. `code` names just this version, in profiles and customers.

    `version` is the number of the playbook that brought this definition, `since` the moment it took effect: None for
    the first playbook of all, before which nothing was handled. `value`, `by_line` and `weight` are CEL; `by_line`
    values are computed once a product line, with `line`.
    """

    attribute: str
    code: int
    on: tuple[EventType, ...]
    function: Function
    kind: Kind = Kind.INT
    version: int = 0
    since: datetime | None = None
    when: str = "true"
    value: str = ""
    money: Money | None = None
    by_line: bool = False
    weight: str = "1"
    window: Window = field(default_factory=Window)
    n: int = 1
    subtracts: bool = False
    publish: bool = False
    description: str = ""

    @property
    def value_kind(self) -> Kind:
        """The kind of the attribute's value; `kind` is that of the single values it is made of."""
        match self.function:
            case Function.SUM | Function.COUNT | Function.AVERAGE | Function.DISTINCT:
                return Kind.INT
            case Function.DAYS_SINCE | Function.MEDIAN_GAP:
                return Kind.INT
            case Function.EVER:
                return Kind.BOOL
            case Function.LATEST:
                return Kind.STRINGS
            case Function.TOP | Function.MOST_FREQUENT:
                return Kind.STRINGS if self.n > 1 else Kind.STRING
            case Function.MIN | Function.MAX | Function.FIRST | Function.LAST:
                return self.kind
            case other:
                assert_never(other)

    def keeps_lines(self, event_type: EventType) -> bool:
        """Whether an event's part is kept line by line, so that single products can be taken back."""
        return self.by_line and self.subtracts and event_type is EventType.ORDER_COMPLETED


@dataclass(frozen=True, slots=True)
class Derived:
    """An attribute computed from others: CEL over `customer.…`, `cuts.…` and `now`. `otherwise` stands for no value."""

    attribute: str
    expression: str
    kind: Kind = Kind.INT
    otherwise: str | int | float | bool | None = None
    publish: bool = False
    description: str = ""

    @property
    def value_kind(self) -> Kind:
        """The kind of the attribute's value."""
        return self.kind


@dataclass(frozen=True)
class Ruleset:
    """The rules and derived attributes of one playbook, found by name, code and event type."""

    rules: tuple[Rule, ...] = ()
    derived: tuple[Derived, ...] = ()
    number: int = 0

    @cached_property
    def by_attribute(self) -> Mapping[str, Rule | Derived]:
        """Every attribute by its name, rules first, in the order they were written."""
        every: tuple[Rule | Derived, ...] = (*self.rules, *self.derived)
        return {each.attribute: each for each in every}

    @cached_property
    def by_code(self) -> Mapping[int, Rule]:
        """The rules by code."""
        return {rule.code: rule for rule in self.rules}

    @cached_property
    def _listening(self) -> Mapping[EventType, tuple[Rule, ...]]:
        found: dict[EventType, list[Rule]] = {}
        for rule in self.rules:
            for event_type in rule.on:
                found.setdefault(event_type, []).append(rule)
        return {event_type: tuple(rules) for event_type, rules in found.items()}

    def listening(self, event_type: EventType) -> tuple[Rule, ...]:
        """The rules that an event of this type may update."""
        return self._listening.get(event_type, ())

    @cached_property
    def takes_back(self) -> bool:
        """Whether any rule subtracts refunds."""
        return any(rule.subtracts for rule in self.rules)

    @cached_property
    def _heard(self) -> frozenset[EventType]:
        types = set(self._listening)
        if self.takes_back:
            types |= RETURNS
        return frozenset(types)

    def hears(self, event_type: EventType) -> bool:
        """Whether events of this type matter to any rule: as a value, or as a refund of one."""
        return event_type in self._heard

    def at(self, moment: datetime) -> "Ruleset":
        """Without the rules that took effect after a moment."""
        rules = tuple(rule for rule in self.rules if rule.since is None or rule.since <= moment)
        return self if len(rules) == len(self.rules) else replace(self, rules=rules)

    @cached_property
    def language(self) -> Language:
        """What a derived attribute's expression may use."""
        kinds: dict[str, Kind] = {}
        for each in self.by_attribute.values():
            kinds[f"customer.{each.attribute}"] = each.value_kind
        return Language({**kinds, "cuts.low_max": Kind.INT, "cuts.medium_max": Kind.INT, "now": Kind.TIMESTAMP})

    @cached_property
    def published(self) -> tuple[Rule | Derived, ...]:
        """The attributes whose changes are announced."""
        return tuple(each for each in self.by_attribute.values() if each.publish)
