"""Addresses as providers take them. What cannot be written safely is not deliverable, rather than nearly right."""

import re
from typing import Final

from tandem.customer import Channel
from tandem.events import PUSH_ENDPOINT

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_ENDPOINT: Final = re.compile(PUSH_ENDPOINT)
# Python's codec maps these by the older IDNA, which leads to another owner's domain.
_DEVIATES: Final = frozenset("ßς\u200c\u200d")


def deliverable(channel: Channel, address: str) -> str | None:
    """The address in ASCII (a domain in other letters as its `xn--` form), or None.

    >>> deliverable(Channel.EMAIL, "ana@bücher.example")
    'ana@xn--bcher-kva.example'
    """
    plain = address.strip()
    match channel:
        case Channel.SMS:
            return plain if _PHONE.fullmatch(plain) else None
        case Channel.PUSH:
            return plain if _ENDPOINT.fullmatch(plain) else None
        case Channel.WEBHOOK:
            return plain or None
        case Channel.EMAIL:
            return _mailbox(plain)


def _mailbox(plain: str) -> str | None:
    local, at, domain = plain.rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        return None
    ascii_domain = _ascii(domain)
    return f"{local}@{ascii_domain}" if ascii_domain else None


def _ascii(domain: str) -> str | None:
    if not domain.isascii():
        if _DEVIATES & set(domain.casefold()) or _DEVIATES & set(domain):
            return None
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = domain.split(".")
    whole = len(labels) > 1 and len(domain) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return domain if whole else None
