"""What makes two deliveries the same event."""

from hashlib import sha256
from typing import Final

MARKETING: Final = "marketing"  # the purpose that a plain yes or no is about
EVERYTHING: Final = "all"  # a no to this purpose is a no to every other: the address is suppressed


def digest(*parts: str) -> str:
    """16 hex digits (8 bytes of SHA-256) over the parts. Parts are joined by a newline, which no id may contain."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def order_identity(order_id: str) -> str:
    """The identity of the order `order_id`: the same for every source, and for the rows of an order history."""
    return digest("order_completed", order_id)


def consent_name(channel: str, purpose: str) -> str:
    """What a word is about: `email` for marketing by email, else channel and purpose, `email/news`."""
    return str(channel) if purpose == MARKETING else f"{channel}/{purpose}"
