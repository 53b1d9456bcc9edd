"""The token of a link: which send it came with, and a signature. It says nothing of the person, and never expires.

    base64url(HMAC-SHA256 of the payload, 16 bytes  +  payload)
    payload: version, channel, purpose, send id, address hash, one a line

The signature stands first, so that the token ends in what the payload ends in, a digit of hex: that never becomes a `-`
or `_`, which mail programs leave off when they make a link of a text.
"""

import binascii
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tandem.customer import Channel

_VERSION: Final = "1"
_SIGNED: Final = 16  # bytes: nobody guesses 128 bits
_LONGEST: Final = 512
_LETTERS: Final = re.compile(r"[A-Za-z0-9_-]+")


class Why(StrEnum):
    """Why a token is refused."""

    MISSING = "missing"  # the link has none
    UNREADABLE = "unreadable"  # not what a token looks like: cut off, or made up
    FORGED = "forged"  # not signed with this stack's key: changed, or another stack's
    UNKNOWN_VERSION = "unknown_version"  # signed by a release that this one does not know


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token says: the send that it came with, for what purpose, and the hash of whom it was sent to."""

    channel: Channel
    purpose: str
    send_id: str
    address_hash: str


@dataclass(frozen=True, slots=True)
class BadToken:
    """A token that opens nothing."""

    why: Why


def token_of(ticket: Ticket, key: bytes) -> str:
    """The same ticket has the same token."""
    parts = (_VERSION, ticket.channel.value, ticket.purpose, ticket.send_id, ticket.address_hash)
    payload = "\n".join(parts).encode()
    return urlsafe_b64encode(_signature(payload, key) + payload).rstrip(b"=").decode()


def read_token(token: str, key: bytes) -> Ticket | BadToken:
    """What a token says, if it is one of this key's."""
    if not token:
        return BadToken(Why.MISSING)
    if len(token) > _LONGEST or not _LETTERS.fullmatch(token):
        return BadToken(Why.UNREADABLE)
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        return BadToken(Why.UNREADABLE)
    signature, payload = raw[:_SIGNED], raw[_SIGNED:]
    if not hmac.compare_digest(signature, _signature(payload, key)):
        return BadToken(Why.FORGED)
    return _ticket(payload.decode())


def _signature(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, payload, "sha256")[:_SIGNED]


def _ticket(payload: str) -> Ticket | BadToken:
    """It is signed, so it is ours: what does not fit was written by a newer release."""
    version, *said = payload.split("\n")
    if version != _VERSION or len(said) != 4 or said[0] not in Channel:
        return BadToken(Why.UNKNOWN_VERSION)
    channel, purpose, send_id, hashed = said
    return Ticket(Channel(channel), purpose, send_id, hashed)
