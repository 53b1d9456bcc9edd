"""The consent item: one small item an address and channel, which the reservation of every send checks."""

import hashlib
from datetime import UTC, datetime

from tandem.customer.effects import Channel
from tandem.events.identity import MARKETING


def normalise_address(channel: Channel, address: str) -> str:
    """The form in which addresses are compared: an email address without case, a phone number as it is."""
    return address.strip().casefold() if channel is Channel.EMAIL else address.strip()


def consent_key(channel: Channel, address: str, purpose: str = MARKETING) -> str:
    """The key of the consent item of an address and a purpose: a hash, so that the table holds no addresses."""
    parts = (channel.value, normalise_address(channel, address), purpose)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def said_at_text(moment: datetime) -> str:
    """A moment in a form whose text order is its order in time: UTC, always six decimals.

    >>> said_at_text(datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC))
    '2026-11-22T04:05:06.000000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
