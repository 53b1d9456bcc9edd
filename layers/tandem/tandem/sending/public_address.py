"""Which network addresses a message may be posted to: the public internet's, and nobody's own network."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

_UNICAST: Final = IPv6Network("2000::/3")  # all that IPv6 gives out; no translated, mapped or site-local address


def is_public(address: str) -> bool:
    """Whether a numeric address is reached by everybody. Metadata services, loopback and private ones are not.

    >>> is_public("8.8.8.8"), is_public("169.254.169.254"), is_public("::ffff:8.8.8.8")
    (True, False, False)
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found not in _UNICAST:
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved
