"""Events through the real actor, what it decides through the real `deliver`: everything in memory, on a fixed day."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from infra.docs.world import World
from infra.replay import Arrival, Replayed, replay
from tandem.adapters.memory_sending import (
    MemoryBreakers,
    MemoryConsents,
    MemoryContents,
    MemoryCustomers,
    MemoryLedger,
    MemoryNews,
    MemoryPace,
    MemoryProvider,
)
from tandem.customer import GRANTED, Customer, Send, SetConsent
from tandem.events.identity import EVERYTHING, consent_name
from tandem.events.times import to_text
from tandem.sending import Ports, Rules, SendMode, deliver
from tandem.unsubscribing import Links

_ON_ITS_WAY: Final = timedelta(seconds=1)  # from a decision to its message
_LINKS: Final = Links("https://unsubscribe.example.com", b"of the pictures alone")
_RULES: Final = Rules(SendMode.LIVE, "shop@example.com", links=_LINKS)


@dataclass(frozen=True, slots=True)
class Ran:
    """`ledger` holds what came of every message; `mails` are the bytes the provider was handed, by decision."""

    replayed: Replayed
    ledger: MemoryLedger
    mails: Mapping[str, bytes]


def arrival(kind: str, event_id: str, customer_id: str, at: datetime, properties: Mapping[str, Any]) -> Arrival:
    """An event that is received the moment it occurs."""
    envelope = {
        "v": 1,
        "event_id": event_id,
        "type": kind,
        "customer_id": customer_id,
        "occurred_at": to_text(at),
        "properties": dict(properties),
    }
    return Arrival(json.dumps(envelope), at)


def run(arrivals: Sequence[Arrival], world: World, *, until: datetime) -> Ran:
    """Every message is delivered with the customer as it is by then, so that a withdrawal would be found."""
    replayed = _lived(arrivals, world, until)
    ledger, provider, content = MemoryLedger(MemoryConsents()), MemoryProvider(), world.draft.content
    for send in replayed.sends:
        moment = send.not_before + _ON_ITS_WAY
        customers = {each.customer_id: each for each in _lived(arrivals, world, moment).customers}
        for consent in _consents(customers[send.customer_id], send):
            ledger.consents.set_consent(consent)
        contents = MemoryContents({content.number: content})
        providers = {send.channel: provider}
        ports = Ports(
            ledger,
            MemoryCustomers(customers),
            contents,
            providers,
            MemoryNews(),
            MemoryPace(),
            MemoryBreakers(),
        )
        deliver(send, ports, _RULES, partial(_same, moment))
    mails = {each.id: each.body for each in provider.accepted if isinstance(each.body, bytes)}
    return Ran(replayed, ledger, mails)


def _same(moment: datetime) -> datetime:
    """A clock that stands still."""
    return moment


def _lived(arrivals: Sequence[Arrival], world: World, until: datetime) -> Replayed:
    return replay(arrivals, world.draft.playbook, world.known.profiles, world.known.header, until=until)


def _consents(customer: Customer, send: Send) -> Iterator[SetConsent]:
    """The consent items that the customer's words have made by now, of the address that the send goes to."""
    for purpose in {send.purpose, EVERYTHING}:
        if word := customer.consents.get(consent_name(send.channel, purpose)):
            granted = word.value == GRANTED
            yield SetConsent(send.id, send.channel, send.address, granted, word.at, send.not_after, purpose=purpose)
