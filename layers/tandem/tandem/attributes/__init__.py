"""Attributes: what single events add, partial aggregates, and their exact merge with a profile."""

from tandem.attributes.carts import Cart, Carts, carts
from tandem.attributes.contributions import contribute
from tandem.attributes.entries import Entry, Returned, Sold
from tandem.attributes.facts import CartAction, CartFact, OrderFact
from tandem.attributes.live import Live, fold
from tandem.attributes.merge import Attributes, Value
from tandem.attributes.profile import Profile
from tandem.attributes.rules import Derived, Function, Money, Rule, Ruleset
from tandem.attributes.tiers import CutPoints, SnapshotHeader, Tier
from tandem.attributes.windows import Span, Window

__all__ = [
    "Attributes",
    "Cart",
    "CartAction",
    "CartFact",
    "Carts",
    "CutPoints",
    "Derived",
    "Entry",
    "Function",
    "Live",
    "Money",
    "OrderFact",
    "Profile",
    "Returned",
    "Rule",
    "Ruleset",
    "SnapshotHeader",
    "Sold",
    "Span",
    "Tier",
    "Value",
    "Window",
    "carts",
    "contribute",
    "fold",
]
