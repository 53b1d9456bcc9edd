"""Every variable a condition may use. Money is in minor units (cents), times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tandem.attributes import Derived, Ruleset
from tandem.expressions import Kind, Language


class Start(StrEnum):
    """What starts a campaign, and so what its condition can see."""

    EVENT = "event"
    CART = "cart"
    CHANGE = "change"


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
_OF: Final = {Start.EVENT: EVENT, Start.CART: CART, Start.CHANGE: CHANGE}


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


def _told(rule: object) -> str:
    return "computed from other attributes" if isinstance(rule, Derived) else "see the playbook's rules"
