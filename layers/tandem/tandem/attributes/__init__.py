"""Attributes: facts of events, partial aggregates, and their exact merge with a profile."""

from tandem.attributes.carts import Cart, Carts, carts
from tandem.attributes.facts import CartAction, CartFact, OrderFact
from tandem.attributes.merge import Attributes, merge
from tandem.attributes.profile import Profile
from tandem.attributes.tiers import CutPoints, SnapshotHeader, Tier

__all__ = [
    "Attributes",
    "Cart",
    "CartAction",
    "CartFact",
    "Carts",
    "CutPoints",
    "OrderFact",
    "Profile",
    "SnapshotHeader",
    "Tier",
    "carts",
    "merge",
]
