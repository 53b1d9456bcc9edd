"""The item of what is live: the playbook that holds, the one that takes its place at an instant, and what is stopped.

Whatever is stopped is an entry of its own in the map `stops`, so two operators at once never overwrite each other.
Items of the first releases have a number and nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from tandem.customer.consent import said_at_text
from tandem.playbook import Live, Stops

KEY: Final = "playbook"


class Stoppable(StrEnum):
    """What can be stopped: everything; a channel or a campaign; a journey, `paused` or `ended`.

    A `breaker` is a channel that stopped itself: only closing it, not resuming the channel, lets it go on.
    """

    EVERYTHING = "everything"
    CHANNEL = "channel"
    CAMPAIGN = "campaign"
    PAUSED = "paused"
    ENDED = "ended"
    BREAKER = "breaker"


def stop_name(kind: Stoppable, name: str = "") -> str:
    """The entry's name in the map. Raises ValueError: all but `everything` need a name, and that takes none.

    >>> stop_name(Stoppable.CAMPAIGN, "summer")
    'campaign summer'
    """
    if bool(name) == (kind is Stoppable.EVERYTHING):
        raise ValueError(f"{kind.value} {name}".strip())
    return f"{kind.value} {name}".strip()


def stop_names(stops: Stops) -> frozenset[str]:
    """The entries' names, whole."""
    named = {
        Stoppable.CHANNEL: stops.channels,
        Stoppable.CAMPAIGN: stops.campaigns,
        Stoppable.PAUSED: stops.paused,
        Stoppable.ENDED: stops.ended,
        Stoppable.BREAKER: frozenset(stops.breakers),
    }
    every = [stop_name(Stoppable.EVERYTHING)] if stops.everything else []
    return frozenset([*every, *(stop_name(kind, name) for kind, names in named.items() for name in names)])


def read_stops(entries: Mapping[str, str]) -> Stops:
    """From the entries' names, each with the reason it was stopped for, if any.

    What a newer release can stop, and this one does not know, is ignored.
    """
    found: dict[str, set[str]] = {}
    for entry in entries:
        kind, _, name = entry.partition(" ")
        found.setdefault(kind, set()).add(name)
    return Stops(
        everything=Stoppable.EVERYTHING in found,
        channels=frozenset(found.get(Stoppable.CHANNEL, ())),
        campaigns=frozenset(found.get(Stoppable.CAMPAIGN, ())),
        paused=frozenset(found.get(Stoppable.PAUSED, ())),
        ended=frozenset(found.get(Stoppable.ENDED, ())),
        breakers={
            name: entries[stop_name(Stoppable.BREAKER, name)] for name in sorted(found.get(Stoppable.BREAKER, ()))
        },
    )


def read_live(item: Mapping[str, Any] | None) -> Live:
    """What an item in DynamoDB's form says; without one nothing is published and nothing stopped."""
    if item is None:
        return Live()
    at = item.get("next_at")
    return Live(
        number=int(item["number"]["N"]) if "number" in item else 0,
        next_number=int(item["next_number"]["N"]) if at else 0,
        next_at=datetime.fromisoformat(at["S"]).astimezone(UTC) if at else None,
        stops=read_stops({name: str(why.get("S", "")) for name, why in item.get("stops", {}).get("M", {}).items()}),
    )


def live_item(live: Live) -> dict[str, Any]:
    """The whole item, in DynamoDB's form."""
    coming = (
        {"next_number": {"N": str(live.next_number)}, "next_at": {"S": said_at_text(live.next_at)}}
        if live.next_at
        else {}
    )
    return {"pk": {"S": KEY}, "number": {"N": str(live.number)}, **coming, "stops": stops_item(live.stops)}


def stops_item(stops: Stops) -> dict[str, Any]:
    """The map of what is stopped, in DynamoDB's form."""
    return {"M": {name: stop_value(stop_reason(stops, name)) for name in sorted(stop_names(stops))}}


def stop_reason(stops: Stops, name: str) -> str:
    """Why the entry with this name was made; only breakers say so."""
    kind, _, what = name.partition(" ")
    return stops.breakers.get(what, "") if kind == Stoppable.BREAKER else ""


def stop_value(why: str) -> dict[str, Any]:
    """An entry of the map, in DynamoDB's form."""
    return {"S": why} if why else {"BOOL": True}


def after_publishing(live: Live, number: int, *, at: datetime | None, now: datetime) -> Live:
    """What is live once playbook `number` is published to hold from `at` on (aware), or at once where that is not later
    than `now`.

    The new one takes the place of any that is still to come. One that was, and whose instant has passed, holds now.
    What is stopped stays so.
    """
    if at is None or at <= now:
        return replace(live, number=number, next_number=0, next_at=None)
    return replace(live, number=live.at(now), next_number=number, next_at=at)
