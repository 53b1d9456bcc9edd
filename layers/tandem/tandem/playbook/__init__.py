"""The playbook: what marketers publish."""

from tandem.playbook.campaign import Campaign, ContentByTier, Goal, Variant
from tandem.playbook.journey import Journey
from tandem.playbook.limits import Cap, Excludes, Holdout, QuietHours
from tandem.playbook.model import Playbook, Product, Shop
from tandem.playbook.stops import NONE, Live, Stops
from tandem.playbook.triggers import OnAbandonedCart, OnAttributeChanged, OnDate, OnEvent, OnTimer

__all__ = [
    "NONE",
    "Campaign",
    "Cap",
    "ContentByTier",
    "Excludes",
    "Goal",
    "Holdout",
    "Journey",
    "Live",
    "OnAbandonedCart",
    "OnAttributeChanged",
    "OnDate",
    "OnEvent",
    "OnTimer",
    "Playbook",
    "Product",
    "QuietHours",
    "Shop",
    "Stops",
    "Variant",
]
