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
from tandem.attributes.windows import from_ms, to_ms
from tandem.customer.columns import Events, base_of, filled, pack_events, trimmed, unpack_events
from tandem.customer.effects import Channel, Effect, SendEntry
from tandem.customer.record import Customer, Said, Timer

_OWED: Final[TypeAdapter[tuple[Effect, ...]]] = TypeAdapter(tuple[Effect, ...])
_US: Final = timedelta(microseconds=1)
_SEND: Final = ("", "", "", 0, 0, "", None, "")


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
            key: trimmed([_time(timer.handled, base), _time(timer.armed_for, base)], [None, None])
            for key, timer in customer.timers.items()
        },
        "sends": [_send(entry, base) for entry in customer.sends],
        "seen": [[day.toordinal(), *held] for day, held in customer.seen.items()],
        "announced": dict(customer.announced),
        "profile_as_of": _used(customer.profile_as_of, base),
        "header_as_of": _used(customer.header_as_of, base),
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
        owed=_OWED.validate_python(document["owed"]) if "owed" in document else (),
        announced=dict(document.get("announced", {})),
        profile_as_of=_read_used(document.get("profile_as_of", ()), base),
        header_as_of=_read_used(document.get("header_as_of", ()), base),
        playbook=int(document.get("playbook", 0)),
        crowded=bool(document.get("crowded", False)),
    )


def _time(moment: datetime | None, base: int) -> Any:
    if moment is None:
        return None
    ms, beyond = to_ms(moment) - base, moment.microsecond % 1000
    return [ms, beyond] if beyond else ms


def _moment(told: Any, base: int) -> datetime | None:
    return None if told is None else _at(told, base)


def _at(told: Any, base: int) -> datetime:
    ms, beyond = told if isinstance(told, list) else (told, 0)
    return from_ms(ms + base) + beyond * _US


def _used(moment: datetime | None, base: int) -> list[Any]:
    return [_time(moment, base)] if moment else []


def _read_used(told: Sequence[Any], base: int) -> datetime | None:
    return _at(told[0], base) if told else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _said(customer: Customer, base: int) -> list[list[Any]]:
    """Words by what was said at once: the moment, the event, the traits, the consents."""
    groups: dict[tuple[datetime, str], tuple[dict[str, str], dict[str, str]]] = {}
    for name, said in customer.traits.items():
        groups.setdefault((said.at, said.identity), ({}, {}))[0][name] = said.value
    for channel, said in customer.consents.items():
        groups.setdefault((said.at, said.identity), ({}, {}))[1][str(channel)] = said.value
    return [
        trimmed([_time(at, base), identity, traits, consents], [None, "", {}, {}])
        for (at, identity), (traits, consents) in groups.items()
    ]


def _words(rows: Sequence[Sequence[Any]], base: int) -> tuple[dict[str, Said], dict[Channel, Said]]:
    traits: dict[str, Said] = {}
    consents: dict[Channel, Said] = {}
    for row in rows:
        told, identity, some, yes_or_no = filled(row, [0, "", {}, {}])
        at = _at(told, base)
        traits |= {name: Said(value, at, identity) for name, value in some.items()}
        consents |= {Channel(channel): Said(value, at, identity) for channel, value in yes_or_no.items()}
    return traits, consents


def _timer(row: Sequence[Any], base: int) -> Timer:
    handled, armed_for = filled(row, [None, None])
    return Timer(_moment(armed_for, base), _moment(handled, base))


def _send(entry: SendEntry, base: int) -> list[Any]:
    stands = (entry.not_after - entry.decided_at) // _US
    row = [
        entry.id,
        entry.campaign,
        str(entry.channel),
        _time(entry.decided_at, base),
        [stands] if stands % 1_000_000 else stands // 1_000_000,
        entry.cart_id,
        _time(entry.cart_touched_at, base),
        entry.withdrawn,
    ]
    return trimmed(row, _SEND)


def _entry(row: Sequence[Any], base: int) -> SendEntry:
    send_id, campaign, channel, decided, stands, cart_id, touched, withdrawn = filled(row, _SEND)
    decided_at = _at(decided, base)
    return SendEntry(
        id=send_id,
        campaign=campaign,
        channel=Channel(channel),
        decided_at=decided_at,
        not_after=decided_at + (stands[0] * _US if isinstance(stands, list) else timedelta(seconds=stands)),
        cart_id=cart_id,
        cart_touched_at=_moment(touched, base),
        withdrawn=withdrawn,
    )


def _owed(owed: tuple[Effect, ...]) -> list[dict[str, Any]]:
    """A newer release may owe effects that only their kind tells apart."""
    stored = _OWED.dump_python(owed, mode="json", exclude_defaults=True)
    return [{**each, "kind": effect.kind} for each, effect in zip(stored, owed, strict=True)]
