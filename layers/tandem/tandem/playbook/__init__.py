"""The playbook: what marketers publish."""

from tandem.playbook.model import (
    Campaign,
    Cap,
    ContentByTier,
    OnAbandonedCart,
    OnAttributeChanged,
    OnEvent,
    Playbook,
    Product,
    Shop,
)

__all__ = [
    "Campaign",
    "Cap",
    "ContentByTier",
    "OnAbandonedCart",
    "OnAttributeChanged",
    "OnEvent",
    "Playbook",
    "Product",
    "Shop",
]
