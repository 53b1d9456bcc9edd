"""The consent item: one small item an address and channel, which the reservation of every send checks."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from tandem.customer.effects import Channel
from tandem.events.identity import MARKETING


@dataclass(frozen=True, slots=True)
class Word:
    """A person's explicit yes or no to a purpose, of an address that only its hash is known of (`address_hash`)."""

    channel: Channel
    address_hash: str
    purpose: str
    granted: bool
    said_at: datetime


def normalise_address(channel: Channel, address: str) -> str:
    """The form in which addresses are compared: an email address without case, a phone number as it is."""
    return address.strip().casefold() if channel is Channel.EMAIL else address.strip()


def consent_key(channel: Channel, address: str, purpose: str = MARKETING) -> str:
    """The key of the consent item of an address and a purpose: a hash, so that the table holds no addresses."""
    return consent_key_of(address_hash(channel, address), purpose)


def consent_key_of(hashed: str, purpose: str = MARKETING) -> str:
    """The same, of an address that only its hash is known of.

    >>> consent_key_of("4f0c", "all")
    '4f0c all'
    """
    return hashed if purpose == MARKETING else f"{hashed} {purpose}"


def address_hash(channel: Channel, address: str) -> str:
    """What stands for an address where it must not be seen: SHA-256 over channel and address, in hex."""
    parts = (channel.value, normalise_address(channel, address), MARKETING)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def said_at_text(moment: datetime) -> str:
    """A moment in a form whose text order is its order in time: UTC, always six decimals.

    >>> said_at_text(datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC))
    '2026-11-22T04:05:06.000000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
