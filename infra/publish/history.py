"""What was published, newest first: which of it holds, which is to come, which ever held."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandem.playbook import Live, Playbook


class Place(StrEnum):
    """What became of a number. One that never held was replaced before its time, or its publisher died."""

    LIVE = "live"
    PENDING = "pending"
    PAST = "past"
    NEVER = "never held"


@dataclass(frozen=True, slots=True)
class Entry:
    """One number. Moments are aware."""

    number: int
    author: str
    published_at: datetime
    since: datetime
    note: str
    place: Place


def history(get: Callable[[int], Playbook | None], live: Live, now: datetime, *, most: int = 20) -> Iterator[Entry]:
    """The last numbers; `get` answers None for one without a document."""
    holds = live.at(now)
    newest = live.next_number or live.number
    past = 0
    for number in range(newest, max(newest - most, 0), -1):
        playbook = get(number)
        if playbook is None:
            continue
        if number == holds:
            place = Place.LIVE
        elif number > holds:
            place = Place.PENDING if number == live.next_number else Place.NEVER
        else:
            place = Place.PAST if number == past else Place.NEVER
        if place in (Place.LIVE, Place.PAST):
            past = follows(playbook)
        yield Entry(number, playbook.author, playbook.published_at, playbook.since, playbook.note, place)


def follows(playbook: Playbook) -> int:
    """The number that held before it. The first releases did not say, and published one after the other."""
    return playbook.follows or max(playbook.number - 1, 0)
