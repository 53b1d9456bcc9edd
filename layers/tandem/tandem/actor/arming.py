"""The end of a step: what wakes the customer next, and what is told of their consents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tandem.actor.paths import dues
from tandem.actor.working import PATIENCE, Working
from tandem.customer import GRANTED, Channel, Customer, Said, SetConsent, SetTimer
from tandem.events import digest
from tandem.events.identity import MARKETING
from tandem.events.times import to_text
from tandem.journeys import MEETING, arm, waits


def arm_timers(working: Working) -> None:
    """Sees to it that something wakes us for whatever waits: carts, journeys, candidates."""
    wanted = dict(_wanted(working))
    customer = working.customer
    timers = {key: each for key, each in customer.timers.items() if key in wanted or not key.startswith(MEETING)}
    for key, due in wanted.items():
        armed, moment = arm(timers, key, due, working.now)
        timers = dict(armed)
        if moment:
            effect_id = digest("timer", customer.customer_id, key, to_text(moment))
            working.effects.append(SetTimer(effect_id, customer.customer_id, key, moment, moment + PATIENCE))
    if timers != customer.timers:
        working.customer = replace(customer, timers=timers)


def _wanted(working: Working) -> Iterator[tuple[str, datetime]]:
    for wait in waits(working.playbook, working.scene.attributes.carts.open, working.customer.timers):
        yield wait.key, wait.due
    yield from dues(working)
    if working.customer.waiting:
        yield MEETING, min(each.until for each in working.customer.waiting)


def tell_consents(working: Working, before: Customer) -> None:
    """Writes the consent item wherever the address or the person's word on it is new."""
    customer = working.customer
    for name, word in customer.consents.items():
        channel, _, purpose = str(name).partition("/")
        if channel not in Channel:
            continue
        old, new = before.address(Channel(channel)), customer.address(Channel(channel))
        if word != before.consents.get(name):
            told = {new} if word.value == GRANTED else {old, new}  # a no may have been meant for either
            for address in sorted(told - {""}):
                _tell(working, Channel(channel), purpose or MARKETING, address, word, explicit=True)
        elif new and new != old:
            _tell(working, Channel(channel), purpose or MARKETING, new, word, explicit=False)


def _tell(working: Working, channel: Channel, purpose: str, address: str, word: Said, *, explicit: bool) -> None:
    about = () if purpose == MARKETING else (purpose,)
    working.effects.append(
        SetConsent(
            id=digest("consent", channel, address, word.identity, *about),
            channel=channel,
            address=address,
            granted=word.value == GRANTED,
            said_at=word.at,
            not_after=working.now + PATIENCE,
            explicit=explicit,
            purpose=purpose,
        )
    )
