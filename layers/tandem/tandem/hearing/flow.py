"""One thing heard: first the address is suppressed, where it has to be, then the row is marked, then the customer told.

Each of the three is idempotent, so a message that comes back after any of them does no harm, and nothing is left out.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tandem.customer import Channel
from tandem.customer.consent import address_hash
from tandem.errors import Conflict, Unavailable
from tandem.hearing.heard import Heard, Kind
from tandem.hearing.ports import Addresses, Rows
from tandem.hearing.row import Row, hears
from tandem.sending.ports import News

MOST_TRIES: Final = 8
SOFT: Final = "soft bounces"


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as `hear` meets it."""

    addresses: Addresses
    rows: Rows
    news: News


@dataclass(frozen=True, slots=True)
class Done:
    """`known`: the ledger has the message. `suppressed` addresses got a no to everything, or had it; `told` events."""

    known: bool
    suppressed: int = 0
    told: int = 0


def hear(heard: Heard, ports: Ports) -> Done:
    """Take it in. Raises Unavailable when the message should come back."""
    named = frozenset(hashed for address in heard.recipients for hashed in _hashes(address))
    denied = named if _suppresses(heard) else frozenset[str]()
    for hashed in sorted(denied):
        ports.addresses.deny(hashed, heard.at, _why(heard))
    row = ports.rows.find(heard.send_id) if heard.send_id else None
    own = frozenset({row.address_hash} if row and row.address_hash else ())
    if _suppresses(heard):
        for hashed in own - named:
            ports.addresses.deny(hashed, heard.at, _why(heard))
        denied |= own
    worn_out = _count(heard, own or named, ports.addresses)
    told = _mark_and_tell(row, heard, ports)
    return Done(row is not None, len(denied) + worn_out, told)


def _suppresses(heard: Heard) -> bool:
    return heard.kind is Kind.COMPLAINED or (heard.kind is Kind.BOUNCED and heard.lasting)


def _why(heard: Heard) -> str:
    return f"{heard.kind}: {heard.detail}" if heard.detail else heard.kind.value


def _hashes(address: str) -> set[str]:
    """Of the address as it was handed over, and as the customer may have written it: in its own letters."""
    local, _, domain = address.rpartition("@")
    written = {address}
    with suppress(UnicodeError):
        written.add(f"{local}@{domain.encode('ascii').decode('idna')}")
    return {address_hash(Channel.EMAIL, each) for each in written}


def _count(heard: Heard, hashes: frozenset[str], addresses: Addresses) -> int:
    """Soft bounces and deliveries of an address; how many addresses have too many bounces in a row by now."""
    is_soft = heard.kind is Kind.BOUNCED and not heard.lasting
    if not is_soft and heard.kind is not Kind.DELIVERED:
        return 0
    return sum(_count_one(heard, hashed, addresses) for hashed in sorted(hashes))


def _count_one(heard: Heard, hashed: str, addresses: Addresses) -> bool:
    for _ in range(MOST_TRIES):
        held = addresses.bounces(hashed)
        counted = (
            held.delivered(heard.at) if heard.kind is Kind.DELIVERED else held.bounced(heard.provider_id, heard.at)
        )
        try:
            if counted != held:
                addresses.keep(hashed, counted)
        except Conflict:
            continue
        worn_out_at = counted.worn_out_at()
        if worn_out_at:
            addresses.deny(hashed, worn_out_at, SOFT)
        return worn_out_at is not None
    raise Unavailable("consents", "keep")


def _mark_and_tell(row: Row | None, heard: Heard, ports: Ports) -> int:
    """How many events were told. The row first: what it says was told, is told before the message is gone."""
    for _ in range(MOST_TRIES):
        if row is None:
            return 0
        after = hears(row, heard)
        try:
            if after.row != row:
                ports.rows.write(after.row, row)
        except Conflict:
            row = ports.rows.find(heard.send_id)
            continue
        for event in after.news:
            ports.news.tell(event)
        return len(after.news)
    raise Unavailable("ledger", "write")
