"""What leads from a customer's record and messages to what else is held of them: schedules, sends, consent items."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tandem.adapters.hearing_tables import BOUNCES
from tandem.customer import Channel, Customer, Send, SetConsent, SetTimer
from tandem.customer.consent import address_hash, consent_key_of
from tandem.events import digest
from tandem.events.identity import EVERYTHING, MARKETING
from tandem.events.times import to_text


def schedules(customer: Customer) -> set[str]:
    """The names that schedules had before they began with the customer's own prefix."""
    armed = ((key, timer.armed_for) for key, timer in customer.timers.items())
    named = {digest("timer", customer.customer_id, key, to_text(moment)) for key, moment in armed if moment}
    return named | {each.id for each in customer.owed if isinstance(each, SetTimer)}


def sends(customer: Customer | None, sort_keys: Iterable[str]) -> set[str]:
    """The ids of the sends that were decided: of the table's decisions, and of the record's history."""
    decided = {key.split("#")[1] for key in sort_keys}
    return decided | {entry.id for entry in (customer.sends if customer else ())}


def consents(customer_id: str, customer: Customer | None, rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The keys of the consent items of all addresses that are known, also of former ones."""
    rows = list(rows)
    hashes = {address_hash(Channel.WEBHOOK, customer_id), *_texts(rows, "address_hash")}
    purposes = {MARKETING, EVERYTHING, BOUNCES, *_texts(rows, "purpose")}
    if customer:
        hashes |= set(_hashes(customer))
        purposes |= {name.partition("/")[2] or MARKETING for name in map(str, customer.consents)}
    return {consent_key_of(hashed, purpose) for hashed in hashes for purpose in purposes}


def _hashes(customer: Customer) -> Iterator[str]:
    for channel in Channel:
        if address := customer.address(channel):
            yield address_hash(channel, address)
    yield from (said.value for said in customer.dead.values())
    for effect in customer.owed:
        if isinstance(effect, Send | SetConsent):
            yield address_hash(effect.channel, effect.address)


def _texts(rows: Iterable[Mapping[str, Any]], name: str) -> set[str]:
    return {row[name]["S"] for row in rows if name in row}
