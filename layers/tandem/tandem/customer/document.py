"""A customer as JSON: what is stored, before it is packed. Readers ignore what they do not know.

Moments are told from `base` (milliseconds since 1970): whole milliseconds as a number, else with the microseconds
beyond as a pair. What equals its default is left out, of a row at its end.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.attributes import Live
from tandem.attributes.stored import pack_counts, pack_grains, unpack_counts, unpack_grains
from tandem.customer.columns import Events, base_of, filled, pack_events, trimmed, unpack_events
from tandem.customer.effects import Channel, Effect, SendEntry
from tandem.customer.goals import Watch
from tandem.customer.moments import moment_at, moment_of, told_time
from tandem.customer.record import Customer, Said, Timer
from tandem.customer.waits_document import (
    pack_ended,
    pack_underway,
    pack_waiting,
    unpack_ended,
    unpack_underway,
    unpack_waiting,
)
from tandem.events.identity import MARKETING

_OWED: Final[TypeAdapter[tuple[Effect, ...]]] = TypeAdapter(tuple[Effect, ...])
_US: Final = timedelta(microseconds=1)
_SEND: Final = ("", "", "", 0, 0, "", None, "", "", "", None, "", False, MARKETING)
_WATCH: Final = ("", "", 0, None)


def customer_document(customer: Customer) -> dict[str, Any]:
    """The customer as JSON, without its version."""
    events = Events(customer.live.entries, customer.orders, customer.cart_facts)
    base = base_of(events)
    document = {
        "customer_id": customer.customer_id,
        "base": base,
        "playbook": customer.playbook,
        "said": _said(customer, base),
        "events": pack_events(events, base),
        "timers": {
            key: trimmed([told_time(timer.handled, base), told_time(timer.armed_for, base)], [None, None])
            for key, timer in customer.timers.items()
        },
        "sends": [_send(entry, base) for entry in customer.sends],
        "waiting": [pack_waiting(each, base) for each in customer.waiting],
        "journeys": [pack_underway(each, base) for each in customer.journeys],
        "ended": [pack_ended(each, base) for each in customer.ended],
        "goals": [_watch(each, base) for each in customer.goals],
        "seen": [[day.toordinal(), *held] for day, held in customer.seen.items()],
        "announced": dict(customer.announced),
        "dead": {
            str(name): [said.value, told_time(said.at, base), said.identity] for name, said in customer.dead.items()
        },
        "profile_as_of": _used(customer.profile_as_of, base),
        "header_as_of": _used(customer.header_as_of, base),
        "told_as_of": _used(customer.told_as_of, base),
        "folded": pack_grains(customer.live.folded),
        "left_out": pack_counts(customer.live.left_out),
        "crowded_until": customer.live.crowded_until,
        "full_until": customer.live.full_until,
        "crowded": customer.crowded,
        "owed": _owed(customer.owed) if customer.owed else [],
    }
    return {name: part for name, part in document.items() if part}


def read_customer(document: Mapping[str, Any], version: int) -> Customer:
    """The inverse of `customer_document`. Raises ValueError, LookupError, TypeError or AttributeError."""
    base = int(document.get("base", 0))
    events = unpack_events(document.get("events", ()), base)
    traits, consents = _words(document.get("said", ()), base)
    return Customer(
        customer_id=_text(document["customer_id"]),
        version=version,
        traits=traits,
        consents=consents,
        live=Live(
            entries=events.entries,
            folded=unpack_grains(document.get("folded", {})),
            left_out=unpack_counts(document.get("left_out", {})),
            crowded_until=int(document.get("crowded_until", 0)),
            full_until=int(document.get("full_until", 0)),
        ),
        orders=events.orders,
        cart_facts=events.cart_facts,
        seen={date.fromordinal(day): tuple(held) for day, *held in document.get("seen", ())},
        timers={key: _timer(row, base) for key, row in document.get("timers", {}).items()},
        sends=tuple(_entry(row, base) for row in document.get("sends", ())),
        waiting=tuple(unpack_waiting(row, base) for row in document.get("waiting", ())),
        journeys=tuple(unpack_underway(row, base) for row in document.get("journeys", ())),
        ended=tuple(unpack_ended(row, base) for row in document.get("ended", ())),
        goals=tuple(_watched(row, base) for row in document.get("goals", ())),
        owed=_OWED.validate_python(document["owed"]) if "owed" in document else (),
        announced=dict(document.get("announced", {})),
        dead={name: Said(value, moment_at(at, base), by) for name, (value, at, by) in document.get("dead", {}).items()},
        profile_as_of=_read_used(document.get("profile_as_of", ()), base),
        header_as_of=_read_used(document.get("header_as_of", ()), base),
        told_as_of=_read_used(document.get("told_as_of", ()), base),
        playbook=int(document.get("playbook", 0)),
        crowded=bool(document.get("crowded", False)),
    )


def _used(moment: datetime | None, base: int) -> list[Any]:
    return [told_time(moment, base)] if moment else []


def _read_used(told: Sequence[Any], base: int) -> datetime | None:
    return moment_at(told[0], base) if told else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _said(customer: Customer, base: int) -> list[list[Any]]:
    """Words by what was said at once: the moment, the event, the traits, the consents."""
    groups: dict[tuple[datetime, str], tuple[dict[str, str], dict[str, str]]] = {}
    for name, said in customer.traits.items():
        groups.setdefault((said.at, said.identity), ({}, {}))[0][name] = said.value
    for name, said in customer.consents.items():
        groups.setdefault((said.at, said.identity), ({}, {}))[1][str(name)] = said.value
    return [
        trimmed([told_time(at, base), identity, traits, consents], [None, "", {}, {}])
        for (at, identity), (traits, consents) in groups.items()
    ]


def _words(rows: Sequence[Sequence[Any]], base: int) -> tuple[dict[str, Said], dict[str, Said]]:
    traits: dict[str, Said] = {}
    consents: dict[str, Said] = {}
    for row in rows:
        told, identity, some, yes_or_no = filled(row, [0, "", {}, {}])
        at = moment_at(told, base)
        traits |= {name: Said(value, at, identity) for name, value in some.items()}
        consents |= {name: Said(value, at, identity) for name, value in yes_or_no.items()}
    return traits, consents


def _timer(row: Sequence[Any], base: int) -> Timer:
    handled, armed_for = filled(row, [None, None])
    return Timer(moment_of(armed_for, base), moment_of(handled, base))


def _send(entry: SendEntry, base: int) -> list[Any]:
    stands = (entry.not_after - entry.decided_at) // _US
    row = [
        entry.id,
        entry.campaign,
        str(entry.channel),
        told_time(entry.decided_at, base),
        [stands] if stands % 1_000_000 else stands // 1_000_000,
        entry.cart_id,
        told_time(entry.cart_touched_at, base),
        entry.withdrawn,
        entry.journey,
        entry.category,
        told_time(entry.sent_at, base),
        entry.refused,
        entry.is_free,
        entry.purpose,
    ]
    return trimmed(row, _SEND)


def _entry(row: Sequence[Any], base: int) -> SendEntry:
    send_id, campaign, channel, decided, stands, cart_id, touched, withdrawn, *more = filled(row, _SEND)
    journey, category, sent, refused, is_free, purpose = more
    decided_at = moment_at(decided, base)
    return SendEntry(
        id=send_id,
        campaign=campaign,
        channel=Channel(channel),
        decided_at=decided_at,
        not_after=decided_at + (stands[0] * _US if isinstance(stands, list) else timedelta(seconds=stands)),
        cart_id=cart_id,
        cart_touched_at=moment_of(touched, base),
        withdrawn=withdrawn,
        journey=journey,
        category=category,
        sent_at=moment_of(sent, base),
        refused=refused,
        is_free=is_free,
        purpose=purpose,
    )


def _watch(watch: Watch, base: int) -> list[Any]:
    row = [watch.decision, watch.campaign, told_time(watch.since, base), told_time(watch.reached_at, base)]
    return trimmed(row, _WATCH)


def _watched(row: Sequence[Any], base: int) -> Watch:
    decision, campaign, since, reached = filled(row, _WATCH)
    return Watch(decision, campaign, moment_at(since, base), moment_of(reached, base))


def _owed(owed: tuple[Effect, ...]) -> list[dict[str, Any]]:
    """A newer release may owe effects that only their kind tells apart."""
    stored = _OWED.dump_python(owed, mode="json", exclude_defaults=True)
    return [{**each, "kind": effect.kind} for each, effect in zip(stored, owed, strict=True)]
