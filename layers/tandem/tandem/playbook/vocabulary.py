"""Every variable a condition may use. Money is in minor units (cents), times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tandem.attributes import Derived, Ruleset
from tandem.expressions import Kind, Language
from tandem.playbook.triggers import OnAbandonedCart, OnAttributeChanged, OnDate, OnEvent, OnTimer, Trigger


class Start(StrEnum):
    """What starts a campaign, and so what its condition can see."""

    EVENT = "event"
    CART = "cart"
    CHANGE = "change"
    DATE = "date"
    LATER = "later"  # a journey, or the end of a timer: what started it is the past


@dataclass(frozen=True, slots=True)
class Variable:
    """`missing_when` is empty for a variable that always has a value."""

    kind: Kind
    meaning: str
    missing_when: str = ""


BUILT_IN: Final[Mapping[str, Variable]] = {
    "customer.open_carts": Variable(Kind.INT, "carts with something in them"),
    "customer.locale": Variable(Kind.STRING, "the language, such as es-MX"),
}
PROFILE: Final[Mapping[str, Variable]] = {
    "profile.orders": Variable(Kind.INT, "orders in the snapshot alone", "the customer has no profile"),
    "profile.recency_days": Variable(
        Kind.INT, "days from the last order to the snapshot", "the customer has no profile"
    ),
    "profile.frequency": Variable(Kind.INT, "orders in the snapshot", "the customer has no profile"),
    "profile.monetary_minor": Variable(Kind.INT, "revenue / orders in the snapshot", "the customer has no profile"),
}
EVENT: Final[Mapping[str, Variable]] = {
    "event.type": Variable(Kind.STRING, "such as order_completed"),
    "event.occurred_at": Variable(Kind.TIMESTAMP, "when it happened, by the source's clock"),
    "event.properties": Variable(Kind.MAP, "what the source sent, such as event.properties.coupon"),
}
CART: Final[Mapping[str, Variable]] = {
    "cart.id": Variable(Kind.STRING, "the cart's id, or default"),
    "cart.items": Variable(Kind.INT, "pieces in the cart"),
    "cart.value_minor": Variable(Kind.INT, "what they cost", "a price is not known"),
}
CHANGE: Final[Mapping[str, Variable]] = {
    "change.before": Variable(Kind.ANY, "the value announced last", "nothing was announced before"),
    "change.after": Variable(Kind.ANY, "the value now", "there is none any more"),
}
START: Final[Mapping[str, Variable]] = {
    "start.type": Variable(Kind.STRING, "the type of what started the journey, such as order_completed"),
    "start.occurred_at": Variable(Kind.TIMESTAMP, "when that happened"),
    "start.properties": Variable(Kind.MAP, "what the source sent then, such as start.properties.order_id"),
}
_OF: Final[Mapping[Start, Mapping[str, Variable]]] = {
    Start.EVENT: EVENT,
    Start.CART: CART,
    Start.CHANGE: CHANGE,
    Start.DATE: {},
    Start.LATER: {**START, **CART},
}


def variables(rules: Ruleset, start: Start) -> dict[str, Variable]:
    """Everything a condition of a campaign with this start may use: the playbook's attributes among it."""
    attributes = {
        f"customer.{each.attribute}": Variable(each.value_kind, each.description or _told(each))
        for each in rules.by_attribute.values()
    }
    return {**attributes, **BUILT_IN, **PROFILE, **_OF[start]}


def language(rules: Ruleset, start: Start) -> Language:
    """The same as a language, made once for a playbook."""
    cache: dict[Start, Language] = rules.__dict__.setdefault("_languages", {})
    if start not in cache:
        cache[start] = Language({name: each.kind for name, each in variables(rules, start).items()})
    return cache[start]


def inside(rules: Ruleset, names: frozenset[str], *, event: bool) -> Language:
    """What the steps of a journey with these variables may use; with `event`, what an event is looked at with."""
    cache: dict[tuple[frozenset[str], bool], Language] = rules.__dict__.setdefault("_inside", {})
    if (names, event) not in cache:
        known = {**variables(rules, Start.LATER), **(EVENT if event else {})}
        own = {f"journey.{name}": Kind.ANY for name in sorted(names)}
        cache[names, event] = Language({**{name: each.kind for name, each in known.items()}, **own})
    return cache[names, event]


def start_of(trigger: Trigger | None) -> Start:
    """What a campaign's audience can see follows from its trigger; without one, only journeys say it."""
    match trigger:
        case OnEvent():
            return Start.EVENT
        case OnAbandonedCart():
            return Start.CART
        case OnAttributeChanged():
            return Start.CHANGE
        case OnDate():
            return Start.DATE
        case OnTimer() | None:
            return Start.LATER


def arrival_of(trigger: Trigger) -> Start:
    """What the condition of a trigger itself can see, and what lets somebody into a journey."""
    return Start.EVENT if isinstance(trigger, OnTimer) else start_of(trigger)


def _told(rule: object) -> str:
    return "computed from other attributes" if isinstance(rule, Derived) else "see the playbook's rules"
